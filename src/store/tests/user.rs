//! Users, logins, sessions.

use super::on_both;
use super::world::*;
use crate::model::Role;
use crate::store::session::SESSION_MAX;
use crate::store::user::Login;
use crate::store::{Error, Store};

const IDLE: std::time::Duration = std::time::Duration::from_hours(1);
const PASSWORD: &str = "kata sandi panjang";

async fn token(store: &Store) -> String {
    match store.login(" ANI ", PASSWORD, "192.0.2.1", NOW).await.unwrap() {
        Login::Welcome { token, .. } => token,
        other => panic!("{other:?}"),
    }
}

on_both! {
    async fn a_login_opens_a_session_that_ends(fresh) {
        let store = &fresh.store;
        let ani = supervisor(store, "Ani", None).await;
        let token = token(store).await;
        assert_eq!(store.session(&token, NOW, IDLE).await.unwrap().unwrap().id, ani);
        assert!(store.session("00", NOW, IDLE).await.unwrap().is_none());
        assert!(store.session(&"0".repeat(64), NOW, IDLE).await.unwrap().is_none());
        // Use keeps it alive, up to a day's work.
        let mut at = NOW;
        while at.plus(IDLE / 2) < NOW.plus(SESSION_MAX) {
            at = at.plus(IDLE / 2);
            assert!(store.session(&token, at, IDLE).await.unwrap().is_some());
        }
        assert!(store.session(&token, NOW.plus(SESSION_MAX), IDLE).await.unwrap().is_none());
    }

    async fn an_idle_session_is_over_and_forgotten(fresh) {
        let store = &fresh.store;
        supervisor(store, "ani", None).await;
        let token = token(store).await;
        assert!(store.session(&token, NOW.plus(IDLE), IDLE).await.unwrap().is_none());
        store.forget(NOW.plus(SESSION_MAX), SESSION_MAX).await.unwrap();
        assert!(store.session(&token, NOW, IDLE).await.unwrap().is_none(), "its row is gone");
    }

    async fn logging_out_disabling_and_a_new_password_end_sessions(fresh) {
        let store = &fresh.store;
        let ani = supervisor(store, "ani", None).await;
        let one = token(store).await;
        store.logout(&one).await.unwrap();
        assert!(store.session(&one, NOW, IDLE).await.unwrap().is_none());
        let two = token(store).await;
        store.set_password(ani, "kata sandi lain lagi", &cli(), NOW).await.unwrap();
        assert!(store.session(&two, NOW, IDLE).await.unwrap().is_none());
        assert!(matches!(store.login("ani", PASSWORD, "192.0.2.1", NOW).await.unwrap(), Login::Wrong));
        store.set_user_active(ani, false, &cli(), NOW).await.unwrap();
        let off = store.login("ani", "kata sandi lain lagi", "192.0.2.1", NOW).await.unwrap();
        assert!(matches!(off, Login::Wrong));
    }

    async fn guessing_is_made_to_wait(fresh) {
        let store = &fresh.store;
        supervisor(store, "ani", None).await;
        for _ in 0..5 {
            assert!(matches!(store.login("ani", "salah", "192.0.2.9", NOW).await.unwrap(), Login::Wrong));
        }
        assert!(matches!(store.login("ani", PASSWORD, "192.0.2.9", NOW).await.unwrap(), Login::Wait { .. }));
        token(store).await; // from elsewhere she still gets in
        let later = NOW.plus(16 * MINUTE);
        assert!(matches!(store.login("ani", PASSWORD, "192.0.2.9", later).await.unwrap(), Login::Welcome { .. }));
    }

    async fn names_are_unique_and_passwords_long(fresh) {
        let store = &fresh.store;
        supervisor(store, "Ani", None).await;
        let again = store.add_user("ani ", Role::Auditor, None, PASSWORD, &cli(), NOW).await;
        assert!(matches!(again, Err(Error::Exists("user"))));
        assert!(store.add_user("budi", Role::Auditor, None, "pendek", &cli(), NOW).await.is_err());
        assert!(store.add_user("", Role::Auditor, None, PASSWORD, &cli(), NOW).await.is_err());
        assert!(store.add_user("a\nb", Role::Auditor, None, PASSWORD, &cli(), NOW).await.is_err());
        assert!(matches!(store.login("nobody\0", PASSWORD, "192.0.2.1", NOW).await.unwrap(), Login::Wrong));
        assert_eq!(store.users().await.unwrap().len(), 1);
    }
}
