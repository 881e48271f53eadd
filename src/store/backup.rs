//! A consistent copy of a SQLite database while the daemon runs, and the look into such a copy before it is put in place.

use std::path::Path;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;

use super::{Error, Pools, Result, Store};

/// Keys inside a backup, only when the operator asked for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupKey {
    /// `record` or `fingerprint`.
    pub name: String,
    /// Content of the key file.
    pub content: String,
}

impl Store {
    /// Writes a consistent copy into an existing, empty file; `None` on PostgreSQL, which has tools of its own.
    pub async fn copy_into(&self, path: &Path, keys: &[BackupKey]) -> Result<Option<()>> {
        let Pools::Sqlite { read, .. } = &self.inner.pools else {
            return Ok(None);
        };
        let target = path.to_str().ok_or(Error::Url)?;
        sqlx::query("VACUUM INTO $1").bind(target).execute(read).await?;
        let mut copy = SqliteConnectOptions::new().filename(path).connect().await?;
        // Sessions are of this machine and this day.
        sqlx::query("DELETE FROM session").execute(&mut copy).await?;
        if !keys.is_empty() {
            sqlx::query("CREATE TABLE backup_key (name TEXT PRIMARY KEY, content TEXT NOT NULL)")
                .execute(&mut copy)
                .await?;
            for key in keys {
                sqlx::query("INSERT INTO backup_key (name, content) VALUES ($1, $2)")
                    .bind(&key.name)
                    .bind(&key.content)
                    .execute(&mut copy)
                    .await?;
            }
        }
        check(&mut copy).await?;
        sqlx::Connection::close(copy).await?;
        Ok(Some(()))
    }
}

/// Checks that a file is a whole backup and takes the keys out of it.
pub async fn take_keys(path: &Path) -> Result<Vec<BackupKey>> {
    let mut copy = SqliteConnectOptions::new()
        .filename(path)
        .pragma("secure_delete", "ON")
        .connect()
        .await?;
    check(&mut copy).await?;
    let (with_keys,): (i64,) = sqlx::query_as("SELECT count(*) FROM sqlite_master WHERE name = 'backup_key'")
        .fetch_one(&mut copy)
        .await?;
    let mut keys = Vec::new();
    if with_keys > 0 {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT name, content FROM backup_key ORDER BY name")
            .fetch_all(&mut copy)
            .await?;
        keys = rows
            .into_iter()
            .map(|(name, content)| BackupKey { name, content })
            .collect();
        sqlx::query("DROP TABLE backup_key").execute(&mut copy).await?;
    }
    sqlx::Connection::close(copy).await?;
    Ok(keys)
}

async fn check(copy: &mut sqlx::SqliteConnection) -> Result<()> {
    let (found,): (String,) = sqlx::query_as("PRAGMA quick_check(1)").fetch_one(&mut *copy).await?;
    let (tables,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('journal', 'journal_head', 'post_case', 'version')",
    )
    .fetch_one(copy)
    .await?;
    if found == "ok" && tables == 4 {
        Ok(())
    } else {
        Err(Error::Corrupt {
            table: "backup",
            what: "the file is no whole database of Netra".to_owned(),
        })
    }
}
