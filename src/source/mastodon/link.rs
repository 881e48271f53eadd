//! The `Link` header of paged answers (RFC 8288, as far as servers use it).

/// The pages round this one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Older posts.
    pub next: Option<String>,
    /// Newer posts.
    pub previous: Option<String>,
}

/// Reads a header; what is not understood is left out.
pub(super) fn parse(header: &str) -> Links {
    let mut links = Links::default();
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((url, after)) = after.split_once('>') else {
            break;
        };
        let end = after.find('<').unwrap_or(after.len());
        let relation = after[..end].split([';', ',']).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let named = name.trim().eq_ignore_ascii_case("rel");
            named.then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        });
        match relation.as_deref() {
            Some("next") => links.next = Some(url.to_owned()),
            Some("prev" | "previous") => links.previous = Some(url.to_owned()),
            _ => {}
        }
        rest = &after[end..];
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_neighbours_are_read() {
        let links = parse("<https://x/a?max_id=1,2>; rel=\"next\", <https://x/a?min_id=9>; rel=prev; title=\"a\"");
        assert_eq!(links.next.as_deref(), Some("https://x/a?max_id=1,2"));
        assert_eq!(links.previous.as_deref(), Some("https://x/a?min_id=9"));
        assert_eq!(parse("nonsense <"), Links::default());
        assert_eq!(parse(""), Links::default());
    }
}
