//! Where each item of an XML feed stands, byte for byte, and what a document needs round one item to be a feed.
//!
//! Does: find the items of RSS 0.9 to 2.0, RDF and Atom in one pass, however broken the rest is, and make each one a small
//! feed of its own, so that a bad item spoils no other and every entry is paired with its bytes by construction. Does not:
//! understand what is inside an item.
//! Invariant: item ranges ascend, do not overlap, and lie on character boundaries of the text.

use std::ops::Range;
use std::time::Duration;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::source::Error;

/// Items of one feed; a feed is a window of some tens.
const MAX_ITEMS: usize = 5_000;

/// Longest start tag of the root and channel: it is repeated before each item.
const MAX_HEAD: usize = 16 * 1024;

/// Elements inside one another; deeper items are not given to the feed parser.
const MAX_DEPTH: usize = 500;

/// Which family of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// RSS 0.91 to 2.0.
    Rss,
    /// RSS 0.90 and 1.0.
    Rdf,
    /// Atom.
    Atom,
}

/// A feed's outline.
#[derive(Debug)]
pub(super) struct Outline {
    /// Family.
    pub family: Family,
    /// Items in document order.
    pub items: Vec<Item>,
    /// How long the publisher asks to be left alone (`ttl`, `sy:updatePeriod`).
    pub rest: Option<Duration>,
    head: String,
    tail: String,
}

/// An item.
#[derive(Debug)]
pub(super) struct Item {
    /// Its bytes, from its start tag to its end tag.
    pub range: Range<usize>,
    /// `rdf:about`.
    pub about: Option<String>,
    /// The feed it was copied from, as its `source` says.
    pub source: Option<String>,
    /// Too deep to be given to the feed parser.
    pub deep: bool,
}

impl Outline {
    /// A feed that holds nothing but this item.
    pub fn document(&self, item: &str) -> String {
        [&self.head, item, &self.tail].concat()
    }
}

/// Outlines the text of a feed.
pub(super) fn outline(text: &str) -> Result<Outline, Error> {
    let mut walk = Walk::default();
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        let before = place(&reader);
        let Ok(event) = reader.read_event() else {
            break; // what came before the break is still good
        };
        match event {
            Event::Start(tag) => walk.start(&tag, before)?,
            Event::Empty(tag) => walk.empty(&tag),
            Event::End(tag) => walk.end(tag.name().as_ref(), place(&reader)),
            Event::Text(words) => walk.text(words.as_ref()),
            Event::CData(words) => walk.text(words.as_ref()),
            Event::Eof => break,
            _ => {}
        }
        if walk.items.len() >= MAX_ITEMS {
            break;
        }
    }
    walk.finish()
}

fn place(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

#[derive(Default)]
struct Walk {
    family: Option<Family>,
    head: String,
    tail: String,
    channel: bool,
    items: Vec<Item>,
    open: Option<Open>,
    field: Option<Field>,
    ttl_minutes: Option<u64>,
    period: Option<Duration>,
    frequency: Option<u32>,
}

/// The item being read.
struct Open {
    name: String,
    start: usize,
    depth: usize,
    deepest: usize,
    in_source: bool,
    about: Option<String>,
    source: Option<String>,
}

#[derive(Clone, Copy)]
enum Field {
    Ttl,
    Period,
    Frequency,
}

impl Walk {
    fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<(), Error> {
        let name = tag.name();
        let local = name.local_name().into_inner();
        let Some(family) = self.family else {
            return self.root(tag, local);
        };
        if let Some(open) = &mut self.open {
            open.depth += 1;
            open.deepest = open.deepest.max(open.depth);
            open.look(tag, local);
            return Ok(());
        }
        let item = match family {
            Family::Rss | Family::Rdf => "item",
            Family::Atom => "entry",
        };
        if local == item {
            self.open = Some(Open {
                name: name.as_ref().to_owned(),
                start: at,
                depth: 0,
                deepest: 0,
                in_source: false,
                about: attribute(tag, "about"),
                source: None,
            });
        } else if local == "channel" && family == Family::Rss && !self.channel {
            self.channel = true;
            self.head.push_str(&open_tag(tag, &[], &[]));
            self.tail.insert_str(0, &close_tag(name.as_ref()));
        } else {
            self.field = match local {
                "ttl" => Some(Field::Ttl),
                "updatePeriod" => Some(Field::Period),
                "updateFrequency" => Some(Field::Frequency),
                _ => None,
            };
        }
        if self.head.len() > MAX_HEAD {
            return Err(Error::Unreadable("the feed's start tag is too long"));
        }
        Ok(())
    }

    fn root(&mut self, tag: &BytesStart<'_>, local: &str) -> Result<(), Error> {
        const EXTENSIONS: [(&str, &str); 3] = [
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:media", "http://search.yahoo.com/mrss/"),
        ];
        let (family, drop, add): (_, &[&str], Vec<(&str, &str)>) = match local.to_ascii_lowercase().as_str() {
            // Every RSS of the 0.9x and 2.x line is read as 2.0, which holds them all; its elements have no namespace.
            "rss" => (Family::Rss, &["version", "xmlns"], vec![("version", "2.0")]),
            "rdf" => (Family::Rdf, &["xmlns"], vec![("xmlns", "http://purl.org/rss/1.0/")]),
            "feed" => {
                let old = attribute(tag, "xmlns").is_some_and(|ns| ns.starts_with("http://purl.org/atom/ns"));
                let atom = vec![("xmlns", "http://www.w3.org/2005/Atom")];
                if old {
                    (Family::Atom, &["xmlns"], atom)
                } else {
                    (Family::Atom, &[], vec![])
                }
            }
            _ => return Err(Error::Unreadable("not a feed")),
        };
        let missing = EXTENSIONS.iter().filter(|(key, _)| attribute(tag, key).is_none());
        let add: Vec<_> = add.into_iter().chain(missing.copied()).collect();
        self.head = open_tag(tag, drop, &add);
        self.tail = close_tag(tag.name().as_ref());
        self.family = Some(family);
        Ok(())
    }

    fn empty(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name();
        if let Some(open) = &mut self.open {
            let local = name.local_name().into_inner();
            open.look(tag, local);
            open.in_source &= local != "source";
        }
    }

    fn end(&mut self, name: &str, after: usize) {
        self.field = None;
        let Some(open) = &mut self.open else { return };
        if name == open.name {
            if let Some(open) = self.open.take() {
                self.items.push(Item {
                    range: open.start..after,
                    about: open.about,
                    source: open.source,
                    deep: open.deepest > MAX_DEPTH,
                });
            }
            return;
        }
        open.depth = open.depth.saturating_sub(1);
        if name.rsplit(':').next() == Some("source") {
            open.in_source = false;
        }
    }

    fn text(&mut self, words: &str) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        match self.field.take() {
            Some(Field::Ttl) => self.ttl_minutes = words.parse().ok(),
            Some(Field::Frequency) => self.frequency = words.parse().ok(),
            Some(Field::Period) => {
                self.period = match words {
                    "hourly" => Some(Duration::from_hours(1)),
                    "daily" => Some(Duration::from_hours(24)),
                    "weekly" => Some(Duration::from_hours(7 * 24)),
                    "monthly" | "yearly" => Some(Duration::from_hours(30 * 24)),
                    _ => None,
                }
            }
            None => {}
        }
    }

    fn finish(self) -> Result<Outline, Error> {
        let family = self.family.ok_or(Error::Unreadable("not a feed"))?;
        if self.items.is_empty() && self.open.is_some() {
            return Err(Error::Unreadable("the feed breaks off in its first item"));
        }
        let mut head = self.head;
        let mut tail = self.tail;
        if family == Family::Rss && !self.channel {
            head.push_str("<channel>");
            tail.insert_str(0, "</channel>");
        }
        let ttl = self.ttl_minutes.map(|m| Duration::from_secs(m.saturating_mul(60)));
        let period = self.period.map(|period| period / self.frequency.unwrap_or(1).max(1));
        Ok(Outline {
            family,
            items: self.items,
            rest: ttl.max(period),
            head,
            tail,
        })
    }
}

impl Open {
    /// Notes the feed that an item says it was copied from: RSS `source[url]`, Atom `source/link[href]`.
    fn look(&mut self, tag: &BytesStart<'_>, local: &str) {
        if local == "source" {
            self.in_source = true;
            self.source = attribute(tag, "url").or(self.source.take());
        } else if self.in_source && local == "link" && self.source.is_none() {
            self.source = attribute(tag, "href");
        }
    }
}

fn attribute(tag: &BytesStart<'_>, local: &str) -> Option<String> {
    tag.attributes().with_checks(false).flatten().find_map(|attribute| {
        let key = attribute.key.as_ref();
        let hit = key == local || (local == "about" && key.rsplit(':').next() == Some("about"));
        hit.then(|| {
            let raw: &str = attribute.value.as_ref();
            quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned)
        })
    })
}

fn open_tag(tag: &BytesStart<'_>, drop: &[&str], add: &[(&str, &str)]) -> String {
    let mut text = format!("<{}", tag.name().as_ref());
    for attribute in tag.attributes().with_checks(false).flatten() {
        let key = attribute.key.as_ref();
        if !drop.contains(&key) {
            push_attribute(&mut text, key, attribute.value.as_ref());
        }
    }
    for (key, value) in add {
        push_attribute(&mut text, key, value);
    }
    text.push('>');
    text
}

fn push_attribute(text: &mut String, key: &str, value: &str) {
    text.push(' ');
    text.push_str(key);
    text.push_str("=\"");
    text.push_str(&value.replace('"', "&quot;"));
    text.push('"');
}

fn close_tag(name: &str) -> String {
    format!("</{name}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_cut_out_byte_for_byte() {
        let text = "<?xml version='1.0'?><rss version='0.93'><channel><ttl>90</ttl>\
                    <item><title>a</title></item>\n<!-- <item> --><item><title><![CDATA[</item>]]></title></item></channel></rss>";
        let outline = outline(text).unwrap();
        let cut: Vec<_> = outline.items.iter().map(|item| &text[item.range.clone()]).collect();
        assert_eq!(
            cut,
            [
                "<item><title>a</title></item>",
                "<item><title><![CDATA[</item>]]></title></item>"
            ]
        );
        assert_eq!(outline.rest, Some(Duration::from_mins(90)));
        assert!(outline.document("X").starts_with("<rss version=\"2.0\""));
        assert!(outline.document("X").ends_with("<channel>X</channel></rss>"));
    }

    #[test]
    fn what_stands_before_a_break_is_kept() {
        let outline = outline("<feed><entry><id>1</id></entry><entry><id>2</id></ent").unwrap();
        assert_eq!(outline.items.len(), 1);
        assert!(super::outline("<feed><entry><id>1</id>").is_err());
        assert!(super::outline("<html><body>masuk</body></html>").is_err());
        assert!(super::outline("").is_err());
    }

    #[test]
    fn unclosed_elements_inside_an_item_do_not_swallow_the_next() {
        let outline = outline("<rss><channel><item><b>x</item><item>y</item></channel></rss>").unwrap();
        assert_eq!(outline.items.len(), 2);
    }

    #[test]
    fn deep_items_are_marked() {
        let deep = "<a>".repeat(10_000);
        let outline = outline(&format!(
            "<rss><channel><item>{deep}</item><item>y</item></channel></rss>"
        ))
        .unwrap();
        assert_eq!(outline.items.iter().map(|i| i.deep).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn the_source_and_about_of_an_item_are_noted() {
        let rdf = outline(
            "<rdf:RDF xmlns:rdf='r'><item rdf:about='http://x/1'><source url='http://y/f'>Y</source></item></rdf:RDF>",
        )
        .unwrap();
        assert_eq!(rdf.items[0].about.as_deref(), Some("http://x/1"));
        assert_eq!(rdf.items[0].source.as_deref(), Some("http://y/f"));
        let atom = outline(
            "<feed><entry><source><id>i</id><link href='http://z/'/></source><link href='http://q/'/></entry></feed>",
        )
        .unwrap();
        assert_eq!(atom.items[0].source.as_deref(), Some("http://z/"));
    }
}
