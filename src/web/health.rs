//! For programs: is the desk up, and its figures.
//!
//! Invariant: `/metrics` answers callers on this machine, or with the operator's token; a caller whom a proxy brought is not on
//! this machine.

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use super::caller::Caller;
use super::frame::Machine;
use super::settings::Desk;

/// `GET /healthz`: touches the database, needs no sign-in, says nothing else.
pub async fn healthz(State(desk): State<Desk>) -> Response {
    match desk.store.ping().await {
        Ok(()) => (Extension(Machine), "ok\n").into_response(),
        Err(e) => {
            tracing::error!(error = %e, "the desk's health check could not use the database: {e}");
            (StatusCode::SERVICE_UNAVAILABLE, Extension(Machine), "database\n").into_response()
        }
    }
}

/// `GET /metrics`.
pub async fn metrics(State(desk): State<Desk>, caller: Caller, headers: HeaderMap) -> Response {
    let Some(handle) = &desk.metrics else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !(caller.is_here() || shows_token(&desk, &headers)) {
        return (StatusCode::FORBIDDEN, Extension(Machine), "forbidden\n").into_response();
    }
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        handle.render(),
    )
        .into_response()
}

fn shows_token(desk: &Desk, headers: &HeaderMap) -> bool {
    let Some(token) = &desk.settings.metrics_token else {
        return false;
    };
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.as_bytes().strip_prefix(b"Bearer "));
    // Digests are compared, so that the time taken says nothing of the token.
    shown.is_some_and(|shown| {
        !token.expose_secret().is_empty() && Sha256::digest(shown) == Sha256::digest(token.expose_secret().as_bytes())
    })
}
