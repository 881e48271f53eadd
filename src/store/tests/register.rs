//! The registers.

use jiff::civil::date;

use super::on_both;
use super::world::*;
use crate::model::{Millis, OwnershipState};
use crate::store::Store;
use crate::store::register::{Imported, NewPledge, Rows};

async fn import(store: &Store, rows: Rows, skip_bad: bool) -> Imported {
    store.import(&rows, skip_bad, &cli(), NOW, &|| {}).await.unwrap()
}

on_both! {
    async fn the_same_rows_twice_change_nothing(fresh) {
        let store = &fresh.store;
        let units = || Rows::Units(vec![unit("anak", Some("induk"), None), unit("induk", None, Some("7471"))]);
        assert_eq!(import(store, units(), false).await.added, 2, "a parent may come after its child");
        assert_eq!(import(store, units(), false).await.unchanged, 2);
        let people = || Rows::People(vec![person("A", "anak"), person("B", "induk")]);
        assert_eq!(import(store, people(), false).await.added, 2);
        assert_eq!(import(store, people(), false).await.unchanged, 2);
        let rows = || Rows::Accounts(vec![account("A", "https://a.example/"), account("B", "https://b.example/")]);
        assert_eq!(import(store, rows(), false).await.added, 2);
        let entries = store.head().await.unwrap().unwrap().seq;
        assert_eq!(import(store, rows(), false).await.unchanged, 2);
        assert_eq!(store.head().await.unwrap().unwrap().seq, entries, "nothing happened, nothing recorded");
        let mut changed = account("A", "https://a.example/");
        changed.ownership = OwnershipState::Verified;
        changed.since = Some(NOW);
        assert_eq!(import(store, Rows::Accounts(vec![changed]), false).await.changed, 1);
        assert_eq!(accounts(store).await[0].ownership.since, Some(NOW));
    }

    async fn nothing_of_a_bad_file_is_taken_unless_asked(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let rows = || Rows::People(vec![person("C", "dinas-a"), person("D", "tidak-ada"), person("E", "dinas-b")]);
        let refused = import(store, rows(), false).await;
        assert_eq!((refused.taken, refused.bad.as_slice()), (false, &[(1, "the unit is not registered")][..]));
        assert_eq!(store.people_count().await.unwrap(), 2);
        let taken = import(store, rows(), true).await;
        assert_eq!((taken.taken, taken.added, taken.bad.len()), (true, 2, 1));
        let stolen = import(store, Rows::Accounts(vec![account("B", "https://a0.example/feed")]), false).await;
        assert_eq!(stolen.bad, [(0, "this account is registered for another person")]);
        let orphan = import(store, Rows::Accounts(vec![account("Z", "https://z.example/")]), true).await;
        assert_eq!(orphan.bad, [(0, "the person is not registered")]);
    }

    async fn units_are_a_tree(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let circle = import(store, Rows::Units(vec![unit("kota", Some("dinas-a"), None)]), true).await;
        assert!(!circle.taken, "not even when bad rows are skipped");
        let orphan = import(store, Rows::Units(vec![unit("x", Some("tidak-ada"), None)]), false).await;
        assert_eq!(orphan.bad, [(0, "the unit above is not registered")]);
        // A unit moves, and with it the region of those below.
        take(store, Rows::Units(vec![unit("prov", None, Some("74")), unit("kota", Some("prov"), None)])).await;
        let due = store.claim_due(&claim("n", NOW, 9)).await.unwrap();
        assert!(due.iter().all(|due| due.region.as_deref() == Some("74")));
        let codes: Vec<_> = store.units().await.unwrap().into_iter().map(|unit| unit.code).collect();
        assert_eq!(codes[..2], ["prov", "kota"], "parents first");
    }

    async fn a_new_account_is_due_at_once_and_a_revoked_one_never(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let mut revoked = account("A", "https://a0.example/feed");
        revoked.ownership = OwnershipState::Revoked;
        let mut off = account("B", "https://b.example/feed");
        off.active = false;
        take(store, Rows::Accounts(vec![revoked, off])).await;
        assert!(store.claim_due(&claim("n", NOW, 9)).await.unwrap().is_empty());
    }

    async fn a_pledge_and_its_signatories(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let row = |nip: Option<&str>| NewPledge {
            code: "ikrar-2024".into(),
            place: "Kendari".into(),
            signed_on: date(2024, 9, 2),
            points: vec!["netral".into(), "tidak memihak".into()],
            nip: nip.map(Into::into),
        };
        let rows = || Rows::Pledges(vec![row(Some("A")), row(Some("B"))]);
        assert_eq!(import(store, rows(), false).await.added, 2);
        assert_eq!(import(store, rows(), false).await.unchanged, 2);
        let pledges = store.pledges().await.unwrap();
        assert_eq!((pledges.len(), pledges[0].signatories.len(), pledges[0].points.len()), (1, 2, 2));
        let person = accounts(store).await[0].person;
        assert_eq!(store.pledges_of(person).await.unwrap()[0].code, "ikrar-2024");
    }

    async fn ten_thousand_rows_import_in_seconds(fresh) {
        let store = &fresh.store;
        populate(store, 1).await;
        let started = std::time::Instant::now();
        let people = (0..10_000).map(|n| person(&format!("{n:018}"), "dinas-a")).collect();
        assert_eq!(import(store, Rows::People(people), false).await.added, 10_000);
        let rows = (0..10_000).map(|n| account(&format!("{n:018}"), &format!("https://x{n}.example/feed"))).collect();
        assert_eq!(import(store, Rows::Accounts(rows), false).await.added, 10_000);
        eprintln!("20,000 rows in {:?} on {store:?}", started.elapsed());
        assert_eq!(store.claim_due(&claim("n", NOW, 100)).await.unwrap().len(), 100);
        let _ = Millis::default();
    }
}
