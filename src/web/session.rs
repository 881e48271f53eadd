//! The session cookie. The token in it is the store's; the store keeps only its SHA-256.
//!
//! Does: read, set and remove the cookie. Does not: know passwords or make tokens. Invariant: a token is never logged; the
//! cookie is `HttpOnly`, `SameSite=Strict`, and over TLS `Secure` with the `__Host-` prefix.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::model::User;

use super::error::Error;
use super::settings::{Desk, Settings};

/// The user whose session the request carries.
pub async fn signed_in(desk: &Desk, headers: &HeaderMap) -> Result<Option<User>, Error> {
    match token(&desk.settings, headers) {
        Some(token) => Ok(desk
            .store
            .session(&token, (desk.clock)(), desk.settings.session_idle)
            .await?),
        None => Ok(None),
    }
}

/// Ends the session a request carries, if any.
pub async fn end(desk: &Desk, headers: &HeaderMap) -> Result<(), Error> {
    if let Some(token) = token(&desk.settings, headers) {
        desk.store.logout(&token).await?;
    }
    Ok(())
}

/// `POST /keluar`.
pub async fn leave(State(desk): State<Desk>, headers: HeaderMap) -> Result<Response, Error> {
    end(&desk, &headers).await?;
    let cookie = cookie(&desk.settings, String::new())?;
    let clear = (
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\""),
    );
    Ok(([(header::SET_COOKIE, cookie), clear], Redirect::to("/masuk?keluar=1")).into_response())
}

/// The cookie that carries `token`; an empty one removes it.
pub fn cookie(settings: &Settings, token: String) -> Result<HeaderValue, Error> {
    let mut cookie = Cookie::build((name(settings), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(settings.secure_cookies)
        .build();
    if cookie.value().is_empty() {
        cookie.make_removal();
    }
    HeaderValue::from_str(&cookie.to_string()).map_err(|e| Error::Internal(format!("writing a cookie: {e}")))
}

fn token(settings: &Settings, headers: &HeaderMap) -> Option<String> {
    Some(CookieJar::from_headers(headers).get(name(settings))?.value().to_owned())
}

const fn name(settings: &Settings) -> &'static str {
    if settings.secure_cookies {
        "__Host-netra"
    } else {
        "netra"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_the_cookie_is_bound_to_this_host() {
        let bound = cookie(&Settings::default(), "aa".to_owned()).unwrap();
        assert_eq!(bound, "__Host-netra=aa; HttpOnly; SameSite=Strict; Secure; Path=/");
        let plain = Settings {
            secure_cookies: false,
            ..Settings::default()
        };
        assert_eq!(
            cookie(&plain, "aa".to_owned()).unwrap(),
            "netra=aa; HttpOnly; SameSite=Strict; Path=/"
        );
    }
}
