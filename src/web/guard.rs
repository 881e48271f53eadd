//! Who may come in: the rights of the roles, and the middleware that stands before every page that needs one.
//!
//! Does: look up the session, demand a [`Right`], hand the handler a [`Visitor`]. Does not: decide what a person may do to a
//! case (that is `review`, asked inside the store's transaction).
//! Invariant: a handler gets a [`Visitor`] only from [`require`]; without it the extractor fails closed.

use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::model::{Role, User};

use super::error::Error;
use super::router::LARGEST_FORM;
use super::session;
use super::settings::Desk;
use super::visible;

/// What a page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To be signed in.
    Enter,
    /// To see cases: text, person, evidence.
    Read,
    /// To decide on them.
    Decide,
    /// To see which accounts are read and which are not.
    Coverage,
    /// To see the rules in force.
    Rules,
    /// To take rules further in their life.
    Steps,
    /// To see and verify the record.
    Record,
}

/// Every right there is, for tests and the navigation.
#[cfg(test)]
pub const ALL: [Right; 7] = [
    Right::Enter,
    Right::Read,
    Right::Decide,
    Right::Coverage,
    Right::Rules,
    Right::Steps,
    Right::Record,
];

/// Whether people of `role` have `right`. The operator sees no case; the auditor decides nothing.
pub const fn allows(role: Role, right: Right) -> bool {
    match right {
        Right::Enter | Right::Rules => true,
        Right::Read | Right::Decide => matches!(role, Role::Supervisor),
        Right::Steps => matches!(role, Role::Tuner | Role::Supervisor),
        Right::Coverage => matches!(
            role,
            Role::Supervisor | Role::Registrar | Role::Operator | Role::Auditor
        ),
        Right::Record => matches!(role, Role::Auditor),
    }
}

/// The page a role begins with.
pub const fn home(role: Role) -> &'static str {
    match role {
        Role::Supervisor => "/antrean",
        Role::Auditor => "/catatan",
        Role::Registrar | Role::Operator => "/akun",
        Role::Tuner => "/aturan",
    }
}

/// A signed-in person on a page that person may open.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who.
    pub user: User,
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unguarded)
    }
}

/// The middleware before a group of routes.
pub async fn require(State((desk, right)): State<(Desk, Right)>, mut request: Request, next: Next) -> Response {
    if is_prefetch(request.headers()) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response(); // opening a case is a recorded act, never a guess of a browser
    }
    let user = match session::signed_in(&desk, request.headers()).await {
        Ok(Some(user)) => user,
        Ok(None) if request.method() != Method::GET => return signed_out(request).await,
        Ok(None) => return ask_to_sign_in(&request),
        Err(e) => return e.into_response(),
    };
    if !allows(user.role, right) {
        return Error::Forbidden { home: home(user.role) }.into_response();
    }
    request.extensions_mut().insert(Visitor { user });
    next.run(request).await
}

/// To the login page, and back afterwards. A link from another site arrives without the `SameSite=Strict` cookie though the
/// person is signed in: such a request is asked to come again from here.
fn ask_to_sign_in(request: &Request) -> Response {
    let uri = request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri(), |o| &o.0);
    let here = uri.path_and_query().map_or("/", |p| p.as_str());
    if request
        .headers()
        .get("sec-fetch-site")
        .is_some_and(|v| v == "cross-site")
    {
        return super::login::come_again(here);
    }
    Redirect::to(&format!("/masuk?lanjut={}", encode(here))).into_response()
}

/// The form of somebody whose session ended while they wrote: nothing of it is taken, but the reason is given back.
async fn signed_out(request: Request) -> Response {
    // What is no form holds no reason.
    let body = axum::body::to_bytes(request.into_body(), LARGEST_FORM)
        .await
        .unwrap_or_default();
    let mut fields = url::form_urlencoded::parse(&body);
    let written = fields.find_map(|(name, value)| (name == "alasan").then(|| visible::flat(&value)));
    let written = written.unwrap_or_default();
    Error::SignedOut { written }.into_response()
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"].iter().any(|name| {
        headers
            .get(*name)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.contains("prefetch") || v.contains("prerender"))
    })
}

/// Only a path of this desk may follow a login: one leading slash, no host, no backslash, no control character.
pub fn safe_path(next: &str) -> &str {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= 500
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if inside && !next.starts_with("/masuk") {
        next
    } else {
        "/"
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_sees_no_case_and_the_auditor_decides_nothing() {
        for right in [Right::Read, Right::Decide] {
            assert!(!allows(Role::Operator, right) && !allows(Role::Auditor, right) && !allows(Role::Tuner, right));
        }
        assert!(allows(Role::Auditor, Right::Record) && !allows(Role::Supervisor, Right::Record));
    }

    #[test]
    fn a_login_leads_only_to_this_desk() {
        assert_eq!(safe_path("/perkara/3?x=1"), "/perkara/3?x=1");
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "/a\nb",
            "/masuk",
        ] {
            assert_eq!(safe_path(bad), "/", "{bad:?}");
        }
    }
}
