//! A feed's bytes as text: byte order mark, else the HTTP header, else the XML declaration, else UTF-8, else windows-1252.
//!
//! Invariant: `text` begins after any byte order mark; when the bytes were UTF-8 it is borrowed, so that a place in it plus
//! `skipped` is a place in the bytes as sent.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far the XML declaration is looked for.
const PROLOGUE: usize = 512;

/// Decoded bytes.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// The charset when it was not valid UTF-8 as sent.
    pub charset: Option<&'static str>,
    /// Bytes of the answer before `text` when `charset` is `None`.
    pub skipped: usize,
}

/// Decodes; never fails: what is not text in the charset becomes U+FFFD.
pub(super) fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let (encoding, skipped) = match Encoding::for_bom(body) {
        Some((encoding, mark)) => (encoding, mark),
        None => (declared(body, content_type), 0),
    };
    let rest = &body[skipped..];
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(rest)
    {
        return Decoded {
            text: Cow::Borrowed(text),
            charset: None,
            skipped,
        };
    }
    let (text, _) = encoding.decode_without_bom_handling(rest);
    Decoded {
        text: Cow::Owned(text.into_owned()),
        charset: Some(encoding.name()),
        skipped: 0,
    }
}

fn declared(body: &[u8], content_type: Option<&str>) -> &'static Encoding {
    match body {
        [0, b'<' | b'{', ..] => return UTF_16BE,
        [b'<' | b'{', 0, ..] => return UTF_16LE,
        _ => {}
    }
    let label = content_type
        .and_then(charset_parameter)
        .or_else(|| xml_declaration(body));
    match label.and_then(|label| Encoding::for_label(label.as_bytes())) {
        // The first bytes are not UTF-16, whatever is said of them.
        Some(encoding) if encoding == UTF_16BE || encoding == UTF_16LE => UTF_8,
        Some(encoding) => encoding,
        None if std::str::from_utf8(body).is_ok() => UTF_8,
        None => WINDOWS_1252,
    }
}

fn charset_parameter(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })
}

fn xml_declaration(body: &[u8]) -> Option<&str> {
    let head = &body[..body.len().min(PROLOGUE)];
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let head = head[start..].strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &[u8], content_type: Option<&str>) -> (String, Option<&'static str>, usize) {
        let decoded = decode(body, content_type);
        (decoded.text.into_owned(), decoded.charset, decoded.skipped)
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_counted() {
        assert_eq!(
            text(b"\xef\xbb\xbf<a/>", Some("text/xml; charset=iso-8859-1")),
            ("<a/>".into(), None, 3)
        );
        assert_eq!(text(b"\xfe\xff\0<\0a", None), ("<a".into(), Some("UTF-16BE"), 0));
    }

    #[test]
    fn utf_16_without_a_mark_is_recognised() {
        assert_eq!(text(b"\0<\0?\0x", None), ("<?x".into(), Some("UTF-16BE"), 0));
        assert_eq!(text(b"<\0?\0x\0", Some("text/xml; charset=utf-16")).0, "<?x");
    }

    #[test]
    fn the_header_beats_the_declaration() {
        let body = b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>";
        assert!(
            text(body, Some("application/xml; charset=\"windows-1252\""))
                .0
                .contains('é')
        );
    }

    #[test]
    fn without_any_word_latin_1_is_read_as_windows_1252() {
        assert_eq!(text(b"<a>\xe9</a>", None), ("<a>é</a>".into(), Some("windows-1252"), 0));
        assert_eq!(text("<a>é</a>".as_bytes(), None), ("<a>é</a>".into(), None, 0));
    }

    #[test]
    fn a_declared_charset_is_believed() {
        let body = b"<?xml version=\"1.0\" encoding = \"ISO-8859-15\" ?><a>\xa4</a>";
        assert!(text(body, None).0.contains('€'));
    }
}
