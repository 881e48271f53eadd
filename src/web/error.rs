//! What goes wrong on the desk, as a status, an Indonesian sentence and a link that helps.
//!
//! Does: name every failure a page may end in. Does not: show internal detail; that goes to the log with the request's id.
//! Invariant: [`frame`](super::frame) turns every one of these, and every bare error of the layers below, into the same page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::store;

/// A failure.
#[derive(Debug)]
pub enum Error {
    /// No such page or case.
    NotFound,
    /// The role does not reach here.
    Forbidden {
        /// Where this role works.
        home: &'static str,
    },
    /// The session ended before a form was sent.
    SignedOut {
        /// The reason that was in it.
        written: String,
    },
    /// A form that no page of ours sends.
    BadForm,
    /// A handler that no right guards: a fault of ours.
    Unguarded,
    /// The database.
    Store(store::Error),
    /// A template, a task: faults of ours.
    Internal(String),
}

/// What the page says.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Title.
    pub title: &'static str,
    /// One or two sentences.
    pub text: &'static str,
    /// Where to go on.
    pub href: &'static str,
    /// What that link says.
    pub label: &'static str,
    /// A reason that was written and not taken, to be copied.
    pub written: String,
}

impl From<store::Error> for Error {
    fn from(e: store::Error) -> Self {
        Self::Store(e)
    }
}

impl From<askama::Error> for Error {
    fn from(e: askama::Error) -> Self {
        Self::Internal(format!("rendering a page: {e}"))
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::SignedOut { .. } => StatusCode::UNAUTHORIZED,
            Self::BadForm => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unguarded | Self::Store(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut explained = explain(status);
        match self {
            Self::Forbidden { home } => explained.href = home,
            Self::SignedOut { written } => explained.written = written,
            Self::Store(e) => tracing::error!(error = %e, "the desk could not use the database: {e}"),
            Self::Internal(e) => tracing::error!(error = %e, "the desk failed: {e}"),
            Self::Unguarded => tracing::error!("a page of the desk is behind no guard"),
            _ => {}
        }
        let mut response = status.into_response();
        response.extensions_mut().insert(explained);
        response
    }
}

/// The words for a status.
pub fn explain(status: StatusCode) -> Explained {
    let (title, text, href, label) = match status.as_u16() {
        401 => (
            "Sesi Anda berakhir",
            "Masuk kembali, lalu ulangi. Yang Anda kirim belum tersimpan.",
            "/masuk",
            "Masuk",
        ),
        403 => (
            "Halaman ini bukan untuk peran Anda",
            "Peran Anda tidak mencakup halaman atau tindakan ini. Bila seharusnya mencakup, hubungi operator sistem.",
            "/",
            "Ke halaman awal",
        ),
        404 => (
            "Tidak ditemukan",
            "Halaman atau perkara ini tidak ada, atau alamatnya salah ketik.",
            "/",
            "Ke halaman awal",
        ),
        405 => (
            "Cara meminta ini tidak dikenal",
            "Buka halaman ini dari tautan di meja telaah.",
            "/",
            "Ke halaman awal",
        ),
        408 | 504 => (
            "Terlalu lama",
            "Permintaan ini tidak selesai pada waktunya. Coba sekali lagi.",
            "/",
            "Ke halaman awal",
        ),
        413 => (
            "Isian terlalu panjang",
            "Yang dikirim melampaui batas. Pendekkan alasan, lalu kirim lagi.",
            "/",
            "Ke halaman awal",
        ),
        400 | 415 | 422 => (
            "Isian tidak dapat dibaca",
            "Formulir ini tidak sesuai dengan halaman kami. Buka ulang halamannya, lalu isi kembali.",
            "/",
            "Ke halaman awal",
        ),
        429 => (
            "Terlalu sering",
            "Tunggu sebentar, lalu coba lagi.",
            "/",
            "Ke halaman awal",
        ),
        503 => (
            "Sedang sibuk",
            "Meja telaah belum dapat menjawab. Tunggu sebentar, lalu coba lagi.",
            "/",
            "Coba lagi",
        ),
        _ => (
            "Ada yang salah di pihak kami",
            "Kesalahan ini sudah tercatat. Tidak ada keputusan yang tersimpan setengah.",
            "/",
            "Ke halaman awal",
        ),
    };
    Explained {
        title,
        text,
        href,
        label,
        written: String::new(),
    }
}

/// A form sent by another site.
pub const FOREIGN_FORM: Explained = Explained {
    title: "Formulir dari situs lain ditolak",
    text: "Permintaan ini tidak berasal dari meja telaah. Bila Anda memang mengisinya di sini, muat ulang halamannya.",
    href: "/",
    label: "Ke halaman awal",
    written: String::new(),
};
