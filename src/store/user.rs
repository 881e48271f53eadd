//! Users of the desk and their passwords.
//!
//! Invariant: a password is hashed away from the async threads, two at a time, and an unknown name costs what a known one does.

use std::sync::OnceLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use serde_json::json;
use tokio::sync::Semaphore;

use super::{By, Error, Result, Store, session};
use crate::model::{Millis, Role, UnitId, User, UserId};

/// Argon2 takes 19 MiB and a core for a tenth of a second: two at once leave a small machine its breath.
static HASHING: Semaphore = Semaphore::const_new(2);
/// Failures for one name from one address before it waits.
const FAILURES_HERE: i64 = 5;
/// Failures for one name from anywhere before it waits; higher, so that a stranger cannot easily lock somebody out.
const FAILURES_ANYWHERE: i64 = 50;
/// The window in which failures count, and the longest wait.
const FAILURE_WINDOW: Duration = Duration::from_mins(15);
/// A password that cannot be guessed by hand; longer is better, rules about characters are not.
pub const PASSWORD_MIN_CHARS: usize = 10;
/// More is no password and costs hashing time.
pub const PASSWORD_MAX_BYTES: usize = 1024;
/// Longest login name.
const NAME_MAX_CHARS: usize = 60;

statements! {
    INSERT = "INSERT INTO user_account (name, role, unit_id, password_hash, active, created_at) \
        VALUES ($1, $2, $3, $4, TRUE, $5) RETURNING id";
    LIST = "SELECT id, name, role, unit_id, active FROM user_account ORDER BY name";
    ONE = "SELECT id, name, role, unit_id, active FROM user_account WHERE id = $1";
    BY_NAME = "SELECT id, name, role, unit_id, active FROM user_account WHERE name = $1";
    HASH = "SELECT password_hash FROM user_account WHERE name = $1 AND active";
    SET_HASH = "UPDATE user_account SET password_hash = $2 WHERE id = $1";
    SET_ACTIVE = "UPDATE user_account SET active = $2 WHERE id = $1";
    END_SESSIONS = "DELETE FROM session WHERE user_id = $1";
    ATTEMPT = "INSERT INTO login_attempt (name, address, at, success) VALUES ($1, $2, $3, $4)";
    FAILURES = "SELECT count(*), CAST(coalesce(sum(CASE WHEN address = $2 THEN 1 ELSE 0 END), 0) AS BIGINT), \
        coalesce(max(at), 0) FROM login_attempt WHERE name = $1 AND at > $3 AND NOT success";
}

#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    id: i64,
    name: String,
    role: String,
    unit_id: Option<i64>,
    active: bool,
}

impl UserRow {
    pub(super) fn read(self) -> Result<User> {
        Ok(User {
            id: UserId(self.id),
            name: self.name,
            role: self.role.parse()?,
            unit: self.unit_id.map(UnitId),
            active: self.active,
        })
    }
}

/// How a login ended.
#[derive(Debug)]
pub enum Login {
    /// In; the token goes into the cookie and is nowhere else.
    Welcome {
        /// Who.
        user: User,
        /// 32 random bytes, hexadecimal.
        token: String,
    },
    /// Name or password is wrong, or the user is switched off: which of them is not said.
    Wrong,
    /// Too many failures.
    Wait {
        /// Until when.
        until: Millis,
    },
}

/// Names are compared in lower case, without blanks around.
pub fn login_name(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Why a password is none, as a sentence; `None` when it is fine.
pub fn password_fault(password: &str) -> Option<&'static str> {
    if password.chars().count() < PASSWORD_MIN_CHARS {
        Some("the password is too short: at least 10 characters")
    } else if password.len() > PASSWORD_MAX_BYTES {
        Some("the password is too long: at most 1024 bytes")
    } else {
        None
    }
}

impl Store {
    /// Adds a user.
    pub async fn add_user(
        &self,
        name: &str,
        role: Role,
        unit: Option<UnitId>,
        password: &str,
        by: &By,
        now: Millis,
    ) -> Result<UserId> {
        let name = login_name(name);
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control) {
            return Err(Error::Password(format!(
                "a name has 1 to {NAME_MAX_CHARS} characters, none of them control characters"
            )));
        }
        let hash = hash(password).await?;
        let mut tx = self.begin().await?;
        let (id,) = fetch!(
            tx,
            fetch_one,
            (i64,),
            INSERT,
            &name,
            role.as_str(),
            unit.map(|unit| unit.0),
            hash,
            now.0
        )
        .map_err(Error::from)
        .map_err(|error| if error.is_taken() { Error::Exists("user") } else { error })?;
        let detail = json!({ "name": name, "role": role.as_str(), "unit": unit.map(|unit| unit.0) });
        tx.note(now, by, "user.added", format!("user:{id}"), &detail);
        tx.commit().await?;
        Ok(UserId(id))
    }

    /// Every user.
    pub async fn users(&self) -> Result<Vec<User>> {
        read!(self, fetch_all, UserRow, LIST)?
            .into_iter()
            .map(UserRow::read)
            .collect()
    }

    /// One user.
    pub async fn user(&self, id: UserId) -> Result<Option<User>> {
        read!(self, fetch_optional, UserRow, ONE, id.0)?
            .map(UserRow::read)
            .transpose()
    }

    /// The user with this login name.
    pub async fn user_by_name(&self, name: &str) -> Result<Option<User>> {
        read!(self, fetch_optional, UserRow, BY_NAME, login_name(name))?
            .map(UserRow::read)
            .transpose()
    }

    /// Switches a user off or on again; off ends every session of theirs.
    pub async fn set_user_active(&self, id: UserId, active: bool, by: &By, now: Millis) -> Result<()> {
        let mut tx = self.begin().await?;
        if execute!(tx, SET_ACTIVE, id.0, active)? == 0 {
            return Err(Error::Missing("user"));
        }
        if !active {
            execute!(tx, END_SESSIONS, id.0)?;
        }
        tx.note(
            now,
            by,
            if active { "user.enabled" } else { "user.disabled" },
            format!("user:{id}"),
            &json!({}),
        );
        tx.commit().await
    }

    /// Sets a new password and ends every session of the user.
    pub async fn set_password(&self, id: UserId, password: &str, by: &By, now: Millis) -> Result<()> {
        let hash = hash(password).await?;
        let mut tx = self.begin().await?;
        if execute!(tx, SET_HASH, id.0, hash)? == 0 {
            return Err(Error::Missing("user"));
        }
        execute!(tx, END_SESSIONS, id.0)?;
        tx.note(now, by, "user.password", format!("user:{id}"), &json!({}));
        tx.commit().await
    }

    /// Checks name and password and begins a session.
    pub async fn login(&self, name: &str, password: &str, address: &str, now: Millis) -> Result<Login> {
        let name: String = login_name(name)
            .chars()
            .filter(|c| *c != '\0')
            .take(NAME_MAX_CHARS)
            .collect();
        let (anywhere, here, last) = read!(
            self,
            fetch_one,
            (i64, i64, i64),
            FAILURES,
            &name,
            address,
            now.minus(FAILURE_WINDOW).0
        )?;
        if here >= FAILURES_HERE || anywhere >= FAILURES_ANYWHERE {
            return Ok(Login::Wait {
                until: Millis(last).plus(FAILURE_WINDOW),
            });
        }
        let stored = read!(self, fetch_optional, (String,), HASH, &name)?.map(|row| row.0);
        let right = verify(stored, password).await?;
        let user = if right { self.user_by_name(&name).await? } else { None };
        let mut tx = self.begin().await?;
        execute!(tx, ATTEMPT, &name, address, now.0, user.is_some())?;
        let login = match user.filter(|user| user.active) {
            Some(user) => {
                let token = session::begin(&mut tx, user.id, now).await?;
                tx.note(
                    now,
                    &By::User(user.id),
                    "user.login",
                    format!("user:{}", user.id),
                    &json!({}),
                );
                Login::Welcome { user, token }
            }
            None => Login::Wrong,
        };
        tx.commit().await?;
        Ok(login)
    }
}

/// Hashes a password of acceptable length.
async fn hash(password: &str) -> Result<String> {
    if let Some(fault) = password_fault(password) {
        return Err(Error::Password(fault.to_owned()));
    }
    let password = password.to_owned();
    hashing(move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| Error::Password(error.to_string()))
    })
    .await
}

/// Whether a password fits; an absent hash costs the same and never fits.
async fn verify(stored: Option<String>, password: &str) -> Result<bool> {
    if password.len() > PASSWORD_MAX_BYTES {
        return Ok(false);
    }
    let password = password.to_owned();
    hashing(move || {
        let known = stored.is_some();
        let stored = stored.map_or_else(nobody, Ok)?;
        let parsed = PasswordHash::new(&stored).map_err(|error| Error::Password(error.to_string()))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

/// The hash of a password nobody has.
fn nobody() -> Result<String> {
    static NOBODY: OnceLock<String> = OnceLock::new();

    if let Some(hash) = NOBODY.get() {
        return Ok(hash.clone());
    }
    let hash = Argon2::default()
        .hash_password(b"nobody has this password")
        .map_err(|error| Error::Password(error.to_string()))?;
    Ok(NOBODY.get_or_init(|| hash.to_string()).clone())
}

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = HASHING.acquire().await.expect("the semaphore is never closed");
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Password(error.to_string()))?
}
