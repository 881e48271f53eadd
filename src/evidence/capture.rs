//! Capture: the bytes of one flagged post cut out of the answer in which it stood.

use crate::model::Millis;

/// Evidence of one version of one post, frozen at detection.
#[derive(Clone, PartialEq, Eq)]
pub struct Capture {
    /// The address that was asked.
    pub url: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// Response headers as received, in order, without `set-cookie`.
    pub headers: Vec<(String, String)>,
    /// When the answer was complete.
    pub fetched_at: Millis,
    /// Program and version that fetched.
    pub tool: String,
    /// The post's own bytes, exactly as in the (decompressed, for feeds UTF-8-decoded) answer.
    pub excerpt: Vec<u8>,
    /// SHA-256 (hex) of `excerpt`.
    pub excerpt_sha256: String,
    /// Where `excerpt` began in the answer, bytes.
    pub offset: u64,
    /// SHA-256 (hex) of the whole answer after decompression.
    pub answer_sha256: String,
    /// Length of the whole answer after decompression, bytes.
    pub answer_bytes: u64,
    /// Charset the answer was decoded from before the excerpt was cut; `None` = the bytes are as sent.
    pub decoded_from: Option<String>,
}
