use super::testing::on_both;

mod statements;
