//! The stylesheet, the keys and the sign of the desk: in the binary, named by their content, cached for ever.
//!
//! Invariant: an address with another content's hash is not found, so a page never mixes two versions.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::evidence::digest::{hex, sha256};

/// One file.
pub struct Asset {
    /// Where it is served.
    pub path: String,
    mime: &'static str,
    body: &'static [u8],
}

impl Asset {
    fn new(stem: &str, ending: &str, mime: &'static str, body: &'static [u8]) -> Self {
        let digest = sha256(body);
        let tag = hex(&digest[..8]);
        Self {
            path: format!("/aset/{stem}-{tag}.{ending}"),
            mime,
            body,
        }
    }
}

/// The stylesheet.
pub static CSS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "meja",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("assets/desk.css"),
    )
});
/// The keys.
pub static JS: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "meja",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/desk.js"),
    )
});
/// The sign.
pub static SIGN: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("netra", "svg", "image/svg+xml", include_bytes!("assets/netra.svg")));

/// `GET /aset/{name}`.
pub async fn serve(Path(name): Path<String>) -> Response {
    let found = [&CSS, &JS, &SIGN]
        .into_iter()
        .find(|a| a.path.strip_prefix("/aset/") == Some(name.as_str()));
    match found {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, HeaderValue::from_static(asset.mime)),
                (
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("public, max-age=31536000, immutable"),
                ),
            ],
            asset.body,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
