//! Capture: the bytes of one flagged post cut out of the answer in which it stood.

use std::fmt;
use std::ops::Range;

use super::digest::sha256_hex;
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

impl fmt::Debug for Capture {
    /// Without the excerpt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("status", &self.status)
            .field("bytes", &self.excerpt.len())
            .finish_non_exhaustive()
    }
}

/// An answer as it was fetched, borrowed while its posts are judged.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The address that was asked.
    pub url: &'a str,
    /// HTTP status.
    pub status: u16,
    /// Response headers as received, in order.
    pub headers: &'a [(String, String)],
    /// When the answer was complete.
    pub fetched_at: Millis,
    /// The whole body after decompression, before any decoding: what the digest is taken of.
    pub body: &'a [u8],
    /// The body the post was cut from: `body` itself, or its UTF-8 form when it came in another charset.
    pub decoded: &'a [u8],
    /// Charset of `body` when `decoded` is not it.
    pub decoded_from: Option<&'a str>,
}

/// Cuts one post out of an answer; a range outside the answer gives the part of it that is inside.
pub fn capture(answer: &Answer<'_>, raw: &Range<usize>) -> Capture {
    let end = raw.end.min(answer.decoded.len());
    let start = raw.start.min(end);
    let excerpt = answer.decoded[start..end].to_vec();
    Capture {
        url: answer.url.to_owned(),
        status: answer.status,
        headers: answer
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("set-cookie"))
            .cloned()
            .collect(),
        fetched_at: answer.fetched_at,
        tool: crate::PROGRAM.to_owned(),
        excerpt_sha256: sha256_hex(&excerpt),
        excerpt,
        offset: start as u64,
        answer_sha256: sha256_hex(answer.body),
        answer_bytes: answer.body.len() as u64,
        decoded_from: answer.decoded_from.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_holds_the_post_and_nothing_else_of_the_answer() {
        let body = br#"[{"id":1,"t":"other"},{"id":2,"t":"this"}]"#;
        let headers = [
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("Set-Cookie".to_owned(), "secret=1".to_owned()),
        ];
        let answer = Answer {
            url: "https://example.test/a",
            status: 200,
            headers: &headers,
            fetched_at: Millis(1),
            body,
            decoded: body,
            decoded_from: None,
        };
        let got = capture(&answer, &(22..41));
        assert_eq!(got.excerpt, br#"{"id":2,"t":"this"}"#);
        assert_eq!(got.excerpt_sha256, sha256_hex(&got.excerpt));
        assert_eq!(got.answer_sha256, sha256_hex(body));
        assert_eq!(got.headers.len(), 1, "cookies are not kept");
        assert!(capture(&answer, &(500..900)).excerpt.is_empty());
        #[expect(clippy::reversed_empty_ranges, reason = "a hostile range must not panic")]
        let reversed = capture(&answer, &(9..3));
        assert!(reversed.excerpt.is_empty());
    }
}
