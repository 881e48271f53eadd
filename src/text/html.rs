//! HTML to plain text, as a reader of the page would see it.
//!
//! Does: paragraphs become blank lines, `<br>` a line break, list items "- ", images their description; text nodes are joined
//! as written, so that links cut into spans come out whole. Does not: run, fetch or style anything; keep `<script>` or
//! `<style>` (an *escaped* `&lt;script&gt;` is text and stays). Control characters other than line break and tab are dropped:
//! databases refuse NUL.
//! Invariant: never panics, never recurses, and time and memory stay linear: input that the HTML algorithm would blow up on
//! (thousands of nested or misnested elements) goes through `plain`, which only strips tags.

use scraper::{Html, Node, node::Element};

/// Longer input is cut: no post on any platform comes near it, and a hostile one must cost a bounded amount.
pub const MAX_BYTES: usize = 2 << 20;

/// More tags than this go to the plain stripper; long articles stay well below.
const MAX_TAGS: usize = 20_000;

/// Deeper nesting goes to the plain stripper: the parser's scope checks cost depth × tags.
const MAX_DEPTH: usize = 256;

/// The text of an HTML fragment.
pub fn to_text(html: &str) -> String {
    let html = cut(html);
    if !html.contains(['<', '&']) {
        return finish(html);
    }
    let mut out = Text::default();
    if parses_cheaply(html) {
        parsed(html, &mut out);
    } else {
        plain(html, &mut out);
    }
    finish(&out.text)
}

fn cut(html: &str) -> &str {
    &html[..html.floor_char_boundary(MAX_BYTES)]
}

/// Bounds what the parser may be made to do: the number of tags, and how many non-void elements can be open at once.
fn parses_cheaply(html: &str) -> bool {
    let bytes = html.as_bytes();
    let (mut tags, mut open) = (0usize, 0usize);
    let mut deepest = 0usize;
    for (at, _) in html.match_indices('<') {
        tags += 1;
        match bytes.get(at + 1) {
            Some(b'/') => open = open.saturating_sub(1),
            Some(b) if b.is_ascii_alphabetic() && !closes_itself(&html[at + 1..]) => open += 1,
            _ => {}
        }
        deepest = deepest.max(open);
    }
    tags <= MAX_TAGS && deepest <= MAX_DEPTH
}

/// Whether an element named at the start of `tag` is void or commonly left open without nesting.
fn closes_itself(tag: &str) -> bool {
    let name = tag_name(tag);
    [
        "br", "img", "p", "li", "hr", "wbr", "input", "meta", "link", "source", "td", "tr", "th",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known))
}

fn tag_name(tag: &str) -> &str {
    let len = tag.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
    &tag[..len]
}

/// Through the HTML algorithm.
fn parsed(html: &str, out: &mut Text) {
    use ego_tree::iter::Edge;
    let page = Html::parse_fragment(html);
    let mut hidden = 0usize;
    let mut preformatted = 0usize;
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) if hidden == 0 => out.words(text, preformatted > 0),
                Node::Element(element) => {
                    hidden += usize::from(is_hidden(element.name()));
                    preformatted += usize::from(element.name() == "pre");
                    if hidden == 0 {
                        out.open(element.name(), || image_text(element));
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    if hidden == 0 {
                        out.close(element.name());
                    }
                    hidden -= usize::from(is_hidden(element.name()));
                    preformatted -= usize::from(element.name() == "pre");
                }
            }
        }
    }
}

fn image_text(element: &Element) -> Option<String> {
    element.attr("alt").map(str::to_owned)
}

fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "template" | "noscript" | "iframe" | "object" | "svg" | "math" | "head"
    )
}

/// Only strips tags and decodes the few entities everyone writes; for input no honest server sends.
fn plain(html: &str, out: &mut Text) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.entities(&rest[..at]);
        let tag = &rest[at + 1..];
        let closing = tag.starts_with('/');
        let name = tag_name(tag.strip_prefix('/').unwrap_or(tag)).to_ascii_lowercase();
        if name.is_empty() && !closing && !tag.starts_with(['!', '?']) {
            out.words("<", false);
            rest = tag;
            continue;
        }
        let Some(end) = tag.find('>') else { return };
        rest = &tag[end + 1..];
        if closing {
            out.close(&name);
            continue;
        }
        out.open(&name, || None);
        if matches!(name.as_str(), "script" | "style") {
            let Some(end) = find_close(rest, &name) else { return };
            rest = &rest[end..];
        }
    }
    out.entities(rest);
}

fn find_close(rest: &str, name: &str) -> Option<usize> {
    rest.match_indices("</")
        .find(|(at, _)| tag_name(&rest[at + 2..]).eq_ignore_ascii_case(name))
        .map(|(at, _)| at)
}

/// Text being put together; white space collapses as on a page.
#[derive(Default)]
struct Text {
    text: String,
}

impl Text {
    fn words(&mut self, words: &str, preformatted: bool) {
        for c in words.chars() {
            if preformatted || !c.is_ascii_whitespace() {
                self.text.push(c);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
    }

    fn entities(&mut self, words: &str) {
        const KNOWN: [(&str, &str); 6] = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&#39;", "'"),
            ("&nbsp;", "\u{a0}"),
            ("&amp;", "&"),
        ];
        let mut rest = words;
        while let Some(at) = rest.find('&') {
            self.words(&rest[..at], false);
            rest = &rest[at..];
            let (skip, text) = KNOWN
                .iter()
                .find(|(entity, _)| rest.starts_with(entity))
                .map_or((1, "&"), |(entity, text)| (entity.len(), *text));
            self.words(text, false);
            rest = &rest[skip..];
        }
        self.words(rest, false);
    }

    fn open(&mut self, name: &str, image: impl FnOnce() -> Option<String>) {
        match name {
            "br" => self.line(),
            "img" => {
                if let Some(alt) = image() {
                    self.words(&alt, false);
                }
            }
            "li" => {
                self.at_line_start();
                self.text.push_str("- ");
            }
            "td" | "th" => self.words(" ", false),
            _ => self.close(name),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "table" | "pre" | "figure"
            | "article" | "section" | "header" | "footer" | "hr" => self.blank_line(),
            "div" | "tr" | "dt" | "dd" | "option" | "figcaption" => self.at_line_start(),
            _ => {}
        }
    }

    fn trim_spaces(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
    }

    fn line(&mut self) {
        self.trim_spaces();
        self.text.push('\n');
    }

    fn at_line_start(&mut self) {
        self.trim_spaces();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn blank_line(&mut self) {
        self.at_line_start();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

fn finish(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect::<String>()
        .trim_matches([' ', '\n'])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_breaks_and_lists_become_lines() {
        assert_eq!(to_text("<p>Satu<br>dua</p><p>tiga</p>"), "Satu\ndua\n\ntiga");
        assert_eq!(to_text("<ul><li>a</li><li>b</li></ul>"), "- a\n- b");
        assert_eq!(
            to_text("  biasa   saja\n ya "),
            "biasa   saja\n ya",
            "plain text stays as it is"
        );
        assert_eq!(to_text("<b>biasa</b>   saja\n ya "), "biasa saja ya");
    }

    #[test]
    fn links_tags_and_mentions_are_joined_as_written() {
        let link = r#"<a href="x"><span class="invisible">https://</span><span>contoh.id/pa</span><span class="invisible">th</span></a>"#;
        assert_eq!(to_text(link), "https://contoh.id/path");
        assert_eq!(
            to_text(r##"<a class="mention hashtag" href="#">#<span>coblos</span></a> ya"##),
            "#coblos ya"
        );
    }

    #[test]
    fn entities_are_decoded_once_and_escaped_markup_stays_text() {
        assert_eq!(
            to_text("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            "<script>alert(1)</script>"
        );
        assert_eq!(to_text("a &amp;lt; b"), "a &lt; b");
        assert_eq!(to_text("<script>alert(1)</script><style>p{}</style>ya"), "ya");
    }

    #[test]
    fn images_say_what_they_show() {
        assert_eq!(
            to_text(r#"menang <img alt="✌" class="emoji"> ya<img src="x">"#),
            "menang ✌ ya"
        );
    }

    #[test]
    fn control_characters_are_dropped() {
        assert_eq!(to_text("a\0b\u{7}c"), "abc");
        assert_eq!(to_text("<p>a\0b</p>").replace('\u{fffd}', ""), "ab");
    }

    fn numbered(count: u32, before: &str, after: &str) -> String {
        (0..count)
            .flat_map(|i| [before.to_owned(), i.to_string(), after.to_owned()])
            .collect()
    }

    #[test]
    fn hostile_markup_ends_and_keeps_the_words() {
        let inputs = [
            format!("{}kata{}", "<div>".repeat(10_000), "</div>".repeat(10_000)),
            format!("{}kata", "<b id=1><p>".repeat(100_000)),
            format!("{}kata", "<a><table><tr><td>".repeat(50_000)),
            numbered(19_000, "<b id=", "></b><p>") + "kata",
            numbered(250, "<i id=", ">") + &"<p>x</p>".repeat(2_000) + "kata",
            "<".repeat(1 << 17) + "kata",
            "&".repeat(1 << 16) + "kata",
            "<!--".repeat(100_000) + "--> kata",
            "<svg><desc><div>".repeat(100_000) + "kata",
        ];
        for (i, html) in inputs.iter().enumerate() {
            let text = to_text(html);
            assert!(text.len() <= html.len() + 16, "{i}");
        }
        assert!(to_text(&inputs[0]).contains("kata"));
        assert!(to_text(&inputs[1]).contains("kata"));
    }

    proptest::proptest! {
        #[test]
        fn any_markup_gives_text(html in "(<[/!]?[a-z]{0,6}( [a-z]=\"?[^\"]{0,4})?>?|&[a-z#0-9]{0,5};?|\\PC){0,60}") {
            let text = to_text(&html);
            proptest::prop_assert!(!text.contains('\0'));
        }
    }
}
