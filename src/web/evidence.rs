//! The evidence of one version as a file: the exact bytes of the flagged post.
//!
//! Invariant: always an attachment of plain text that no browser runs; every download is in the record.

use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::model::CaseId;
use crate::store::By;

use super::case;
use super::error::Error;
use super::guard::Visitor;
use super::settings::Desk;

/// `GET /perkara/{id}/bukti/{version}`.
pub async fn download(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path((id, version)): Path<(i64, u32)>,
) -> Result<Response, Error> {
    let opened = match case::open(&desk, &visitor, id).await {
        Ok(opened) => opened,
        Err(refused) => return case::explain(&desk, &visitor, id, refused, None).await,
    };
    let versions = opened.file.versions;
    let Some(found) = versions.into_iter().find(|v| v.number == version) else {
        return Err(Error::NotFound);
    };
    let detail = serde_json::json!({ "version": version, "excerpt_sha256": found.capture.excerpt_sha256 });
    let by = By::User(visitor.user.id);
    desk.store
        .note_read(CaseId(id), "case.evidence", &by, &detail, (desk.clock)())
        .await?;
    let name = format!("attachment; filename=\"netra-perkara-{id}-versi-{version}.txt\"");
    let disposition = HeaderValue::from_str(&name).map_err(|e| Error::Internal(format!("naming a download: {e}")))?;
    let sandbox = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/plain; charset=utf-8"),
            ),
            (header::CONTENT_DISPOSITION, disposition),
            (header::CONTENT_SECURITY_POLICY, sandbox),
            (
                HeaderName::from_static("x-download-options"),
                HeaderValue::from_static("noopen"),
            ),
        ],
        found.capture.excerpt,
    )
        .into_response())
}
