//! What can go wrong with the store.

use crate::evidence::chain::Fault;
use crate::model::UnknownWord;

/// A fault of the store. Its text never carries a value of a row.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address of the database is neither `sqlite:PATH` nor `postgres://…`.
    #[error("the database address is neither `sqlite:PATH` nor `postgres://USER@HOST/NAME`")]
    Url,
    /// The database.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The schema.
    #[error("schema of the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The record does not verify: writing on would hide it.
    #[error("the record does not verify, nothing more is written to it: {0}")]
    Record(#[from] Fault),
    /// A word in the database is none of ours.
    #[error("a row holds a word that is none of ours: {0}")]
    Word(#[from] UnknownWord),
    /// A value in the database cannot be read.
    #[error("a row of `{table}` cannot be read: {what}")]
    Corrupt {
        /// Table.
        table: &'static str,
        /// What about it.
        what: String,
    },
    /// What was named does not exist.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// A name is taken.
    #[error("this {0} exists already")]
    Exists(&'static str),
    /// No randomness from the system.
    #[error("the system gave no random bytes: {0}")]
    Random(getrandom::Error),
    /// Hashing a password.
    #[error("the password could not be hashed: {0}")]
    Password(String),
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

/// Result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the database refused because a unique value was taken.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}
