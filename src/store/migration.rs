//! The schema's history: an ordered list in code, the same numbers for both databases. Only ever added to.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! migrations {
    ($($number:literal $name:literal),+ $(,)?) => {
        const SQLITE: &[(i64, &str, &str)] =
            &[$(($number, $name, include_str!(concat!("migrations/sqlite/", $name, ".sql")))),+];
        const POSTGRES: &[(i64, &str, &str)] =
            &[$(($number, $name, include_str!(concat!("migrations/postgres/", $name, ".sql")))),+];
    };
}

migrations! {
    1 "0001_init",
    2 "0002_rule_life",
    3 "0003_parity",
}

/// For SQLite.
pub(super) fn sqlite() -> Migrator {
    migrator(SQLITE)
}

/// For PostgreSQL.
pub(super) fn postgres() -> Migrator {
    migrator(POSTGRES)
}

fn migrator(list: &'static [(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = list.iter().map(|(number, name, sql)| {
        let sql = (*sql).into_sql_str();
        Migration::new(*number, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn both_folders_hold_exactly_the_listed_migrations() {
        for (folder, list) in [("sqlite", SQLITE), ("postgres", POSTGRES)] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src/store/migrations")
                .join(folder);
            let found: BTreeSet<String> = std::fs::read_dir(path)
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            let listed: BTreeSet<String> = list.iter().map(|(_, name, _)| format!("{name}.sql")).collect();
            assert_eq!(found, listed, "{folder}");
            for (place, (number, name, _)) in list.iter().enumerate() {
                assert_eq!(usize::try_from(*number).unwrap(), place + 1);
                assert!(name.starts_with(&format!("{number:04}_")), "{name}");
            }
        }
    }
}
