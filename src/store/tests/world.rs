//! Little things to register and to find.

use std::time::Duration;

use crate::evidence::capture::{Answer, capture};
use crate::model::{
    Account, AccountId, AccountKind, Author, Category, Employment, Hit, Level, Millis, Outcome, OwnershipState, Phase,
    Platform, Position, Post, PostKind, Role, Span, UserId, Verdict,
};
use crate::store::page::{Finding, Mac, PageCommit, Schedule, Seen};
use crate::store::register::{NewAccount, NewPerson, NewUnit, Rows};
use crate::store::{By, Claim, Store};

/// Now, unless a story says otherwise.
pub const NOW: Millis = Millis(1_732_500_000_000);
pub const MINUTE: Duration = Duration::from_mins(1);

pub fn cli() -> By {
    By::Cli("test".into())
}

pub fn unit(code: &str, parent: Option<&str>, region: Option<&str>) -> NewUnit {
    NewUnit {
        code: code.into(),
        name: format!("Unit {code}"),
        parent: parent.map(Into::into),
        region: region.map(Into::into),
    }
}

pub fn person(nip: &str, unit: &str) -> NewPerson {
    NewPerson {
        nip: nip.into(),
        name: format!("Nama {nip}"),
        employment: Employment::Pns,
        unit: unit.into(),
        position: Position::Pelaksana,
    }
}

pub fn account(nip: &str, handle: &str) -> NewAccount {
    NewAccount {
        nip: nip.into(),
        platform: Platform::Feed,
        handle: handle.into(),
        kind: AccountKind::Personal,
        ownership: OwnershipState::Declared,
        proof: None,
        since: None,
        until: None,
        consent: None,
        active: true,
    }
}

pub async fn take(store: &Store, rows: Rows) {
    let done = store.import(&rows, false, &cli(), NOW, &|| {}).await.unwrap();
    assert!(done.taken, "{:?}", done.bad);
}

/// Two agencies under a city with a person each, `accounts` accounts of the first person and one of the second.
pub async fn populate(store: &Store, accounts: usize) {
    take(
        store,
        Rows::Units(vec![
            unit("kota", None, Some("7471")),
            unit("dinas-a", Some("kota"), None),
            unit("dinas-b", Some("kota"), None),
        ]),
    )
    .await;
    take(
        store,
        Rows::People(vec![person("A", "dinas-a"), person("B", "dinas-b")]),
    )
    .await;
    let mut rows: Vec<NewAccount> = (0..accounts)
        .map(|n| account("A", &format!("https://a{n}.example/feed")))
        .collect();
    rows.push(account("B", "https://b.example/feed"));
    take(store, Rows::Accounts(rows)).await;
}

/// The registered accounts, in order.
pub async fn accounts(store: &Store) -> Vec<Account> {
    let list = store.accounts(AccountId(0), 10_000).await.unwrap();
    list.into_iter().map(|status| status.account).collect()
}

pub async fn supervisor(store: &Store, name: &str, unit: Option<&str>) -> UserId {
    let unit = match unit {
        Some(code) => store.unit_by_code(code).await.unwrap(),
        None => None,
    };
    let role = Role::Supervisor;
    store
        .add_user(name, role, unit, "kata sandi panjang", &cli(), NOW)
        .await
        .unwrap()
}

pub fn claim(node: &str, now: Millis, limit: u32) -> Claim {
    Claim {
        node: node.into(),
        now,
        lease: MINUTE,
        limit,
        platforms: vec![Platform::Feed, Platform::Mastodon],
    }
}

pub fn mac(text: &str) -> Mac {
    crate::evidence::digest::sha256(text.as_bytes())[..16]
        .try_into()
        .unwrap()
}

pub fn post(key: &str, text: &str) -> Post {
    Post {
        key: key.into(),
        url: Some(format!("https://a.example/{key}")),
        author: Author::default(),
        kind: PostKind::Own,
        text: text.into(),
        foreign: Vec::new(),
        published_at: Some(NOW),
        edited_at: None,
        raw: 0..text.len(),
    }
}

pub fn verdict(outcome: Outcome, level: Level) -> Verdict {
    let hit = Hit {
        rule: "D1-ajakan-calon".into(),
        title: "Ajakan".into(),
        version: "0123456789ab".into(),
        category: Category::Ajakan,
        level,
        basis: vec!["skb2022:disiplin:6".into()],
        contest: Some("2024-kota".into()),
        candidate: Some(2),
        spans: vec![Span { start: 0, end: 4 }],
        shadow: false,
    };
    Verdict {
        outcome,
        hits: if outcome == Outcome::Flag {
            vec![hit]
        } else {
            Vec::new()
        },
        suppressed: Vec::new(),
    }
}

pub fn finding(key: &str, text: &str, outcome: Outcome, level: Level) -> Finding {
    let post = post(key, text);
    let headers = [("content-type".to_owned(), "application/rss+xml".to_owned())];
    let answer = Answer {
        url: "https://a.example/feed",
        status: 200,
        headers: &headers,
        fetched_at: NOW,
        body: text.as_bytes(),
        decoded: text.as_bytes(),
        decoded_from: None,
    };
    Finding {
        mac: mac(key),
        capture: capture(&answer, &post.raw),
        post,
        verdict: verdict(outcome, level),
        contest: Some("2024-kota".into()),
        phase: Some(Phase::Kampanye),
        ruleset: "hash".into(),
    }
}

pub fn flagged(key: &str, text: &str) -> Finding {
    finding(key, text, Outcome::Flag, Level::Tinggi)
}

pub fn page(account: AccountId, findings: Vec<Finding>) -> PageCommit {
    PageCommit {
        account,
        platform_id: None,
        cursor: Some("{\"since\":1}".into()),
        seen: findings
            .iter()
            .map(|finding| Seen {
                key: finding.mac,
                content: mac(&finding.post.text),
            })
            .collect(),
        findings,
        tallies: Vec::new(),
        done: None,
        brake: None,
    }
}

pub fn schedule(next: Millis) -> Schedule {
    Schedule {
        next_poll_at: next,
        interval_ms: 900_000,
        failures: 0,
        etag: Some("\"e\"".into()),
        last_modified: None,
        body_digest: None,
        outcome: "ok".into(),
        success: true,
    }
}
