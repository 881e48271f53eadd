//! Steps in the life of rules, from the forms of the rule pages.
//!
//! Invariant: a form names the versions and where it saw them stand; whatever has changed since is refused, and of several rules
//! all take the step or none.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::model::Stage;
use crate::review;
use crate::rules::life;
use crate::store::rule::{Asked, StepError, Version, Written};
use crate::web::chrome::{Chrome, page_with};
use crate::web::error::Error;
use crate::web::guard::Visitor;
use crate::web::settings::{Desk, RulesView};

/// Fields as the browser sends them: a box ticked twice is a field twice.
pub type Fields = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "rules_refused.html", config = "src/web/askama.toml")]
struct RefusedPage {
    chrome: Chrome,
    rule: String,
    why: String,
    reason: String,
}

/// `POST /aturan/langkah`.
pub async fn step(State(desk): State<Desk>, visitor: Visitor, Form(fields): Form<Fields>) -> Result<Response, Error> {
    let one = |name: &str| {
        let found = fields.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let to: Stage = one("ke").parse().map_err(|_| Error::BadForm)?;
    let view = desk.rules.borrow().clone();
    let versions = desk.store.rule_versions().await?;
    let mut asked = Vec::new();
    for (_, value) in fields.iter().filter(|(field, _)| field == "aturan") {
        asked.push(wanted(&view, &versions, value, to).ok_or(Error::BadForm)?);
    }
    let refused = |rule: String, why: String| {
        let shown = RefusedPage {
            chrome: Chrome::inside(&desk.settings, &visitor.user, "/aturan"),
            rule,
            why,
            reason: one("alasan").trim().to_owned(),
        };
        page_with(StatusCode::CONFLICT, &shown)
    };
    if asked.is_empty() {
        return refused(String::new(), "Pilih paling sedikit satu aturan.".to_owned());
    }
    let reason = match review::reason(one("alasan")) {
        Ok(reason) => reason,
        Err(refusal) => return refused(String::new(), refusal.to_string()),
    };
    let shown = one("banding").parse().ok();
    let now = (desk.clock)();
    let done = desk
        .store
        .step_rules(&asked, visitor.user.id, shown, &view.set.hash, reason, None, now)
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/aturan?selesai={}", asked.len())).into_response()),
        Err(StepError::Refused { rule, why }) => refused(rule, why.to_string()),
        Err(StepError::Store(error)) => Err(error.into()),
    }
}

/// `POST /aturan/kukuhkan`.
pub async fn confirm(State(desk): State<Desk>, visitor: Visitor) -> Result<Response, Error> {
    match desk.store.confirm_adoption(visitor.user.id, None, (desk.clock)()).await {
        Ok(()) => Ok(Redirect::to("/aturan?selesai=1").into_response()),
        Err(StepError::Refused { .. }) => Err(Error::BadForm), // the guard let only roles in that may
        Err(StepError::Store(error)) => Err(error.into()),
    }
}

/// `ID@VERSION@STAGE` → the step that is asked for.
fn wanted(view: &RulesView, versions: &[Version], value: &str, to: Stage) -> Option<Asked> {
    let mut parts = value.rsplitn(3, '@');
    let (stage, version, rule) = (parts.next()?, parts.next()?, parts.next()?);
    let from = match stage {
        "-" => None,
        stage => Some(stage.parse().ok()?),
    };
    let in_files = view.files.rules.iter().find(|r| r.id == rule && r.version == version);
    let body = match in_files {
        Some(rule) => life::body(rule, &view.files.words),
        None => versions
            .iter()
            .find(|v| v.rule == rule && v.version == version)?
            .body
            .clone(),
    };
    let written = Written {
        rule: rule.to_owned(),
        version: version.to_owned(),
        body,
    };
    Some(Asked { written, from, to })
}
