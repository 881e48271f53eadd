//! Signing in, and the way home.
//!
//! Invariant: a wrong name, a wrong password and a closed account look the same and cost the same.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::store::user::Login;

use super::caller::Caller;
use super::chrome::{Chrome, page, page_with};
use super::error::Error;
use super::guard::{self, Visitor};
use super::session;
use super::settings::Desk;
use super::throttle::Throttle;

/// What of a given name is shown again.
const LONGEST_NAME: usize = 60;

#[derive(Template)]
#[template(path = "login.html", config = "src/web/askama.toml")]
struct LoginPage {
    chrome: Chrome,
    fault: Option<String>,
    left: bool,
    next: String,
    name: String,
}

#[derive(Template)]
#[template(path = "again.html", config = "src/web/askama.toml")]
struct AgainPage {
    chrome: Chrome,
    href: String,
}

/// What the address of the page carries.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    lanjut: String,
    keluar: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Sent {
    nama: String,
    sandi: String,
    #[serde(default)]
    lanjut: String,
}

/// `GET /masuk`.
pub async fn form(State(desk): State<Desk>, Query(asked): Query<Asked>) -> Result<Response, Error> {
    page(&LoginPage {
        chrome: Chrome::outside(&desk.settings),
        fault: None,
        left: asked.keluar.is_some(),
        next: guard::safe_path(&asked.lanjut).to_owned(),
        name: String::new(),
    })
}

/// `POST /masuk`.
pub async fn submit(
    State(desk): State<Desk>,
    State(throttle): State<Arc<Throttle>>,
    caller: Caller,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let name = sent.nama.trim().to_owned();
    if let Err(wait) = throttle.attempt(caller.address, &name) {
        count("held");
        return refuse(&desk, &sent, StatusCode::TOO_MANY_REQUESTS, held_text(wait), Some(wait));
    }
    let now = (desk.clock)();
    let address = caller.address.map_or_else(|| "-".to_owned(), |a| a.to_string());
    match desk.store.login(&name, &sent.sandi, &address, now).await? {
        Login::Welcome { token, .. } => {
            count("ok");
            session::end(&desk, &headers).await?; // the one the browser came with, if any
            let cookie = session::cookie(&desk.settings, token)?;
            let next = Redirect::to(guard::safe_path(&sent.lanjut));
            Ok(([(header::SET_COOKIE, cookie)], next).into_response())
        }
        Login::Wrong => {
            count("wrong");
            let text = "Nama pengguna atau kata sandi tidak cocok.".to_owned();
            refuse(&desk, &sent, StatusCode::UNAUTHORIZED, text, None)
        }
        Login::Wait { until } => {
            count("held");
            let wait = until.since(now);
            refuse(&desk, &sent, StatusCode::TOO_MANY_REQUESTS, held_text(wait), Some(wait))
        }
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("netra_desk_sign_ins_total", "outcome" => outcome).increment(1);
}

/// `GET /`: where this role works.
pub async fn home(visitor: Visitor) -> Redirect {
    Redirect::to(guard::home(visitor.user.role))
}

/// A page that asks the browser to come again from this desk, now with its cookie.
pub fn come_again(href: &str) -> Response {
    let chrome = Chrome {
        institution: String::new(),
        signed: None,
    };
    page(&AgainPage {
        chrome,
        href: href.to_owned(),
    })
    .into_response()
}

fn refuse(
    desk: &Desk,
    sent: &Sent,
    status: StatusCode,
    fault: String,
    wait: Option<Duration>,
) -> Result<Response, Error> {
    let shown = LoginPage {
        chrome: Chrome::outside(&desk.settings),
        fault: Some(fault),
        left: false,
        next: guard::safe_path(&sent.lanjut).to_owned(),
        name: sent.nama.chars().take(LONGEST_NAME).collect(),
    };
    let mut response = page_with(status, &shown)?;
    if let Some(wait) = wait {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(response)
}

fn held_text(wait: Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    format!("Terlalu banyak percobaan masuk. Coba lagi dalam {minutes} menit.")
}
