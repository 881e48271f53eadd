//! The outermost layer: gives every request a number, every answer its security headers, every bare error its page, and the
//! log one line without anything personal.
//!
//! Invariant: no answer leaves without the headers below; an address's query, a cookie or a body is never logged.

use std::fmt;
use std::time::Instant;

use askama::Template;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::csrf::ProtectionError;

use crate::evidence::digest::hex;

use super::chrome::{Chrome, page_with};
use super::error::{Explained, FOREIGN_FORM, explain};
use super::guard::Visitor;
use super::settings::Desk;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// On every answer. The referrer stays on this desk: links out carry none, forms of ours still name their origin.
const HEADERS: [(HeaderName, &str); 9] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("x-permitted-cross-domain-policies"), "none"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"),
];

/// A request's number: short enough to read out on the telephone.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl RequestId {
    fn random() -> Self {
        let mut bytes = [0; 6];
        if getrandom::fill(&mut bytes).is_err() {
            return Self("tanpa-nomor".to_owned()); // only a label; the page still answers
        }
        let hex = hex(&bytes);
        Self(format!("{}-{}-{}", &hex[..4], &hex[4..8], &hex[8..]))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Template)]
#[template(path = "error.html", config = "src/web/askama.toml")]
struct ErrorPage<'a> {
    chrome: Chrome,
    status: u16,
    title: &'a str,
    text: &'a str,
    href: &'a str,
    label: &'a str,
    written: &'a str,
    id: String,
}

/// The layer.
pub async fn frame(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::random();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    request.extensions_mut().insert(id.clone());
    let span = tracing::debug_span!("request", request.id = %id);
    let response = tracing::Instrument::instrument(next.run(request), span).await;
    let mut response = if is_bare_error(&response) {
        dress(&desk, response, &id)
    } else {
        response
    };
    guard_headers(response.headers_mut(), desk.settings.secure_cookies);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    metrics::counter!("netra_desk_requests_total", "status" => status_class(status)).increment(1);
    if status >= 500 {
        tracing::warn!(request.id = %id, %method, route, status, duration_ms, "request {id} to {route} failed with {status}");
    } else {
        tracing::debug!(request.id = %id, %method, route, status, duration_ms, "request {id} to {route}: {status}");
    }
    response
}

/// An error of a handler or of a layer that has no page yet.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let has_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
    let speaks_to_machines = response.extensions().get::<Machine>().is_some();
    (status.is_client_error() || status.is_server_error()) && !has_page && !speaks_to_machines
}

/// Marks an answer for programs: its errors stay plain.
#[derive(Debug, Clone, Copy)]
pub struct Machine;

fn dress(desk: &Desk, bare: Response, id: &RequestId) -> Response {
    let status = bare.status();
    let foreign = bare.extensions().get::<ProtectionError>().is_some();
    let explained = match bare.extensions().get::<Explained>() {
        Some(explained) => explained.clone(),
        None if foreign => FOREIGN_FORM,
        None => explain(status),
    };
    let page = ErrorPage {
        chrome: match bare.extensions().get::<Visitor>() {
            Some(visitor) => Chrome::inside(&desk.settings, &visitor.user, ""),
            None => Chrome::outside(&desk.settings),
        },
        status: status.as_u16(),
        title: explained.title,
        text: explained.text,
        href: explained.href,
        label: explained.label,
        written: &explained.written,
        id: id.to_string(),
    };
    let Ok(mut dressed) = page_with(status, &page) else {
        return bare;
    };
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    dressed
}

fn guard_headers(headers: &mut HeaderMap, secure: bool) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}

const fn status_class(status: u16) -> &'static str {
    match status {
        0..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// What a panic in a handler becomes; the payload goes to the log only.
#[expect(clippy::needless_pass_by_value, reason = "the shape the layer asks for")]
pub fn panicked(payload: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let what = payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = what, "a page of the desk panicked");
    let mut response = Response::default();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
