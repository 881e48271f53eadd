//! Databases for tests: a temporary SQLite file, and a database of its own on the PostgreSQL of `TEST_POSTGRES_URL`.

use ed25519_dalek::SigningKey;
use sqlx::AssertSqlSafe;

use super::Store;
use crate::evidence::digest::hex;

/// The key of every test's record.
pub(crate) fn record_key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

/// A fresh store and where it lives.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
}

/// A fresh, migrated SQLite store.
pub(crate) async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("netra.db").display());
    Fresh {
        store: open(&url).await,
        url,
        _folder: Some(folder),
    }
}

/// A fresh, migrated PostgreSQL store.
pub(crate) async fn postgres() -> Fresh {
    let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
        panic!("TEST_POSTGRES_URL is not set: `tests/run` starts PostgreSQL and sets it");
    };
    let mut name = [0; 8];
    getrandom::fill(&mut name).unwrap();
    let name = format!("netra_test_{}", hex(&name));
    let admin = sqlx::PgPool::connect(&server).await.expect("TEST_POSTGRES_URL answers");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&admin)
        .await
        .unwrap();
    admin.close().await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let url = url.to_string();
    Fresh {
        store: open(&url).await,
        url,
        _folder: None,
    }
}

async fn open(url: &str) -> Store {
    let store = Store::open(url, record_key()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Declares each test twice: once on SQLite, once on PostgreSQL.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($fresh:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn story($fresh: &$crate::store::testing::Fresh) $body

            $(#[$meta])*
            #[tokio::test]
            async fn sqlite() {
                story(&$crate::store::testing::sqlite().await).await;
            }

            $(#[$meta])*
            #[tokio::test]
            async fn postgres() {
                story(&$crate::store::testing::postgres().await).await;
            }
        }
    )+};
}
pub(crate) use on_both;
