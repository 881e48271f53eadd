use sqlx::Executor as _;

use super::super::{
    Pools, account, audit, brake, case_file, desk, forget, journal, look, page, person, pledge, poll, queue, register,
    rule, session, trial,
};
use super::super::{unit, user};
use super::on_both;

const ALL: &[(&str, &[(&str, &str)])] = &[
    ("account", account::STATEMENTS),
    ("audit", audit::STATEMENTS),
    ("brake", brake::STATEMENTS),
    ("case_file", case_file::STATEMENTS),
    ("desk", desk::STATEMENTS),
    ("forget", forget::STATEMENTS),
    ("journal", journal::STATEMENTS),
    ("look", look::STATEMENTS),
    ("page", page::STATEMENTS),
    ("person", person::STATEMENTS),
    ("pledge", pledge::STATEMENTS),
    ("poll", poll::STATEMENTS),
    ("queue", queue::STATEMENTS),
    ("register", register::STATEMENTS),
    ("rule", rule::STATEMENTS),
    ("session", session::STATEMENTS),
    ("trial", trial::STATEMENTS),
    ("unit", unit::STATEMENTS),
    ("user", user::STATEMENTS),
];

on_both! {
    async fn every_statement_is_understood(fresh) {
        for (file, statements) in ALL {
            for (name, text) in *statements {
                let text: &'static str = text;
                let prepared = match &fresh.store.inner.pools {
                    Pools::Sqlite { .. } if name.ends_with("_POSTGRES") => continue,
                    Pools::Postgres(_) if name.ends_with("_SQLITE") => continue,
                    Pools::Sqlite { write, .. } => write.prepare(sqlx::SqlSafeStr::into_sql_str(text)).await.map(|_| ()),
                    Pools::Postgres(pool) => pool.prepare(sqlx::SqlSafeStr::into_sql_str(text)).await.map(|_| ()),
                };
                if let Err(error) = prepared {
                    panic!("{file}::{name}: {error}");
                }
            }
        }
    }
}
