//! The demo hosts' HTML: plain words into the markup that Mastodon and blogs send.
//!
//! Invariant: reading the markup back as text gives the words again.

use std::fmt::Write as _;

/// Escapes text for HTML and XML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A post as Mastodon marks it up: paragraph, line breaks, hashtags, mentions, links cut into spans.
pub fn status(text: &str, base: &str) -> String {
    let mut out = String::from("<p>");
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("<br />");
        }
        for piece in line.split_inclusive(' ') {
            let word = piece.trim_end_matches(' ');
            let (word, after) = word.split_at(word.trim_end_matches(['.', ',', '!', '?']).len());
            token(&mut out, word, base);
            out.push_str(&escape(after));
            out.push_str(&piece[word.len() + after.len()..]);
        }
    }
    out.push_str("</p>");
    out
}

fn token(out: &mut String, word: &str, base: &str) {
    let written = if let Some(tag) = word.strip_prefix('#').filter(|tag| !tag.is_empty()) {
        let tag = escape(tag);
        write!(
            out,
            "<a href=\"{base}/tags/{}\" class=\"mention hashtag\" rel=\"tag\">#<span>{tag}</span></a>",
            tag.to_lowercase()
        )
    } else if let Some(name) = word.strip_prefix('@').filter(|name| !name.is_empty()) {
        let name = escape(name);
        write!(
            out,
            "<span class=\"h-card\"><a href=\"{base}/@{name}\" class=\"u-url mention\">@<span>{name}</span></a></span>"
        )
    } else if let Some((scheme, rest)) = word.split_once("://").filter(|(scheme, _)| *scheme == "https") {
        // Mastodon hides the scheme and the tail; nothing is lost from the text.
        let cut = rest.char_indices().nth(30).map_or(rest.len(), |(at, _)| at);
        let (shown, hidden) = (escape(&rest[..cut]), escape(&rest[cut..]));
        write!(
            out,
            "<a href=\"{}\" rel=\"nofollow noopener\"><span class=\"invisible\">{scheme}://</span><span class=\"{}\">{shown}</span><span class=\"invisible\">{hidden}</span></a>",
            escape(word),
            if hidden.is_empty() { "" } else { "ellipsis" },
        )
    } else {
        out.push_str(&escape(word));
        Ok(())
    };
    debug_assert!(written.is_ok(), "writing to a string does not fail");
}

/// A blog entry's body: one paragraph per line.
pub fn article(body: &str) -> String {
    let lines: Vec<String> = body.split('\n').map(escape).collect();
    format!("<p>{}</p>", lines.join("</p><p>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_keeps_its_words_and_marks_tags_and_links() {
        let html = status(
            "Halo @srimulya, <b> #Guyub!\nhttps://kabar-tirta.example/berita/petani-banyuasri",
            "http://h",
        );
        assert!(html.contains("#<span>Guyub</span></a>!<br />"), "{html}");
        assert!(html.contains("@<span>srimulya</span></a></span>, &lt;b&gt; "), "{html}");
        assert!(
            html.contains("<span class=\"invisible\">https://</span><span class=\"ellipsis\">"),
            "{html}"
        );
    }
}
