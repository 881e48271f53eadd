//! The life of rules and the brake, as the database keeps them.

use std::time::Duration;

use futures_util::future::join_all;

use super::audit::sql;
use super::on_both;
use super::world::*;
use crate::model::{AccountId, CaseState, Millis, Role, Stage, UserId};
use crate::review::life::Refusal;
use crate::store::page::PageCommit;
use crate::store::rule::{Asked, StepError, Written};
use crate::store::{Brake, Committed, Store};

const DAY: Duration = Duration::from_hours(24);
/// What [`verdict`] says hits.
const RULE: &str = "D1-ajakan-calon";
const VERSION: &str = "0123456789ab";
const BRAKE: Brake = Brake {
    window: DAY,
    least: 5,
    factor: 5,
    past: Duration::from_hours(14 * 24),
};

fn written(version: &str) -> Written {
    Written {
        rule: RULE.to_owned(),
        version: version.to_owned(),
        body: format!("{{\"{version}\"}}"),
    }
}

fn asked(version: &str, from: Option<Stage>, to: Stage) -> Asked {
    Asked {
        written: written(version),
        from,
        to,
    }
}

/// A crowd, each with an account; the rule live.
async fn crowd(store: &Store, people: usize) -> Vec<AccountId> {
    use crate::store::register::Rows;
    take(store, Rows::Units(vec![unit("kota", None, Some("7471"))])).await;
    let nips: Vec<String> = (0..people).map(|n| format!("N{n}")).collect();
    take(
        store,
        Rows::People(nips.iter().map(|nip| person(nip, "kota")).collect()),
    )
    .await;
    let rows = nips
        .iter()
        .map(|nip| account(nip, &format!("https://{nip}.example/feed")));
    take(store, Rows::Accounts(rows.collect())).await;
    assert!(
        store
            .adopt_rules("susunan", &[(written(VERSION), Stage::Live)], NOW)
            .await
            .unwrap()
    );
    accounts(store).await.into_iter().map(|account| account.id).collect()
}

/// One flagged post of an account, published `at`, found ten days later.
async fn says(store: &Store, account: AccountId, at: Millis) -> Committed {
    let key = format!("{account}-{at}");
    let mut finding = flagged(&key, &format!("coblos nomor 2 ({key})"));
    finding.post.published_at = Some(at);
    let page = PageCommit {
        brake: Some(BRAKE),
        ..page(account, vec![finding])
    };
    store.commit_page(&page, NOW.plus(12 * DAY)).await.unwrap()
}

async fn stage(store: &Store) -> Stage {
    store.rule_versions().await.unwrap()[0].stage
}

async fn refused(store: &Store, asked: Asked, who: UserId) -> Refusal {
    let done = store
        .step_rules(&[asked], who, None, "susunan", "alasan yang cukup", None, NOW)
        .await;
    match done {
        Err(StepError::Refused { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn too_many_people_are_measured_by_the_rules_own_past(fresh) {
        let store = &fresh.store;
        let people = crowd(store, 20).await;
        // Two people a day for ten days: usual. Ten on a day are five times that, and still let through.
        for day in 0..10_u32 {
            for one in 0..2 {
                let at = NOW.plus(DAY * day + MINUTE * one);
                assert!(says(store, people[one as usize], at).await.braked.is_empty(), "day {day}");
            }
        }
        let today = NOW.plus(DAY * 10);
        for (n, account) in people[..10].iter().enumerate() {
            let at = today.plus(MINUTE * u32::try_from(n).unwrap());
            assert!(says(store, *account, at).await.braked.is_empty(), "person {n}");
        }
        // Many posts of one person are one person.
        assert!(says(store, people[0], today.plus(MINUTE * 30)).await.braked.is_empty());
        let braked = says(store, people[10], today.plus(MINUTE * 31)).await.braked;
        assert_eq!(braked.iter().map(|b| (b.people, b.limit)).collect::<Vec<_>>(), [(11, 10)]);
        assert_eq!(stage(store).await, Stage::Shadow);
        let cases = store.case_counts().await.unwrap();
        assert_eq!(cases, [(CaseState::Terdeteksi, 20 + 10 + 1 + 1)]);
        // Whatever set a crawler still runs: the stopped version opens no case.
        let after = says(store, people[11], today.plus(MINUTE * 32)).await;
        assert_eq!((after.new_cases.len(), after.braked.len()), (0, 0));
        assert!(store.audit(None, &|_, _| {}).await.unwrap().is_sound());
    }

    async fn nodes_that_find_the_crowd_at_once_stop_at_the_same_person(fresh) {
        let store = &fresh.store;
        let people = crowd(store, 20).await;
        let at = NOW.plus(DAY);
        let found = join_all(people.iter().map(|account| says(store, *account, at))).await;
        assert_eq!(found.iter().map(|done| done.new_cases.len()).sum::<usize>(), 6);
        assert_eq!(found.iter().map(|done| done.braked.len()).sum::<usize>(), 1);
    }

    async fn a_step_is_taken_once_by_another_and_tampering_is_found(fresh) {
        let store = &fresh.store;
        let sari = supervisor(store, "sari", None).await;
        let tuti = store.add_user("tuti", Role::Tuner, None, "kata sandi panjang", &cli(), NOW).await.unwrap();
        let oka = store.add_user("oka", Role::Operator, None, "kata sandi panjang", &cli(), NOW).await.unwrap();
        assert!(!store.audit(None, &|_, _| {}).await.unwrap().findings.iter().any(|f| f.contains("rule")));
        let step = async |asked: Asked, who| {
            store.step_rules(&[asked], who, None, "susunan", "alasan yang cukup", None, NOW).await.unwrap();
        };
        assert_eq!(refused(store, asked("v1", None, Stage::Draft), oka).await, Refusal::Role);
        step(asked("v1", None, Stage::Draft), tuti).await;
        assert_eq!(refused(store, asked("v1", None, Stage::Draft), sari).await, Refusal::Changed);
        assert_eq!(refused(store, asked("v1", Some(Stage::Draft), Stage::Shadow), tuti).await, Refusal::Own);
        step(asked("v1", Some(Stage::Draft), Stage::Shadow), sari).await;
        assert_eq!(refused(store, asked("v1", Some(Stage::Draft), Stage::Shadow), sari).await, Refusal::Changed);
        assert_eq!(refused(store, asked("v1", Some(Stage::Shadow), Stage::Live), sari).await, Refusal::NotShown);
        // Of several rules all take the step or none.
        let both = [asked("v1", Some(Stage::Shadow), Stage::Retired), asked("v9", Some(Stage::Shadow), Stage::Retired)];
        assert!(store.step_rules(&both, sari, None, "susunan", "alasan yang cukup", None, NOW).await.is_err());
        assert_eq!(stage(store).await, Stage::Shadow);
        assert_eq!(store.rule_steps(RULE).await.unwrap().len(), 2);
        let findings = async || store.audit(None, &|_, _| {}).await.unwrap().findings;
        assert_eq!(findings().await, Vec::<String>::new());
        for (change, undo) in [
            ("UPDATE rule_life SET stage = 'live'", "UPDATE rule_life SET stage = 'shadow'"),
            ("UPDATE rule_step SET reason = 'lain' WHERE id = 1", "UPDATE rule_step SET reason = 'alasan yang cukup'"),
            ("UPDATE rule_step SET user_id = NULL WHERE id = 2", "UPDATE rule_step SET user_id = 1 WHERE id = 2"),
            ("UPDATE rule_life SET version = 'v2'", "UPDATE rule_life SET version = 'v1'"),
        ] {
            sql(store, change).await;
            assert!(!findings().await.is_empty(), "{change}");
            sql(store, undo).await;
            assert_eq!(findings().await, Vec::<String>::new(), "{undo}");
        }
    }
}
