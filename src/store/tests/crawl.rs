//! Claiming, keeping, looking again, forgetting.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;

use super::on_both;
use super::world::*;
use crate::model::{AccountId, CaseState, Level, Millis, Outcome, Outlook};
use crate::store::page::{Seen, Tally};
use crate::store::queue::QueueFilter;
use crate::store::{Look, LookAnswer, Store};

async fn cases(store: &Store) -> u64 {
    store.case_counts().await.unwrap().into_iter().map(|(_, n)| n).sum()
}

on_both! {
    async fn a_due_account_is_claimed_once_and_again_when_its_lease_is_over(fresh) {
        let store = &fresh.store;
        populate(store, 3).await;
        let first = store.claim_due(&claim("n1", NOW, 3)).await.unwrap();
        let second = store.claim_due(&claim("n2", NOW, 10)).await.unwrap();
        assert_eq!((first.len(), second.len()), (3, 1));
        assert_eq!(first[0].region.as_deref(), Some("7471"), "inherited from the unit above");
        assert_eq!(first[0].state.unfinished, 1);
        assert!(store.claim_due(&claim("n1", NOW, 10)).await.unwrap().is_empty());
        let later = NOW.plus(2 * MINUTE);
        let again = store.claim_due(&claim("n2", later, 10)).await.unwrap();
        assert_eq!(again.len(), 4);
        assert!(again.iter().all(|due| due.state.unfinished == 2));
    }

    async fn two_claimers_never_get_the_same_account(fresh) {
        let store = &fresh.store;
        populate(store, 119).await;
        let claims = (0..24).map(|n| async move { store.claim_due(&claim(&format!("n{}", n % 4), NOW, 7)).await.unwrap() });
        let got: Vec<AccountId> = join_all(claims).await.into_iter().flatten().map(|due| due.account.id).collect();
        let distinct: HashSet<_> = got.iter().collect();
        assert_eq!((got.len(), distinct.len()), (120, 120));
    }

    async fn a_restarted_node_gets_its_claims_back_at_once_and_reads_a_suspect_alone(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let ids: Vec<AccountId> = accounts(store).await.iter().map(|account| account.id).collect();
        let (killer, other) = (ids[0], ids[1]);
        let claimed = async |now| -> Vec<AccountId> {
            let due = store.claim_due(&claim("n1", now, 10)).await.unwrap();
            due.iter().map(|due| due.account.id).collect()
        };
        for _ in 0..3 {
            assert_eq!(claimed(NOW).await, [killer, other], "neither is suspected yet");
            assert_eq!(store.release_leases("n2").await.unwrap(), 0, "another node's claims stay");
            assert_eq!(store.release_leases("n1").await.unwrap(), 2);
        }
        for _ in 3..8 {
            assert_eq!(claimed(NOW).await, [killer], "alone");
            assert_eq!(claimed(NOW).await, [], "and nothing beside it");
            assert_eq!(store.release_leases("n1").await.unwrap(), 1);
        }
        assert_eq!(claimed(NOW).await, [other], "the killer waits, and the other has its turn");
        let later = NOW.plus(80 * MINUTE);
        let mut done = page(other, Vec::new());
        done.done = Some(schedule(later.plus(MINUTE)));
        store.commit_page(&done, NOW).await.unwrap();
        assert_eq!(claimed(NOW).await, []);
        assert_eq!(claimed(later).await, [killer], "but not for ever");
    }

    async fn a_page_moves_cursor_schedule_and_cases_together(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let account = accounts(store).await[0].id;
        store.claim_due(&claim("n1", NOW, 10)).await.unwrap();
        let mut first = page(account, vec![flagged("p1", "coblos nomor 2"), finding("p2", "selamat pagi", Outcome::Clear, Level::Rendah)]);
        first.platform_id = Some("urn:1".into());
        first.done = Some(schedule(NOW.plus(MINUTE)));
        let committed = store.commit_page(&first, NOW).await.unwrap();
        assert_eq!((committed.new_cases.len(), committed.new_versions), (1, 0), "what is not flagged is not kept");
        let known = store.known(account, &[mac("p1"), mac("p2"), mac("p3")]).await.unwrap();
        assert_eq!(known.len(), 2);
        assert_eq!(known[&mac("p1")].case, Some(committed.new_cases[0]));
        assert_eq!(known[&mac("p2")].case, None);
        // Read again, nothing new.
        let again = store.commit_page(&first, NOW).await.unwrap();
        assert_eq!(again, crate::store::Committed::default());
        let due = store.claim_due(&claim("n1", NOW.plus(MINUTE), 10)).await.unwrap();
        let state = &due[0].state;
        assert_eq!(due[0].account.platform_id.as_deref(), Some("urn:1"));
        assert_eq!(state.cursor.as_deref(), Some("{\"since\":1}"));
        assert_eq!((state.unfinished, state.last_success_at, state.etag.as_deref()), (1, Some(NOW), Some("\"e\"")));
        let file = store.case_file(committed.new_cases[0]).await.unwrap().unwrap();
        assert_eq!((file.case.state, file.case.level, file.versions.len()), (CaseState::Terdeteksi, Level::Tinggi, 1));
        assert_eq!(file.versions[0].text, "coblos nomor 2");
        assert_eq!(file.versions[0].capture.excerpt, b"coblos nomor 2");
        assert_eq!(file.post_key, "p1");
    }

    async fn an_edit_adds_a_version_whatever_its_verdict(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let account = accounts(store).await[0].id;
        let case = store.commit_page(&page(account, vec![flagged("p", "satu")]), NOW).await.unwrap().new_cases[0];
        let edit = page(account, vec![finding("p", "dua", Outcome::Clear, Level::Rendah)]);
        assert_eq!(store.commit_page(&edit, NOW).await.unwrap().new_versions, 1);
        assert_eq!(store.commit_page(&edit, NOW).await.unwrap().new_versions, 0);
        let back = page(account, vec![flagged("p", "satu")]);
        assert_eq!(store.commit_page(&back, NOW).await.unwrap().new_versions, 1, "back again is an edit too");
        let file = store.case_file(case).await.unwrap().unwrap();
        assert_eq!((file.case.versions, file.case.revision, file.case.level), (3, 3, Level::Tinggi));
        let texts: Vec<_> = file.versions.iter().map(|v| v.text.as_str()).collect();
        assert_eq!(texts, ["satu", "dua", "satu"]);
    }

    async fn one_case_per_person_and_post_however_many_find_it_at_once(fresh) {
        let store = &fresh.store;
        populate(store, 8).await;
        let accounts = accounts(store).await;
        let commits = accounts[..8].iter().flat_map(|account| {
            (0..4).map(move |turn| async move {
                // In different orders, so that waiting for each other in a circle would show.
                let mut findings: Vec<_> = (0..6).map(|n| flagged(&format!("p{n}"), "coblos")).collect();
                findings.rotate_left(turn);
                if turn % 2 == 0 { findings.reverse(); }
                let mut page = page(account.id, findings);
                let mut tallies: Vec<_> = (0..5).map(|n| Tally {
                    rule: format!("r{n}"), version: "v".into(), outcome: "flag".into(), count: 1,
                }).collect();
                tallies.rotate_left(turn);
                page.tallies = tallies;
                store.commit_page(&page, NOW).await.unwrap()
            })
        });
        let committed = join_all(commits).await;
        let new: usize = committed.iter().map(|c| c.new_cases.len()).sum();
        let versions: u32 = committed.iter().map(|c| c.new_versions).sum();
        assert_eq!((new, versions, cases(store).await), (6, 0, 6));
        // The same post of another person is another case.
        store.commit_page(&page(accounts[8].id, vec![flagged("p0", "coblos")]), NOW).await.unwrap();
        assert_eq!(cases(store).await, 7);
    }

    async fn hostile_bytes_are_kept_as_they_came(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let account = accounts(store).await[0].id;
        let text = "co\u{0}blos \u{202e}2 \u{1f600}";
        let key = format!("k\u{0}{}", "x".repeat(9000));
        let mut page = page(account, vec![flagged(&key, text)]);
        page.platform_id = Some("id\u{0}".into());
        let case = store.commit_page(&page, NOW).await.unwrap().new_cases[0];
        let file = store.case_file(case).await.unwrap().unwrap();
        assert_eq!(file.versions[0].text, text);
        assert_eq!(file.versions[0].capture.excerpt, text.as_bytes());
        assert!(file.post_key.starts_with("k\u{fffd}x"));
        let row = &store.queue(&QueueFilter::default()).await.unwrap().rows[0];
        assert_eq!(row.text, text);
    }

    async fn gone_needs_two_answers_far_enough_apart(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let account = accounts(store).await[0].id;
        let case = store.commit_page(&page(account, vec![flagged("p", "satu")]), NOW).await.unwrap().new_cases[0];
        assert!(store.due_rechecks(NOW, 10).await.unwrap().is_empty());
        let first = NOW.plus(60 * MINUTE);
        let due = store.due_rechecks(first, 10).await.unwrap();
        assert_eq!((due.len(), due[0].key.as_str(), due[0].last_look_at), (1, "p", None));
        assert!(store.due_rechecks(first, 10).await.unwrap().is_empty(), "handed out once");
        let look = |minutes: u32, answer| Look {
            case,
            at: first.plus(minutes * MINUTE),
            answer,
            how: "http-404".into(),
            confirm_after: Duration::from_hours(1),
            next_at: Some(first.plus((minutes + 60) * MINUTE)),
        };
        for (minutes, answer, expected) in [
            (0, LookAnswer::Failed, Outlook::Unknown),
            (10, LookAnswer::Gone, Outlook::Missing),
            (20, LookAnswer::Gone, Outlook::Missing),
            (30, LookAnswer::Failed, Outlook::Unknown),
            (100, LookAnswer::Gone, Outlook::Missing),
            (130, LookAnswer::There, Outlook::Online),
            (200, LookAnswer::Gone, Outlook::Missing),
            (260, LookAnswer::Gone, Outlook::Gone),
            (270, LookAnswer::Failed, Outlook::Gone),
        ] {
            assert_eq!(store.record_look(&look(minutes, answer)).await.unwrap(), expected, "at {minutes}");
        }
        let file = store.case_file(case).await.unwrap().unwrap();
        assert_eq!((file.case.outlook, file.looks.len()), (Outlook::Gone, 9));
        assert_eq!(file.case.revision, 8, "seven changes of outlook");
    }

    async fn fingerprints_go_when_their_time_is_over_unless_they_are_of_a_case(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let account = accounts(store).await[0].id;
        let mut read = page(account, vec![flagged("case", "coblos")]);
        for n in 0..5000 {
            let key = mac(&format!("p{n}"));
            read.seen.push(Seen { key, content: key });
        }
        store.commit_page(&read, NOW).await.unwrap();
        let month = Duration::from_hours(30 * 24);
        assert_eq!(store.forget(NOW.plus(month), month).await.unwrap(), 0);
        // One of them is read again and stays.
        let mut again = page(account, Vec::new());
        again.seen = vec![Seen { key: mac("p7"), content: mac("p7") }];
        store.commit_page(&again, NOW.plus(month)).await.unwrap();
        let later = Millis(NOW.plus(month).0 + 1);
        assert_eq!(store.forget(later, month).await.unwrap(), 4999);
        let known = store.known(account, &[mac("case"), mac("p7"), mac("p8")]).await.unwrap();
        assert_eq!(known.len(), 2);
    }

    async fn coverage_tells_never_seen_from_seen(fresh) {
        let store = &fresh.store;
        populate(store, 2).await;
        let account = accounts(store).await[0].id;
        let mut done = page(account, Vec::new());
        done.done = Some(schedule(NOW.plus(MINUTE)));
        store.commit_page(&done, NOW).await.unwrap();
        let coverage = store.coverage(NOW.minus(MINUTE)).await.unwrap();
        assert_eq!((coverage[0].accounts, coverage[0].ever_seen, coverage[0].recently_seen), (3, 1, 1));
        assert_eq!(store.next_due().await.unwrap(), Some(NOW));
        assert_eq!(store.backlog(NOW).await.unwrap(), 2);
    }
}
