//! Help: what the words mean, which keys there are.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::chrome::{Chrome, page};
use super::error::Error;
use super::guard::Visitor;
use super::settings::Desk;

#[derive(Template)]
#[template(path = "help.html", config = "src/web/askama.toml")]
struct HelpPage {
    chrome: Chrome,
}

/// `GET /bantuan`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor) -> Result<Response, Error> {
    page(&HelpPage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/bantuan"),
    })
}
