//! The record, for the auditor: its signed head, its newest entries, and a check of the whole chain.
//!
//! Does: show who did what to which case, and when. Does not: show what an entry says in particular (that may be a person's
//! data), or change anything. Invariant: the check reads every entry from the first to the signed head.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::evidence::chain::{Entry, Fault, Head, Sound, Verifier};
use crate::evidence::digest::hex;

use super::chrome::{Chrome, page};
use super::error::Error;
use super::guard::Visitor;
use super::moment::Stamp;
use super::settings::Desk;
use super::{accounts, visible, words};

/// Entries on a page.
const ROWS: u32 = 50;
/// Entries read at a time by the check.
const CHUNK: u32 = 1000;

#[derive(Template)]
#[template(path = "record.html", config = "src/web/askama.toml")]
struct RecordPage {
    chrome: Chrome,
    head: Option<HeadView>,
    verdict: Option<VerdictView>,
    entries: Vec<EntryRow>,
    first: bool,
    next: Option<i64>,
}

struct HeadView {
    seq: i64,
    at: Stamp,
    hash: String,
    key: String,
}

struct VerdictView {
    class: &'static str,
    title: &'static str,
    text: String,
}

struct EntryRow {
    seq: i64,
    at: Stamp,
    actor: String,
    action: String,
    subject: String,
    hash: String,
}

/// Where in the record.
#[derive(Deserialize)]
pub struct Asked {
    sebelum: Option<i64>,
}

/// `GET /catatan`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    render(&desk, &visitor, asked.sebelum, None).await
}

/// `POST /catatan/periksa`.
pub async fn verify(State(desk): State<Desk>, visitor: Visitor) -> Result<Response, Error> {
    let verdict = match check(&desk).await? {
        Ok(Some(sound)) => VerdictView {
            class: "done",
            title: "Rantai utuh",
            text: format!(
                "{} butir diperiksa satu per satu sampai kepala yang ditandatangani. Tidak ada yang diubah, dihapus, atau disisipkan.",
                accounts::thousands(sound.last.unsigned_abs())
            ),
        },
        Ok(None) => VerdictView {
            class: "warn",
            title: "Catatan masih kosong",
            text: "Belum ada butir untuk diperiksa.".to_owned(),
        },
        Err(fault) => {
            tracing::error!(error = %fault, "the record does not verify: {fault}");
            VerdictView {
                class: "alert",
                title: "Rantai TIDAK utuh",
                text: format!("Hentikan perubahan dan amankan salinan basis data. Keterangan: {fault}."),
            }
        }
    };
    render(&desk, &visitor, None, Some(verdict)).await
}

async fn check(desk: &Desk) -> Result<Result<Option<Sound>, Fault>, Error> {
    let Some(head) = desk.store.head().await? else {
        let empty = desk.store.journal_latest(None, 1).await?.is_empty();
        return Ok(if empty { Ok(None) } else { Err(Fault::NoHead) });
    };
    let mut verifier = Verifier::default();
    let mut after = 0;
    loop {
        let entries = desk.store.journal_page(after, head.seq, CHUNK).await?;
        let Some(last) = entries.last() else { break };
        after = last.seq;
        if let Some(fault) = entries.iter().find_map(|entry| verifier.entry(entry).err()) {
            return Ok(Err(fault));
        }
    }
    Ok(verifier.finish(&head, &desk.store.record_key()).map(Some))
}

async fn render(
    desk: &Desk,
    visitor: &Visitor,
    before: Option<i64>,
    verdict: Option<VerdictView>,
) -> Result<Response, Error> {
    let found = desk.store.journal_latest(before, ROWS + 1).await?;
    let more = found.len() > ROWS as usize;
    let shown = &found[..found.len().min(ROWS as usize)];
    let names = user_names(desk).await?;
    let zone = &desk.settings.zone;
    page(&RecordPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/catatan"),
        head: desk
            .store
            .head()
            .await?
            .map(|head| head_view(&head, Stamp::new(head.at, zone))),
        verdict,
        entries: shown
            .iter()
            .map(|entry| entry_row(entry, Stamp::new(entry.words.at, zone), &names))
            .collect(),
        first: before.is_none(),
        next: shown.last().filter(|_| more).map(|entry| entry.seq),
    })
}

fn head_view(head: &Head, at: Stamp) -> HeadView {
    HeadView {
        seq: head.seq,
        at,
        hash: hex(&head.hash),
        key: hex(&head.public_key),
    }
}

fn entry_row(entry: &Entry, at: Stamp, names: &HashMap<String, String>) -> EntryRow {
    EntryRow {
        seq: entry.seq,
        at,
        actor: actor(&entry.words.actor, names),
        action: words::act(&entry.words.action),
        subject: words::subject(&entry.words.subject),
        hash: hex(&entry.hash[..8]),
    }
}

/// Names of the desk's users by the record's word for them (`user:3`).
pub async fn user_names(desk: &Desk) -> Result<HashMap<String, String>, Error> {
    let users = desk.store.users().await?;
    Ok(users.into_iter().map(|u| (format!("user:{}", u.id), u.name)).collect())
}

/// Who acted, for people.
pub fn actor(word: &str, names: &HashMap<String, String>) -> String {
    match (names.get(word), word) {
        (Some(name), _) => name.clone(),
        (None, "netra") => "mesin".to_owned(),
        (None, other) => match other.strip_prefix("cli:") {
            Some(name) => format!("{} (baris perintah)", visible::flat(name)),
            None => visible::flat(other),
        },
    }
}
