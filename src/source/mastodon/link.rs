//! The `Link` header of paged answers (RFC 8288, as far as servers use it).

/// The address of `rel="next"`: older posts.
pub(super) fn next(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (url, after) = after.split_once('>')?;
        let end = after.find('<').unwrap_or(after.len());
        let is_next = after[..end].split([';', ',']).any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel") && value.trim().trim_matches('"').eq_ignore_ascii_case("next")
            })
        });
        if is_next {
            return Some(url.to_owned());
        }
        rest = &after[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_others() {
        let header = "<https://x/a?min_id=9>; rel=prev; title=\"a\", <https://x/a?max_id=1,2>; rel=\"next\"";
        assert_eq!(next(header).as_deref(), Some("https://x/a?max_id=1,2"));
        assert_eq!(next("<https://x/a>; rel=prev"), None);
        assert_eq!(next("nonsense <"), None);
        assert_eq!(next(""), None);
    }
}
