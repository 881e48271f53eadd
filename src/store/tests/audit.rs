//! Tampering behind the program's back.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::on_both;
use super::world::*;
use crate::model::CaseId;
use crate::store::audit::{Anchor, Audit};
use crate::store::{Decision, Pools, Store};

pub(super) async fn sql(store: &Store, text: &str) {
    match &store.inner.pools {
        Pools::Sqlite { write, .. } => {
            sqlx::raw_sql(AssertSqlSafe(text.to_owned()))
                .execute(write)
                .await
                .unwrap();
        }
        Pools::Postgres(pool) => {
            sqlx::raw_sql(AssertSqlSafe(text.to_owned()))
                .execute(pool)
                .await
                .unwrap();
        }
    }
}

async fn audit(store: &Store) -> Audit {
    store.audit(None, &|_, _| {}).await.unwrap()
}

/// Two cases, one edited, one decided.
async fn history(store: &Store) -> CaseId {
    populate(store, 1).await;
    let account = accounts(store).await[0].id;
    let found = vec![flagged("p", "coblos nomor 2"), flagged("q", "menangkan nomor 2")];
    let cases = store.commit_page(&page(account, found), NOW).await.unwrap().new_cases;
    store
        .commit_page(&page(account, vec![flagged("p", "diubah")]), NOW)
        .await
        .unwrap();
    let ani = supervisor(store, "ani", None).await;
    let opened = store
        .open_case(cases[0], ani, NOW, Duration::from_mins(5))
        .await
        .unwrap();
    let revision = opened.file.case.revision;
    store
        .decide(cases[0], ani, revision, Decision::Teruskan, "alasan yang cukup", NOW)
        .await
        .unwrap();
    cases[0]
}

on_both! {
    async fn an_honest_history_is_sound(fresh) {
        let store = &fresh.store;
        assert!(audit(store).await.is_sound(), "an empty one too");
        history(store).await;
        let audit = audit(store).await;
        assert_eq!(audit.findings, Vec::<String>::new());
        assert_eq!((audit.cases, audit.versions, audit.decisions), (2, 3, 1));
        let head = store.head().await.unwrap().unwrap();
        let anchor = Some(Anchor { seq: head.seq, hash: head.hash });
        assert!(store.audit(anchor, &|_, _| {}).await.unwrap().is_sound());
    }

    async fn every_kind_of_tampering_is_found(fresh) {
        let store = &fresh.store;
        let case = history(store).await;
        for (change, undo) in [
            ("UPDATE version SET ruleset = 'other' WHERE number = 2", "UPDATE version SET ruleset = 'hash'"),
            ("UPDATE evidence SET status = 404", "UPDATE evidence SET status = 200"),
            ("UPDATE post_case SET state = 'ditolak' WHERE state = 'telaah-2'", "UPDATE post_case SET state = 'telaah-2' WHERE state = 'ditolak'"),
            ("UPDATE post_case SET revision = revision + 1", "UPDATE post_case SET revision = revision - 1"),
            ("UPDATE decision SET reason = 'lain'", "UPDATE decision SET reason = 'alasan yang cukup'"),
            ("UPDATE decision SET to_state = 'ditolak'", "UPDATE decision SET to_state = 'telaah-2'"),
            ("UPDATE journal SET actor = 'user:9' WHERE action = 'case.read'", "UPDATE journal SET actor = 'user:1' WHERE action = 'case.read'"),
            ("UPDATE journal SET at = at + 1 WHERE seq = 3", "UPDATE journal SET at = at - 1 WHERE seq = 3"),
            ("UPDATE journal SET seq = 100 WHERE seq = 2", "UPDATE journal SET seq = 2 WHERE seq = 100"),
            ("UPDATE journal_head SET at = at + 1", "UPDATE journal_head SET at = at - 1"),
            ("UPDATE journal_head SET seq = seq - 1", "UPDATE journal_head SET seq = seq + 1"),
        ] {
            sql(store, change).await;
            assert!(!audit(store).await.is_sound(), "{change}");
            sql(store, undo).await;
            assert_eq!(audit(store).await.findings, Vec::<String>::new(), "{undo}");
        }
        sql(store, &format!("DELETE FROM evidence WHERE version_id = (SELECT id FROM version WHERE case_id = {case} AND number = 1)")).await;
        assert_eq!(audit(store).await.findings.len(), 2, "gone, and its version is a stranger");
    }

    async fn a_cut_record_is_found_and_nothing_is_written_on_top_of_a_false_head(fresh) {
        let store = &fresh.store;
        history(store).await;
        let head = store.head().await.unwrap().unwrap();
        sql(store, &format!("DELETE FROM journal WHERE seq = {}", head.seq)).await;
        assert!(audit(store).await.findings.iter().any(|finding| finding.contains("cut")));
        let before = store.journal_page(head.seq - 2, head.seq - 1, 1).await.unwrap().remove(0);
        // Whoever cut it also sets the head back, but cannot sign it.
        let hash = crate::evidence::digest::hex(&before.hash);
        let literal = if format!("{store:?}").contains("SQLite") { format!("x'{hash}'") } else { format!("'\\x{hash}'") };
        sql(store, &format!("UPDATE journal_head SET seq = {}, hash = {literal}", before.seq)).await;
        assert!(audit(store).await.findings.iter().any(|finding| finding.contains("signature")));
        let account = accounts(store).await[0].id;
        assert!(store.commit_page(&page(account, vec![flagged("r", "coblos")]), NOW).await.is_err());
    }

    async fn a_database_set_back_as_a_whole_is_found_by_a_head_noted_elsewhere(fresh) {
        let store = &fresh.store;
        history(store).await;
        let head = store.head().await.unwrap().unwrap();
        let noted = Anchor { seq: head.seq + 5, hash: [9; 32] };
        let audit = store.audit(Some(noted), &|_, _| {}).await.unwrap();
        assert_eq!(audit.findings.len(), 1);
    }
}
