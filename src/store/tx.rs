//! One write: a transaction that takes its lock at its start and ends with its entries in the record.

use std::fmt;

use ed25519_dalek::SigningKey;
use sqlx::{Postgres, Sqlite, Transaction};

use super::{Pools, Result, journal};
use crate::model::{Millis, UserId};

/// Who did what is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// The machine by itself.
    Machine,
    /// A user of the desk.
    User(UserId),
    /// Somebody at the command line, by the name the system knows.
    Cli(String),
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => f.write_str("netra"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Cli(name) => write!(f, "cli:{name}"),
        }
    }
}

/// A transaction; dropped without [`Tx::commit`] it leaves nothing.
pub(crate) struct Tx {
    pub(super) inner: Inner,
    entries: Vec<journal::Note>,
    key: SigningKey,
}

pub(super) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) async fn begin(pools: &Pools, key: &SigningKey) -> Result<Self> {
        let inner = match pools {
            Pools::Sqlite { write, .. } => Inner::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Self {
            inner,
            entries: Vec::new(),
            key: key.clone(),
        })
    }

    /// Begins a read that sees one state of the database however long it takes. Nothing may be written in it.
    pub(super) async fn snapshot(pools: &Pools, key: &SigningKey) -> Result<Self> {
        let inner = match pools {
            Pools::Sqlite { read, .. } => Inner::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(Self {
            inner,
            entries: Vec::new(),
            key: key.clone(),
        })
    }

    /// Adds an entry to the record; it is chained when the transaction commits, so that writers queue only for that moment.
    pub(super) fn note(
        &mut self,
        at: Millis,
        by: &By,
        action: &'static str,
        subject: String,
        detail: &serde_json::Value,
    ) {
        self.entries.push(journal::Note {
            at,
            actor: by.to_string(),
            action,
            subject,
            detail: detail.to_string(),
        });
    }

    /// Chains the entries, signs the head, commits.
    pub(super) async fn commit(mut self) -> Result<()> {
        if !self.entries.is_empty() {
            let (entries, key) = (std::mem::take(&mut self.entries), self.key.clone());
            journal::append(&mut self, entries, &key).await?;
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
