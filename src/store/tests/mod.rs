//! Stories of the store, each told on SQLite and on PostgreSQL.

use super::testing::on_both;

mod audit;
mod crawl;
mod desk;
mod journal;
mod register;
mod statements;
mod user;
mod world;
