//! The queue, opening, deciding.

use std::time::Duration;

use super::on_both;
use super::world::*;
use crate::model::{CaseId, CaseState, Level, Millis, Outcome, Ownership, OwnershipState, UserId};
use crate::review::{Action, Refusal};
use crate::store::queue::QueueFilter;
use crate::store::{DecideError, Decision, Store};

const LEASE: Duration = Duration::from_mins(10);
const REASON: &str = "alasan yang cukup panjang";

async fn one_case(store: &Store) -> CaseId {
    populate(store, 1).await;
    let account = accounts(store).await[0].id;
    store
        .commit_page(&page(account, vec![flagged("p", "coblos nomor 2")]), NOW)
        .await
        .unwrap()
        .new_cases[0]
}

async fn refused(store: &Store, case: CaseId, user: UserId, revision: i64, decision: Decision) -> Refusal {
    match store.decide(case, user, revision, decision, REASON, NOW).await {
        Err(DecideError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn the_first_opening_makes_a_case_known_and_every_read_is_recorded(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let ani = supervisor(store, "ani", None).await;
        let opened = store.open_case(case, ani, NOW, LEASE).await.unwrap();
        assert_eq!((opened.file.case.state, opened.file.case.known_at), (CaseState::Telaah1, Some(NOW)));
        assert_eq!(opened.file.leased_name.as_deref(), Some("ani"));
        let reads = || async {
            let entries = store.journal_of(&format!("case:{case}")).await.unwrap();
            entries.iter().filter(|entry| entry.words.action == "case.read").count()
        };
        assert_eq!(reads().await, 1);
        store.open_case(case, ani, NOW.plus(MINUTE), LEASE).await.unwrap();
        assert_eq!(reads().await, 1, "reading on is one read");
        let again = store.open_case(case, ani, NOW.plus(60 * MINUTE), LEASE).await.unwrap();
        assert_eq!(reads().await, 2);
        assert_eq!(again.file.case.known_at, Some(NOW), "the clock does not start twice");
        assert_eq!(again.file.case.revision, opened.file.case.revision);
    }

    async fn two_people_never_read_one_case_at_once(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let (ani, budi) = (supervisor(store, "ani", None).await, supervisor(store, "budi", None).await);
        store.open_case(case, ani, NOW, LEASE).await.unwrap();
        match store.open_case(case, budi, NOW.plus(MINUTE), LEASE).await {
            Err(DecideError::Leased { by, until }) => assert_eq!((by.as_str(), until), ("ani", NOW.plus(LEASE))),
            _ => panic!("two readers at once"),
        }
        assert!(matches!(
            store.decide(case, budi, 2, Decision::Tolak, REASON, NOW).await,
            Err(DecideError::Leased { .. })
        ));
        store.release_case(case, budi).await.unwrap();
        assert!(store.open_case(case, budi, NOW, LEASE).await.is_err(), "one gives back only one's own");
        store.release_case(case, ani).await.unwrap();
        store.open_case(case, budi, NOW, LEASE).await.unwrap();
    }

    async fn the_second_reading_is_anothers(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let (ani, budi) = (supervisor(store, "ani", None).await, supervisor(store, "budi", None).await);
        assert_eq!(refused(store, case, ani, 1, Decision::Teruskan).await, Refusal::NotOpened);
        let revision = store.open_case(case, ani, NOW, LEASE).await.unwrap().file.case.revision;
        let short = store.decide(case, ani, revision, Decision::Teruskan, "ya", NOW).await;
        assert!(matches!(short, Err(DecideError::Refused(Refusal::ReasonTooShort))));
        let state = store.decide(case, ani, revision, Decision::Teruskan, REASON, NOW).await.unwrap();
        assert_eq!(state, CaseState::Telaah2);
        assert_eq!(refused(store, case, ani, revision + 1, Decision::Tolak).await, Refusal::SameReader);
        store.open_case(case, ani, NOW, LEASE).await.unwrap();
        // The first reader, who can decide nothing here any more, looks without keeping the second from it.
        let opened = store.open_case(case, budi, NOW, LEASE).await.unwrap();
        let state = store.decide(case, budi, opened.file.case.revision, Decision::Tolak, REASON, NOW).await.unwrap();
        assert_eq!(state, CaseState::Ditolak);
        let file = store.case_file(case).await.unwrap().unwrap();
        assert_eq!((file.first_reader, file.second_reader, file.closed_at), (Some(ani), Some(budi), Some(NOW)));
        let told: Vec<_> = file.decisions.iter().map(|d| (d.user_name.as_str(), d.action.as_str(), d.reason.as_str())).collect();
        assert_eq!(told, [("ani", "teruskan", REASON), ("budi", "tolak", REASON)]);
    }

    async fn a_stale_form_is_refused_with_what_changed(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let ani = supervisor(store, "ani", None).await;
        let revision = store.open_case(case, ani, NOW, LEASE).await.unwrap().file.case.revision;
        let account = accounts(store).await[0].id;
        store.commit_page(&page(account, vec![flagged("p", "diubah")]), NOW).await.unwrap();
        match store.decide(case, ani, revision, Decision::Tolak, REASON, NOW).await {
            Err(DecideError::Stale { revision: now, changes }) => {
                assert_eq!(now, revision + 1);
                assert_eq!(changes.iter().map(|e| e.words.action.as_str()).collect::<Vec<_>>(), ["case.version"]);
            }
            other => panic!("{other:?}"),
        }
    }

    async fn only_one_of_two_simultaneous_decisions_counts(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let ani = supervisor(store, "ani", None).await;
        let revision = store.open_case(case, ani, NOW, LEASE).await.unwrap().file.case.revision;
        let decide = |decision| store.decide(case, ani, revision, decision, REASON, NOW);
        let (one, other) = tokio::join!(decide(Decision::Tolak), decide(Decision::Teruskan));
        assert!(one.is_ok() != other.is_ok());
        assert_eq!(store.case_file(case).await.unwrap().unwrap().decisions.len(), 1);
    }

    async fn ones_own_unit_is_closed_to_one_above_and_below_too(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        for (name, unit) in [("same", "dinas-a"), ("above", "kota")] {
            let user = supervisor(store, name, Some(unit)).await;
            let refused = store.open_case(case, user, NOW, LEASE).await;
            assert!(matches!(refused, Err(DecideError::Refused(Refusal::Recused))), "{name}");
            let filter = QueueFilter { viewer: Some(user), ..QueueFilter::default() };
            assert_eq!(store.queue(&filter).await.unwrap().total, 0, "{name}");
        }
        let sister = supervisor(store, "sister", Some("dinas-b")).await;
        let filter = QueueFilter { viewer: Some(sister), ..QueueFilter::default() };
        assert_eq!(store.queue(&filter).await.unwrap().total, 1);
        store.open_case(case, sister, NOW, LEASE).await.unwrap();
        let near = supervisor(store, "near", Some("dinas-a")).await;
        let refused = store.open_case(case, near, NOW, LEASE).await;
        assert!(matches!(refused, Err(DecideError::Refused(Refusal::Recused))), "not who reads it just now");
    }

    async fn a_rejected_post_edited_into_a_flagged_one_starts_again(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let account = accounts(store).await[0].id;
        let ani = supervisor(store, "ani", None).await;
        let revision = store.open_case(case, ani, NOW, LEASE).await.unwrap().file.case.revision;
        store.decide(case, ani, revision, Decision::Tolak, REASON, NOW).await.unwrap();
        let harmless = finding("p", "selamat pagi", Outcome::Clear, Level::Rendah);
        store.commit_page(&page(account, vec![harmless]), NOW).await.unwrap();
        assert_eq!(store.case_file(case).await.unwrap().unwrap().case.state, CaseState::Ditolak);
        store.commit_page(&page(account, vec![flagged("p", "coblos 2 ya")]), NOW).await.unwrap();
        let file = store.case_file(case).await.unwrap().unwrap();
        assert_eq!((file.case.state, file.case.known_at, file.closed_at), (CaseState::Terdeteksi, None, None));
    }

    async fn the_whole_way_to_a_referral_is_recorded(fresh) {
        let store = &fresh.store;
        let case = one_case(store).await;
        let account = accounts(store).await[0].id;
        let (ani, budi) = (supervisor(store, "ani", None).await, supervisor(store, "budi", None).await);
        store.open_case(case, ani, NOW, LEASE).await.unwrap();
        let act = async |user, action, at| {
            let revision = store.case_file(case).await.unwrap().unwrap().case.revision;
            store.act(case, user, revision, action, REASON, at).await
        };
        act(ani, Action::Forward, NOW).await.unwrap();
        act(budi, Action::Forward, NOW).await.unwrap();
        assert!(matches!(act(ani, Action::Forward, NOW).await, Err(DecideError::Refused(Refusal::OwnershipOpen { .. }))));
        let ownership = Ownership {
            state: OwnershipState::Verified,
            proof: Some("surat 12/2024".into()),
            since: Some(NOW),
            until: None,
        };
        store.set_ownership(account, &ownership, &cli(), NOW).await.unwrap();
        act(ani, Action::Forward, NOW).await.unwrap();
        let due = NOW.plus(MINUTE);
        act(ani, Action::Ask { due }, NOW).await.unwrap();
        act(ani, Action::RecordAnswer, NOW).await.unwrap();
        act(ani, Action::Forward, NOW).await.unwrap();
        act(ani, Action::Propose(CaseState::RujukBawaslu), due).await.unwrap();
        assert!(matches!(act(ani, Action::Agree, due).await, Err(DecideError::Refused(Refusal::OwnProposal))));
        assert_eq!(act(budi, Action::Agree, due).await.unwrap(), CaseState::RujukBawaslu);
        let file = store.case_file(case).await.unwrap().unwrap();
        assert_eq!((file.answered_at, file.closed_at), (Some(NOW), Some(due)));
        assert_eq!(file.decisions.len(), 8);
    }

    async fn the_queue_is_gravest_first_then_oldest(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let accounts = accounts(store).await;
        let commit = async |at: i64, account: usize, key: &str, level| {
            let found = finding(key, key, Outcome::Flag, level);
            store.commit_page(&page(accounts[account].id, vec![found]), Millis(NOW.0 + at)).await.unwrap();
        };
        commit(0, 0, "sedang-tua", Level::Sedang).await;
        commit(1, 0, "tinggi-tua", Level::Tinggi).await;
        commit(2, 1, "tinggi-muda", Level::Tinggi).await;
        let order = async |filter: QueueFilter| -> Vec<String> {
            store.queue(&filter).await.unwrap().rows.into_iter().map(|row| row.text).collect()
        };
        assert_eq!(order(QueueFilter::default()).await, ["tinggi-tua", "tinggi-muda", "sedang-tua"]);
        let graver = QueueFilter { level: Some(Level::Tinggi), ..QueueFilter::default() };
        assert_eq!(order(graver).await.len(), 2);
        let first = store.queue(&QueueFilter { limit: 1, ..QueueFilter::default() }).await.unwrap();
        let case = &first.rows[0].case;
        let after = Some((case.level, case.detected_at, case.id));
        let rest = QueueFilter { after, ..QueueFilter::default() };
        assert_eq!(order(rest).await, ["tinggi-muda", "sedang-tua"]);
        let unit = store.unit_by_code("dinas-b").await.unwrap();
        assert_eq!(order(QueueFilter { unit, ..QueueFilter::default() }).await, ["tinggi-muda"]);
        let root = store.unit_by_code("kota").await.unwrap();
        assert_eq!(order(QueueFilter { unit: root, ..QueueFilter::default() }).await.len(), 3);
        let none = QueueFilter { contest: Some("lain".into()), ..QueueFilter::default() };
        assert!(order(none).await.is_empty());
        let closed = QueueFilter { states: vec![CaseState::Ditolak], ..QueueFilter::default() };
        assert!(order(closed).await.is_empty());
    }
}
