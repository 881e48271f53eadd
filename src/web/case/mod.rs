//! A case: read it, decide on it.
//!
//! Does: open (which the store records and leases), show, take the decision, explain every refusal. Does not: decide what may
//! be done; the store asks `review` inside the transaction. Invariant: a text is shown only after its opening is in the record.

mod page;
mod view;

use axum::Form;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::model::CaseId;
use crate::review::{Refusal, reason};
use crate::store::{DecideError, Decision, Opened};

use super::chrome::{Chrome, page_with};
use super::error::Error;
use super::guard::Visitor;
use super::settings::Desk;
use super::{moment, queue, record, visible, words};
use page::{ClosedPage, StalePage};
use view::{Draft, Room};

/// What the form sends.
#[derive(Deserialize)]
pub struct Sent {
    revisi: i64,
    #[serde(default)]
    putusan: String,
    #[serde(default)]
    alasan: String,
    /// The view of the queue that the case was opened from, as a query.
    #[serde(default)]
    kembali: String,
}

/// `GET /perkara/{id}`.
pub async fn show(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let draft = Draft {
        from: query.unwrap_or_default(),
        ..Draft::default()
    };
    match open(&desk, &visitor, id).await {
        Ok(opened) => render(&desk, &visitor, &opened, StatusCode::OK, &draft).await,
        Err(refused) => explain(&desk, &visitor, id, refused, None).await,
    }
}

/// `POST /perkara/{id}/putusan`.
pub async fn decide(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let decision = match sent.putusan.as_str() {
        "tolak" => Some(Decision::Tolak),
        "teruskan" => Some(Decision::Teruskan),
        "" => None,
        _ => return Err(Error::BadForm),
    };
    let fault = match (decision, reason(&sent.alasan)) {
        (None, _) => Some("Pilih keputusan: tolak atau teruskan.".to_owned()),
        (_, Err(refusal)) => Some(refusal.to_string()),
        _ => None,
    };
    let Some(decision) = decision.filter(|_| fault.is_none()) else {
        let draft = Draft {
            chosen: sent.putusan,
            reason: sent.alasan,
            fault,
            from: sent.kembali,
        };
        return match open(&desk, &visitor, id).await {
            // The form that comes back is for the revision its writer saw: a change meanwhile is still found out.
            Ok(mut opened) => {
                opened.file.case.revision = sent.revisi;
                render(&desk, &visitor, &opened, StatusCode::UNPROCESSABLE_ENTITY, &draft).await
            }
            Err(refused) => explain(&desk, &visitor, id, refused, Some(draft.reason)).await,
        };
    };
    let now = (desk.clock)();
    match desk
        .store
        .decide(CaseId(id), visitor.user.id, sent.revisi, decision, &sent.alasan, now)
        .await
    {
        Ok(_) => {
            metrics::counter!("netra_desk_decisions_total", "decision" => if decision == Decision::Tolak { "tolak" } else { "teruskan" }).increment(1);
            Ok(Redirect::to(&queue::back(&sent.kembali, Some(id))).into_response())
        }
        Err(refused) => explain(&desk, &visitor, id, refused, Some(sent.alasan)).await,
    }
}

/// Opens the case for this person: into the record, under a lease.
pub async fn open(desk: &Desk, visitor: &Visitor, id: i64) -> Result<Opened, DecideError> {
    desk.store
        .open_case(CaseId(id), visitor.user.id, (desk.clock)(), desk.settings.lease)
        .await
}

async fn render(
    desk: &Desk,
    visitor: &Visitor,
    opened: &Opened,
    status: StatusCode,
    draft: &Draft,
) -> Result<Response, Error> {
    let names = record::user_names(desk).await?;
    let room = Room::new(desk, visitor, &names, &opened.file);
    page_with(status, &room.case(opened, draft)?)
}

/// The page for a case that is not for this person now.
pub async fn explain(
    desk: &Desk,
    visitor: &Visitor,
    id: i64,
    refused: DecideError,
    reason: Option<String>,
) -> Result<Response, Error> {
    let chrome = Chrome::inside(&desk.settings, &visitor.user, "");
    let (status, title, lines) = match refused {
        DecideError::Missing => return Err(Error::NotFound),
        DecideError::Store(e) => return Err(e.into()),
        DecideError::Stale { changes, .. } => return stale(desk, visitor, id, &changes, reason).await,
        DecideError::Leased { by, until } => (
            StatusCode::CONFLICT,
            "Perkara ini sedang dibaca orang lain",
            vec![
                format!(
                    "{} memegang perkara ini sampai {}.",
                    visible::flat(&by),
                    moment::clock(until, &desk.settings.zone)
                ),
                "Agar tidak ada dua orang menelaah tanpa saling tahu, isinya terbuka lagi setelah itu atau setelah keputusan \
                 tersimpan."
                    .to_owned(),
            ],
        ),
        DecideError::Refused(Refusal::Recused) => (
            StatusCode::FORBIDDEN,
            "Perkara ini tertutup bagi Anda",
            vec![
                "Perkara ini berasal dari unit Anda sendiri, unit di atasnya, atau unit di bawahnya. Penelaah menahan diri dari \
                 perkara orang dekat, maka isinya tidak ditampilkan."
                    .to_owned(),
                "Pengawas dari unit lain menelaahnya; Anda tidak perlu berbuat apa pun.".to_owned(),
            ],
        ),
        DecideError::Refused(refusal) => (
            StatusCode::CONFLICT,
            "Tindakan ini belum dapat dilakukan",
            vec![words::refusal(&refusal, &desk.settings.zone)],
        ),
    };
    page_with(
        status,
        &ClosedPage {
            chrome,
            id,
            title,
            lines,
            reason,
        },
    )
}

async fn stale(
    desk: &Desk,
    visitor: &Visitor,
    id: i64,
    changes: &[crate::evidence::chain::Entry],
    reason: Option<String>,
) -> Result<Response, Error> {
    let names = record::user_names(desk).await?;
    let file = desk.store.case_file(CaseId(id)).await?.ok_or(Error::NotFound)?;
    let room = Room::new(desk, visitor, &names, &file);
    let shown = StalePage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, ""),
        id,
        changes: room.events(changes, &file.decisions),
        state: words::state(file.case.state),
        reason: reason.unwrap_or_default(),
    };
    page_with(StatusCode::CONFLICT, &shown)
}
