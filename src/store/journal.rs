//! The record: every detection, read and decision, chained and signed (see [`crate::evidence::chain`]).

use ed25519_dalek::SigningKey;

use super::row::fixed;
use super::{Result, Store, Tx};
use crate::evidence::chain::{Entry, GENESIS, Head, Words};
use crate::model::Millis;

statements! {
    HEAD = "SELECT seq, hash, at, public_key, signature FROM journal_head WHERE id = 1";
    /// SQLite has one writer already.
    LOCK_SQLITE = "SELECT seq, hash, at, public_key, signature FROM journal_head WHERE id = 1";
    LOCK_POSTGRES = "SELECT seq, hash, at, public_key, signature FROM journal_head WHERE id = 1 FOR UPDATE";
    /// The first entry of all: nothing to lock yet.
    GUARD_POSTGRES = "SELECT pg_advisory_xact_lock(20245)";
    INSERT = "INSERT INTO journal (seq, at, actor, action, subject, detail, salt, prev, hash) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    SET_HEAD = "INSERT INTO journal_head (id, seq, hash, at, public_key, signature) VALUES (1, $1, $2, $3, $4, $5) \
                ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at, \
                public_key = excluded.public_key, signature = excluded.signature";
    PAGE = "SELECT seq, at, actor, action, subject, detail, salt, prev, hash FROM journal \
            WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3";
    LATEST = "SELECT seq, at, actor, action, subject, detail, salt, prev, hash FROM journal \
              WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
    FIRST = "SELECT seq, at, actor, action, subject, detail, salt, prev, hash FROM journal \
             WHERE subject = $1 ORDER BY seq LIMIT 1";
    OF_SUBJECT = "SELECT seq, at, actor, action, subject, detail, salt, prev, hash FROM journal \
                  WHERE subject = $1 ORDER BY seq DESC LIMIT $2";
}

/// Entries shown of one case at most: an old case read every day stays a page.
const HISTORY_LIMIT: i64 = 500;

/// An entry before it has its place in the chain.
pub(super) struct Note {
    pub(super) at: Millis,
    pub(super) actor: String,
    pub(super) action: &'static str,
    pub(super) subject: String,
    pub(super) detail: String,
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    seq: i64,
    hash: Vec<u8>,
    at: i64,
    public_key: Vec<u8>,
    signature: Vec<u8>,
}

impl HeadRow {
    fn read(self) -> Result<Head> {
        const TABLE: &str = "journal_head";
        Ok(Head {
            seq: self.seq,
            hash: fixed(TABLE, &self.hash)?,
            at: Millis(self.at),
            public_key: fixed(TABLE, &self.public_key)?,
            signature: fixed(TABLE, &self.signature)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    salt: Vec<u8>,
    prev: Vec<u8>,
    hash: Vec<u8>,
}

impl EntryRow {
    fn read(self) -> Result<Entry> {
        const TABLE: &str = "journal";
        Ok(Entry {
            seq: self.seq,
            words: Words {
                at: Millis(self.at),
                actor: self.actor,
                action: self.action,
                subject: self.subject,
                detail: self.detail,
                salt: fixed(TABLE, &self.salt)?,
            },
            prev: fixed(TABLE, &self.prev)?,
            hash: fixed(TABLE, &self.hash)?,
        })
    }
}

/// The head as a transaction sees it.
pub(super) async fn head_in(tx: &mut Tx) -> Result<Option<Head>> {
    fetch!(tx, fetch_optional, HeadRow, HEAD)?
        .map(HeadRow::read)
        .transpose()
}

/// A page of entries as a transaction sees it.
pub(super) async fn page_in(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Entry>> {
    fetch!(tx, fetch_all, EntryRow, PAGE, after, i64::MAX, limit)?
        .into_iter()
        .map(EntryRow::read)
        .collect()
}

/// Chains the entries of a transaction to the record and signs the new head. A head that does not verify stops it: signing on
/// top of it would hide what was done to the record.
pub(super) async fn append(tx: &mut Tx, notes: Vec<Note>, key: &SigningKey) -> Result<()> {
    let mut head = on_tx_dialect!(tx, LOCK_SQLITE, LOCK_POSTGRES, |db, sql| sqlx::query_as::<_, HeadRow>(
        sql
    )
    .fetch_optional(db)
    .await)?;
    if head.is_none() {
        if let super::tx::Inner::Postgres(inner) = &mut tx.inner {
            sqlx::query(GUARD_POSTGRES).execute(&mut **inner).await?;
        }
        head = on_tx_dialect!(tx, LOCK_SQLITE, LOCK_POSTGRES, |db, sql| sqlx::query_as::<_, HeadRow>(
            sql
        )
        .fetch_optional(db)
        .await)?;
    }
    let (mut seq, mut prev) = match head {
        Some(head) => {
            let head = head.read()?;
            head.verify(&key.verifying_key())?;
            (head.seq, head.hash)
        }
        None => (0, GENESIS),
    };
    let mut at = Millis::default();
    for note in notes {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)?;
        seq += 1;
        at = note.at;
        let words = Words {
            at: note.at,
            actor: note.actor,
            action: note.action.to_owned(),
            subject: note.subject,
            detail: note.detail,
            salt,
        };
        let entry = Entry::after(seq, prev, words);
        prev = entry.hash;
        execute!(
            tx,
            INSERT,
            entry.seq,
            entry.words.at.0,
            entry.words.actor,
            entry.words.action,
            entry.words.subject,
            entry.words.detail,
            &entry.words.salt[..],
            &entry.prev[..],
            &entry.hash[..],
        )?;
    }
    let head = Head::sign(seq, prev, at, key);
    execute!(
        tx,
        SET_HEAD,
        head.seq,
        &head.hash[..],
        head.at.0,
        &head.public_key[..],
        &head.signature[..],
    )?;
    Ok(())
}

impl Store {
    /// The signed head; `None` while the record is empty.
    pub async fn head(&self) -> Result<Option<Head>> {
        read!(self, fetch_optional, HeadRow, HEAD)?
            .map(HeadRow::read)
            .transpose()
    }

    /// Entries after number `after`, up to and including `upto`, ascending, at most `limit`.
    pub async fn journal_page(&self, after: i64, upto: i64, limit: u32) -> Result<Vec<Entry>> {
        let rows = read!(self, fetch_all, EntryRow, PAGE, after, upto, i64::from(limit))?;
        rows.into_iter().map(EntryRow::read).collect()
    }

    /// The newest entries before number `before` (`None` = the newest of all), newest first: the audit page.
    pub async fn journal_latest(&self, before: Option<i64>, limit: u32) -> Result<Vec<Entry>> {
        let rows = read!(
            self,
            fetch_all,
            EntryRow,
            LATEST,
            before.unwrap_or(i64::MAX),
            i64::from(limit)
        )?;
        rows.into_iter().map(EntryRow::read).collect()
    }

    /// The first entry about one subject.
    pub async fn journal_first(&self, subject: &str) -> Result<Option<Entry>> {
        read!(self, fetch_optional, EntryRow, FIRST, subject)?
            .map(EntryRow::read)
            .transpose()
    }

    /// The newest entries about one subject (`case:12`), newest first.
    pub async fn journal_of(&self, subject: &str) -> Result<Vec<Entry>> {
        let rows = read!(self, fetch_all, EntryRow, OF_SUBJECT, subject, HISTORY_LIMIT)?;
        rows.into_iter().map(EntryRow::read).collect()
    }
}
