//! Stories of the store, each told on SQLite and on PostgreSQL.

use super::testing::on_both;

mod audit;
mod backup;
mod crawl;
mod desk;
mod journal;
mod register;
mod rule;
mod statements;
mod user;
pub(crate) mod world;
