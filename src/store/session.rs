//! Sessions of the desk: a random token in the cookie, its SHA-256 here.

use std::time::Duration;

use super::user::UserRow;
use super::{Result, Store, Tx};
use crate::evidence::digest::{hex, sha256, unhex};
use crate::model::{Millis, User, UserId};

/// A working day; then one logs in again.
pub const SESSION_MAX: Duration = Duration::from_hours(12);
/// How stale "last used" may be: a write a minute, not one a click.
const USED_STEP: Duration = Duration::from_mins(1);

statements! {
    INSERT = "INSERT INTO session (token_sha256, user_id, created_at, used_at, expires_at) VALUES ($1, $2, $3, $3, $4)";
    FIND = "SELECT u.id, u.name, u.role, u.unit_id, u.active, s.used_at FROM session s \
        JOIN user_account u ON u.id = s.user_id \
        WHERE s.token_sha256 = $1 AND s.expires_at > $2 AND s.used_at > $3 AND u.active";
    USE = "UPDATE session SET used_at = $2 WHERE token_sha256 = $1";
    END = "DELETE FROM session WHERE token_sha256 = $1";
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    #[sqlx(flatten)]
    user: UserRow,
    used_at: i64,
}

/// Begins a session; gives the token.
pub(super) async fn begin(tx: &mut Tx, user: UserId, now: Millis) -> Result<String> {
    let mut token = [0; 32];
    getrandom::fill(&mut token)?;
    execute!(tx, INSERT, &sha256(&token)[..], user.0, now.0, now.plus(SESSION_MAX).0)?;
    Ok(hex(&token))
}

impl Store {
    /// Whose session a token is; `None` when there is none, it is over or unused for `idle`, or the user is switched off.
    pub async fn session(&self, token: &str, now: Millis, idle: Duration) -> Result<Option<User>> {
        let Some(token) = unhex::<32>(token) else {
            return Ok(None);
        };
        let digest = sha256(&token);
        let idle = now.minus(idle).0;
        let Some(row) = read!(self, fetch_optional, SessionRow, FIND, &digest[..], now.0, idle)? else {
            return Ok(None);
        };
        if Millis(row.used_at).plus(USED_STEP) <= now {
            let mut tx = self.begin().await?;
            execute!(tx, USE, &digest[..], now.0)?;
            tx.commit().await?;
        }
        row.user.read().map(Some)
    }

    /// Ends a session.
    pub async fn logout(&self, token: &str) -> Result<()> {
        if let Some(token) = unhex::<32>(token) {
            let mut tx = self.begin().await?;
            execute!(tx, END, &sha256(&token)[..])?;
            tx.commit().await?;
        }
        Ok(())
    }
}
