//! SQL, one file per table or per page of the desk.
//!
//! Does: open SQLite (the default: one file, one writer) or PostgreSQL (several nodes) behind one type, migrate, and keep what
//! must survive: registers, schedule, cases, evidence, record, users. Does not: fetch, match or decide what a person may do
//! (that is `review`).
//! Invariants: every write is one transaction that takes its lock at its start; whatever a transaction did that people must be
//! able to trace is an entry of the record in the same transaction; text of a post is written only for cases.
//!
//! One SQL text serves both databases (`$1` parameters, `ON CONFLICT`, `RETURNING`, whole milliseconds). Where the dialects
//! differ two constants stand side by side, named `…_SQLITE` and `…_POSTGRES`. Statements are declared with `statements!`, so
//! that a test can prepare every one on both.

/// Declares the statements of a file and lists them for the test that prepares each on both databases.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$meta])* const $name: &str = $text;)+
        #[cfg(test)]
        pub(super) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// Runs a query on the read pool: `on_read!(store, |db| sqlx::query(SQL).fetch_all(db).await)`.
macro_rules! on_read {
    ($store:expr, |$db:ident| $body:expr) => {
        match &$store.inner.pools {
            $crate::store::Pools::Sqlite { read: $db, .. } => $body,
            $crate::store::Pools::Postgres($db) => $body,
        }
    };
}

/// Runs a query inside a transaction.
macro_rules! on_tx {
    ($tx:expr, |$db:ident| $body:expr) => {
        match &mut $tx.inner {
            $crate::store::tx::Inner::Sqlite(inner) => {
                let $db = &mut **inner;
                $body
            }
            $crate::store::tx::Inner::Postgres(inner) => {
                let $db = &mut **inner;
                $body
            }
        }
    };
}

/// As `on_tx!` with a text per dialect, bound to `$sql`.
macro_rules! on_tx_dialect {
    ($tx:expr, $sqlite:expr, $postgres:expr, |$db:ident, $sql:ident| $body:expr) => {
        match &mut $tx.inner {
            $crate::store::tx::Inner::Sqlite(inner) => {
                let ($db, $sql) = (&mut **inner, $sqlite);
                $body
            }
            $crate::store::tx::Inner::Postgres(inner) => {
                let ($db, $sql) = (&mut **inner, $postgres);
                $body
            }
        }
    };
}

/// Runs a statement inside a transaction; gives the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        on_tx!($tx, |db| sqlx::query($sql)$(.bind($value))*.execute(db).await.map(|done| done.rows_affected()))
    };
}

/// Reads rows as a type inside a transaction: `fetch!(tx, fetch_one, (i64,), SQL, a, b)`.
macro_rules! fetch {
    ($tx:expr, $how:ident, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {
        on_tx!($tx, |db| sqlx::query_as::<_, $row>($sql)$(.bind($value))*.$how(db).await)
    };
}

/// Reads rows as a type on the read pool.
macro_rules! read {
    ($store:expr, $how:ident, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {
        on_read!($store, |db| sqlx::query_as::<_, $row>($sql)$(.bind($value))*.$how(db).await)
    };
}

pub mod account;
pub mod audit;
pub mod backup;
pub mod brake;
pub mod case_file;
pub mod desk;
mod error;
pub mod forget;
pub mod journal;
pub mod look;
mod migration;
pub mod page;
pub mod person;
pub mod pledge;
pub mod poll;
pub mod queue;
pub mod register;
mod row;
pub mod rule;
pub mod session;
pub mod trial;
mod tx;
pub mod unit;
pub mod user;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
pub(crate) mod tests;

use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::{SigningKey, VerifyingKey};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::watch;

pub use brake::{Brake, Braked};
pub use desk::{DecideError, Decision, Opened};
pub use error::{Error, Result};
pub use look::{Look, LookAnswer, Recheck};
pub use page::{Committed, Finding, Known, Mac, PageCommit, Schedule, Seen, Tally};
pub use poll::{Claim, Due, PollState};
pub use tx::By;
pub(crate) use tx::Tx;

/// How long a writer waits for another process that holds SQLite's lock (a backup, the command line): long enough for both.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Readers on SQLite: pages of the desk running side by side on a small machine.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL per node: well under its default of 100 with several nodes.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a caller waits for a connection before it is told that the database is overloaded.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Shared>,
}

struct Shared {
    pools: Pools,
    key: SigningKey,
    /// Grows whenever this process changes where a rule stands.
    life: watch::Sender<u64>,
}

/// The two databases; the queries are the same.
pub(crate) enum Pools {
    /// One writer, so that no lock is ever upgraded; readers beside it.
    Sqlite { write: SqlitePool, read: SqlitePool },
    /// One pool for both.
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.inner.pools {
            Pools::Sqlite { .. } => "Store(SQLite)",
            Pools::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}

impl Store {
    /// Opens `sqlite:PATH` (made if absent) or `postgres://…`; then call [`Store::migrate`]. The key signs the record's head.
    pub async fn open(url: &str, record_key: SigningKey) -> Result<Self> {
        let pools = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: PgConnectOptions = url.parse().map_err(|_| Error::Url)?;
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options.application_name("netra"))
                .await?;
            Pools::Postgres(pool)
        } else if let Some(path) = url.strip_prefix("sqlite:") {
            open_sqlite(path.strip_prefix("//").unwrap_or(path)).await?
        } else {
            return Err(Error::Url);
        };
        Ok(Self {
            inner: Arc::new(Shared {
                pools,
                key: record_key,
                life: watch::Sender::new(0),
            }),
        })
    }

    /// Brings the schema up to date and checks that the record is signed by our key.
    pub async fn migrate(&self) -> Result<()> {
        match &self.inner.pools {
            Pools::Sqlite { write, .. } => migration::sqlite().run(write).await?,
            Pools::Postgres(pool) => migration::postgres().run(pool).await?,
        }
        if let Some(head) = self.head().await? {
            head.verify(&self.record_key())?;
        }
        Ok(())
    }

    /// Touches the database, for the watchdog: a read, and on SQLite the writer's queue too.
    pub async fn ping(&self) -> Result<()> {
        read!(self, fetch_one, (i64,), "SELECT CAST(1 AS BIGINT)")?;
        if let Pools::Sqlite { write, .. } = &self.inner.pools {
            sqlx::query("SELECT 1").execute(write).await?;
        }
        Ok(())
    }

    /// The public key with which the record verifies.
    pub fn record_key(&self) -> VerifyingKey {
        self.inner.key.verifying_key()
    }

    /// Tells when this process has changed where a rule stands; other nodes are seen by [`Store::last_rule_step`].
    pub fn rule_changes(&self) -> watch::Receiver<u64> {
        self.inner.life.subscribe()
    }

    fn life_changed(&self) {
        self.inner.life.send_modify(|changes| *changes += 1);
    }

    /// Finishes running queries and closes; on SQLite this also empties the write-ahead log.
    pub async fn close(&self) {
        match &self.inner.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins a read of one state of the database.
    pub(crate) async fn snapshot(&self) -> Result<Tx> {
        Tx::snapshot(&self.inner.pools, &self.inner.key).await
    }

    /// Begins a write.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Tx::begin(&self.inner.pools, &self.inner.key).await
    }
}

async fn open_sqlite(path: &str) -> Result<Pools> {
    // SQLite would make it readable to everyone; its companions take over the file's mode.
    let made = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path);
    drop(made.map_err(sqlx::Error::Io)?);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIMEOUT)
        // What was erased must not linger in free pages or sort files.
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .optimize_on_close(true, None);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options.clone())
        .await?;
    // Opened after the writer has made the file.
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(
            options
                .create_if_missing(false)
                .read_only(true)
                .optimize_on_close(false, None),
        )
        .await?;
    Ok(Pools::Sqlite { write, read })
}
