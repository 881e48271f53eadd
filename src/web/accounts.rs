//! Accounts and coverage: which accounts are really read, which are not, and why.
//!
//! Invariant: an account that was not read is *belum terlihat*, never *bersih*; names of people are shown only to roles that
//! work with people.

use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::model::{AccountId, Millis, Role};
use crate::store::account::{AccountStatus, Coverage};

use super::chrome::{Chrome, page};
use super::error::Error;
use super::guard::Visitor;
use super::settings::Desk;
use super::words::Badge;
use super::{moment, visible, words};

/// Rows on a page.
const ROWS: u32 = 100;
/// What counts as read recently: every account is due at least once in this time.
const RECENT: Duration = Duration::from_hours(24);

#[derive(Template)]
#[template(path = "accounts.html", config = "src/web/askama.toml")]
struct AccountsPage {
    chrome: Chrome,
    now: String,
    tiles: Vec<Tile>,
    summary: String,
    gaps: bool,
    rows: Vec<Row>,
    names: bool,
    first: bool,
    next: Option<i64>,
}

struct Tile {
    number: String,
    label: &'static str,
}

struct Row {
    handle: String,
    platform: &'static str,
    person: String,
    unit: String,
    state: Badge,
    detail: Option<String>,
    seen: String,
    next: String,
}

/// Where in the list.
#[derive(Deserialize)]
pub struct Asked {
    setelah: Option<i64>,
}

/// `GET /akun`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let now = (desk.clock)();
    let coverage = sum(&desk.store.coverage(now.minus(RECENT)).await?);
    let after = AccountId(asked.setelah.unwrap_or(0));
    let found = desk.store.accounts(after, ROWS + 1).await?;
    let more = found.len() > ROWS as usize;
    let shown = &found[..found.len().min(ROWS as usize)];
    page(&AccountsPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/akun"),
        now: moment::local(now, &desk.settings.zone),
        tiles: tiles(&coverage),
        summary: sentence(&coverage),
        gaps: coverage.accounts == 0 || coverage.recently < coverage.accounts,
        rows: shown.iter().map(|status| row(status, now)).collect(),
        names: !matches!(visitor.user.role, Role::Operator),
        first: asked.setelah.is_none(),
        next: shown.last().filter(|_| more).map(|status| status.account.id.0),
    })
}

/// The coverage in one sentence, for here and for an empty queue.
pub async fn coverage_sentence(desk: &Desk, now: Millis) -> Result<String, Error> {
    Ok(sentence(&sum(&desk.store.coverage(now.minus(RECENT)).await?)))
}

#[derive(Default)]
struct Sum {
    accounts: u64,
    ever: u64,
    recently: u64,
    failing: u64,
}

fn sum(all: &[Coverage]) -> Sum {
    all.iter().fold(Sum::default(), |sum, c| Sum {
        accounts: sum.accounts + c.accounts,
        ever: sum.ever + c.ever_seen,
        recently: sum.recently + c.recently_seen,
        failing: sum.failing + c.failing,
    })
}

fn tiles(sum: &Sum) -> Vec<Tile> {
    let tile = |number: u64, label| Tile {
        number: thousands(number),
        label,
    };
    vec![
        tile(sum.accounts, "akun terdaftar dan aktif"),
        tile(sum.recently, "terbaca dalam 24 jam terakhir"),
        tile(sum.accounts.saturating_sub(sum.ever), "belum pernah terlihat"),
        tile(sum.failing, "gagal pada percobaan terakhir"),
    ]
}

fn sentence(sum: &Sum) -> String {
    let unseen = sum.accounts.saturating_sub(sum.recently);
    match (sum.accounts, unseen) {
        (0, _) => "Belum ada akun terdaftar: tidak ada yang terlihat.".to_owned(),
        (all, 0) => format!("Semua {} akun terdaftar terbaca dalam 24 jam terakhir.", thousands(all)),
        (all, unseen) => format!(
            "{} dari {} akun belum terlihat dalam 24 jam terakhir. Belum terlihat tidak berarti bersih.",
            thousands(unseen),
            thousands(all)
        ),
    }
}

fn row(status: &AccountStatus, now: Millis) -> Row {
    let (state, detail) = condition(status);
    Row {
        handle: visible::flat(&status.account.handle),
        platform: words::platform(status.account.platform),
        person: visible::flat(&status.person_name),
        unit: visible::flat(&status.unit_code),
        state,
        detail,
        seen: status
            .last_success_at
            .map_or_else(|| "belum pernah".to_owned(), |at| moment::ago(at, now)),
        next: match status.next_poll_at {
            Some(at) if at > now => format!("dalam {}", moment::age(at.since(now)).replace("baru saja", "1 menit")),
            Some(_) => "menunggu giliran".to_owned(),
            None => "–".to_owned(),
        },
    }
}

fn condition(status: &AccountStatus) -> (Badge, Option<String>) {
    let badge = |sign, word, class| Badge { sign, word, class };
    if !status.active {
        return (badge("×", "Tidak dibaca lagi", "samar"), None);
    }
    let failures = (status.failures > 1).then(|| format!("{} kali berturut-turut", status.failures));
    match status.last_outcome.as_deref() {
        None => (badge("◌", "Belum terlihat", "samar"), None),
        Some("ok" | "unchanged") => (badge("●", "Terbaca", "baik"), None),
        Some("robots") => (badge("⊘", "Ditutup robots.txt", "awas"), None),
        Some("opt-out") => (badge("⊘", "Menolak dibaca", "awas"), None),
        Some("rate-limited") => (badge("◔", "Diminta menunggu", "samar"), failures),
        Some("gone") => (badge("?", "Akun tidak ditemukan", "awas"), failures),
        Some(other) => {
            let code = visible::flat(other.strip_prefix("error:").unwrap_or(other));
            (
                badge("!", "Gagal dibaca", "awas"),
                Some(failures.map_or_else(|| code.clone(), |f| format!("{code}, {f}"))),
            )
        }
    }
}

/// `12.345`, as numbers are written here.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_dots() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1.234.567");
    }

    #[test]
    fn not_seen_is_never_clean() {
        let half = Sum {
            accounts: 20_000,
            ever: 15_000,
            recently: 12_000,
            failing: 10,
        };
        assert_eq!(
            sentence(&half),
            "8.000 dari 20.000 akun belum terlihat dalam 24 jam terakhir. Belum terlihat tidak berarti bersih."
        );
        assert!(sentence(&Sum::default()).contains("tidak ada yang terlihat"));
    }
}
