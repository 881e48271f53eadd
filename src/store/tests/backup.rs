//! Copies of a SQLite database.

use super::super::testing::{postgres, record_key, sqlite};
use super::world::*;
use crate::store::Store;
use crate::store::backup::{BackupKey, take_keys};

#[tokio::test]
async fn a_copy_is_whole_and_verifies_and_gives_its_keys_back_once() {
    let fresh = sqlite().await;
    let store = &fresh.store;
    populate(store, 3).await;
    let account = accounts(store).await[0].id;
    store
        .commit_page(&page(account, vec![flagged("p", "coblos nomor 2")]), NOW)
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy");
    std::fs::File::create(&path).unwrap();
    let keys = [BackupKey {
        name: "record".into(),
        content: "rahasia-kunci".into(),
    }];
    store.copy_into(&path, &keys).await.unwrap().unwrap();
    // What comes after is not in the copy.
    store
        .commit_page(&page(account, vec![flagged("q", "nanti")]), NOW)
        .await
        .unwrap();
    assert_eq!(take_keys(&path).await.unwrap(), keys);
    assert!(take_keys(&path).await.unwrap().is_empty());
    let bytes = std::fs::read(&path).unwrap();
    assert!(
        !bytes.windows(13).any(|window| window == b"rahasia-kunci"),
        "the keys are wiped from the file"
    );
    let copy = Store::open(&format!("sqlite:{}", path.display()), record_key())
        .await
        .unwrap();
    copy.migrate().await.unwrap();
    let audit = copy.audit(None, &|_, _| {}).await.unwrap();
    assert!(audit.is_sound());
    assert_eq!(audit.cases, 1);
}

#[tokio::test]
async fn a_file_that_is_no_backup_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(&path, "bukan basis data").unwrap();
    assert!(take_keys(&path).await.is_err());
    std::fs::write(&path, "").unwrap();
    assert!(take_keys(&path).await.is_err());
}

#[tokio::test]
async fn a_copy_of_postgresql_is_its_own_tools_work() {
    let fresh = postgres().await;
    let path = std::path::Path::new("nowhere");
    assert_eq!(fresh.store.copy_into(path, &[]).await.unwrap(), None);
}

#[tokio::test]
async fn the_database_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let fresh = sqlite().await;
    populate(&fresh.store, 1).await;
    let path = fresh.url.strip_prefix("sqlite:").unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{path}{suffix}"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}
