//! The record under many hands.

use futures_util::future::join_all;

use super::on_both;
use super::world::*;
use crate::evidence::chain::Verifier;
use crate::store::Store;
use crate::store::testing::{Fresh, record_key};

async fn verify(store: &Store) -> i64 {
    let mut verifier = Verifier::default();
    let mut after = 0;
    loop {
        let page = store.journal_page(after, i64::MAX, 100).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in &page {
            verifier.entry(entry).unwrap();
        }
    }
    let head = store.head().await.unwrap().unwrap();
    verifier.finish(&head, &store.record_key()).unwrap().last
}

/// A second process on the same database.
async fn again(fresh: &Fresh) -> Store {
    Store::open(&fresh.url, record_key()).await.unwrap()
}

on_both! {
    async fn the_chain_stays_whole_under_forty_writers(fresh) {
        let store = &fresh.store;
        populate(store, 40).await;
        let before = store.head().await.unwrap().unwrap().seq;
        let other = &again(fresh).await;
        let accounts = accounts(store).await;
        let writers = accounts[..40].iter().enumerate().map(|(n, account)| async move {
            let store = if n % 2 == 0 { store } else { other };
            for turn in 0..5 {
                let found = flagged(&format!("{n}-{turn}"), "coblos");
                store.commit_page(&page(account.id, vec![found]), NOW).await.unwrap();
            }
        });
        join_all(writers).await;
        assert_eq!(verify(store).await, before + 200);
    }

    async fn the_very_first_entries_do_not_race(fresh) {
        let store = &fresh.store;
        let other = &again(fresh).await;
        let writers = (0..8).map(|n| async move {
            let store = if n % 2 == 0 { store } else { other };
            take(store, crate::store::register::Rows::Units(vec![unit(&format!("u{n}"), None, None)])).await;
        });
        join_all(writers).await;
        assert_eq!(verify(store).await, 8);
    }

    async fn another_key_is_refused_at_the_start(fresh) {
        populate(&fresh.store, 1).await;
        let other = Store::open(&fresh.url, ed25519_dalek::SigningKey::from_bytes(&[1; 32])).await.unwrap();
        assert!(other.migrate().await.is_err());
    }
}
