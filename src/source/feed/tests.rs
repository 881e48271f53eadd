use std::time::Duration;

use super::*;
use crate::model::{Millis, PostKind};

const NOW: Millis = Millis(1_795_400_000_000); // 2026-11-23

fn context() -> Context {
    Context {
        now: NOW,
        since: Millis(0),
        edit_window: Duration::from_hours(48),
        max_pages: 5,
        retrying: false,
    }
}

fn account(handle: &str) -> Account {
    Account::declared(Platform::Feed, handle)
}

const URL: &str = "https://blog.example/feed";

fn answer(body: &[u8], content_type: &str) -> Answer {
    Answer {
        url: Url::parse(URL).unwrap(),
        status: 200,
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        body: body.to_vec(),
    }
}

fn visit(body: &[u8], content_type: &str) -> Result<Page, Error> {
    let mut visit = Feed.visit(&account(URL), None, &context()).unwrap();
    assert!(matches!(visit.next(None), Ok(Step::Ask(ask)) if ask.conditional && ask.url.as_str() == URL));
    match visit.next(Some(&answer(body, content_type)))? {
        Step::Page(page) => Ok(page),
        Step::Ask(ask) => panic!("{ask:?}"),
    }
}

fn page(body: &str) -> Page {
    visit(body.as_bytes(), "application/xml; charset=utf-8").unwrap()
}

fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Blog</title>{items}</channel></rss>")
}

/// The only part of an answer that may be kept is the post's own.
fn excerpts(page: &Page, body: &[u8]) -> Vec<String> {
    let bytes = page.decoded.as_ref().map_or(body, |decoded| decoded.text.as_bytes());
    let cut = |post: &Post| String::from_utf8(bytes[post.raw.clone()].to_vec()).unwrap();
    page.posts.iter().map(cut).collect()
}

#[test]
fn feeds_of_wordpress_agree_with_each_other() {
    let rss = include_bytes!("../../../tests/data/live/wordpress-6.1.9-feed.rss.xml");
    let rdf = include_bytes!("../../../tests/data/live/wordpress-6.1.9-feed.rdf.xml");
    let atom = include_bytes!("../../../tests/data/live/wordpress-6.1.9-feed.atom.xml");
    let texts = |body: &[u8]| {
        let page = visit(body, "application/xml; charset=UTF-8").unwrap();
        for excerpt in excerpts(&page, body) {
            assert!(
                excerpt.starts_with("<item") || excerpt.starts_with("<entry"),
                "{excerpt}"
            );
            assert!(
                excerpt.ends_with("</item>") || excerpt.ends_with("</entry>"),
                "{excerpt}"
            );
        }
        let page_keys: Vec<_> = page.posts.iter().map(|post| post.key.clone()).collect();
        assert!(page_keys.iter().all(|key| key.starts_with("http")), "{page_keys:?}");
        page.posts.into_iter().map(|post| post.text).collect::<Vec<_>>()
    };
    let from_rss = texts(rss);
    assert!(from_rss.len() > 1);
    assert_eq!(from_rss, texts(atom));
    assert_eq!(from_rss.len(), texts(rdf).len());
    assert!(
        from_rss.concat().contains('😀'),
        "emoji of img.wp-smiley are kept: {from_rss:?}"
    );
    let rest = visit(rss, "text/xml").unwrap().rest;
    assert_eq!(rest, Some(Duration::from_hours(1)));
}

#[test]
fn feeds_of_pelican_are_read() {
    for body in [
        include_bytes!("../../../tests/data/live/pelican-author.atom.xml").as_slice(),
        include_bytes!("../../../tests/data/live/pelican-author.rss.xml").as_slice(),
    ] {
        let page = visit(body, "text/xml").unwrap();
        assert!(page.posts.len() > 1);
        let post = &page.posts[0];
        assert!(post.key.starts_with("tag:127.0.0.1,2026-11-22:"), "{}", post.key);
        assert!(post.text.starts_with("Artikel 3\n\nIsi artikel 3"), "{}", post.text);
        assert_eq!(post.published_at, Some(Millis(1_795_316_400_000)));
        assert_eq!(post.url.as_deref(), Some("http://127.0.0.1:8096/artikel-3.html"));
    }
}

#[test]
fn the_rss_of_snac_is_read() {
    let body = include_bytes!("../../../tests/data/live/snac-2.75-ana.rss.xml");
    let page = visit(body, "application/rss+xml; charset=utf-8").unwrap();
    assert!(page.posts.len() > 1);
    assert!(page.posts.iter().all(|post| post.key.contains("/ana/")));
}

#[test]
fn a_title_edited_is_the_same_post_and_ids_of_two_feeds_never_meet() {
    let one = page(&rss("<item><title>a</title><link>https://blog.example/1</link></item>"));
    let two = page(&rss("<item><title>b</title><link>https://blog.example/1</link></item>"));
    assert_eq!(one.posts[0].key, two.posts[0].key);
    let bare = page(&rss("<item><guid>17</guid><title>a</title></item>"));
    assert_eq!(bare.posts[0].key, "https://blog.example/feed#17");
    let none = page(&rss("<item><title>a</title></item>"));
    assert!(none.posts[0].key.starts_with("https://blog.example/feed#sha256:"));
}

#[test]
fn items_with_one_id_for_all_are_kept_apart() {
    let page = page(&rss(
        "<item><guid>x</guid><link>https://b.example/1</link><title>a</title></item>\
         <item><guid>x</guid><link>https://b.example/2</link><title>b</title></item>",
    ));
    assert_ne!(page.posts[0].key, page.posts[1].key);
}

#[test]
fn rdf_items_are_named_by_their_about() {
    let page = page(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'>\
         <item rdf:about='https://b.example/about'><title>judul</title><link>https://b.example/1</link></item></rdf:RDF>",
    );
    assert_eq!(page.posts[0].key, "https://b.example/about");
    assert_eq!(page.posts[0].text, "judul");
}

#[test]
fn every_version_of_rss_is_read() {
    for root in [
        "<rss>",
        "<rss version='0.91'>",
        "<rss version='0.93'>",
        "<rss version='2.0.1' xmlns='http://x.example/ns'>",
    ] {
        let page = page(&format!(
            "{root}<channel><item><title>satu</title></item></channel></rss>"
        ));
        assert_eq!(page.posts.len(), 1, "{root}");
        assert_eq!(page.posts[0].text, "satu", "{root}");
    }
}

#[test]
fn utf_16_and_latin_1_are_read_and_the_excerpt_is_of_the_decoded_text() {
    let text = rss("<item><guid>1</guid><title>pilih é</title></item>")
        .replace("version=\"1.0\"", "version=\"1.0\" encoding=\"UTF-16\"");
    let mut utf16: Vec<u8> = vec![0xfe, 0xff];
    utf16.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    for (body, charset) in [(utf16.clone(), "UTF-16BE"), (utf16[2..].to_vec(), "UTF-16BE")] {
        let page = visit(&body, "application/rss+xml").unwrap();
        assert_eq!(page.posts[0].text, "pilih é");
        assert_eq!(page.decoded.as_ref().unwrap().charset, charset);
        assert_eq!(
            excerpts(&page, &body),
            ["<item><guid>1</guid><title>pilih é</title></item>"]
        );
    }
    let latin1: Vec<u8> = rss("<item><title>\u{e9}</title></item>")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let page = visit(&latin1, "text/xml").unwrap();
    assert_eq!(page.posts[0].text, "é");
    assert_eq!(page.decoded.unwrap().charset, "windows-1252");
}

#[test]
fn a_byte_order_mark_does_not_shift_the_excerpt() {
    let body = format!("\u{feff}{}", rss("<item><title>é</title></item>"));
    let page = visit(body.as_bytes(), "text/xml").unwrap();
    assert_eq!(excerpts(&page, body.as_bytes()), ["<item><title>é</title></item>"]);
    assert!(page.decoded.is_none());
}

#[test]
fn one_broken_item_spoils_no_other_and_loses_no_words() {
    let page = page(&rss("<item><guid>1</guid><title>baik</title></item>\
         <item><guid>2</guid><description>coblos <b>nomor 2</i></description></item>\
         <item><guid>3</guid><title>juga baik</title></item>"));
    let texts: Vec<_> = page.posts.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[1].contains("coblos") && texts[1].contains("nomor 2"), "{texts:?}");
    assert_eq!(page.posts[1].key, "https://blog.example/feed#2");
}

#[test]
fn a_feed_that_breaks_off_gives_what_came_before() {
    let page = page("<rss version='2.0'><channel><item><title>a</title></item><item><title>b");
    assert_eq!(page.posts.len(), 1);
}

#[test]
fn what_is_no_feed_is_said_to_be_none() {
    for body in [
        "",
        "halo",
        "<html><body>masuk dulu</body></html>",
        "{\"a\":1}",
        "[]",
        "{",
        "<",
    ] {
        assert!(
            matches!(visit(body.as_bytes(), "text/html"), Err(Error::Unreadable(_))),
            "{body}"
        );
    }
    assert!(page(&rss("")).posts.is_empty());
}

#[test]
fn ten_thousand_levels_of_markup_neither_hurt_nor_hide_the_words() {
    let deep = format!("{}coblos{}", "<div>".repeat(10_000), "</div>".repeat(10_000));
    let escaped = deep.replace('<', "&lt;");
    let page = page(&rss(&format!(
        "<item><description>{escaped}</description></item><item><description>{deep}</description></item>"
    )));
    assert_eq!(page.posts.len(), 2);
    assert!(page.posts.iter().all(|post| post.text.contains("coblos")));
}

#[test]
fn a_script_written_as_text_stays_text_and_nul_and_bidi_do_no_harm() {
    let page = page(&rss(
        "<item><guid>1</guid><title>&lt;script&gt;alert(1)&lt;/script&gt;</title>\
         <description>&amp;lt;script&amp;gt; \u{202e}balik\u{202c} &#0; a\0b</description></item>",
    ));
    let text = &page.posts[0].text;
    assert!(text.contains("<script>"), "{text}");
    assert!(text.contains('\u{202e}') && !text.contains('\0'), "{text:?}");
}

#[test]
fn a_post_of_two_megabytes_is_read_whole() {
    let page = page(&rss(&format!(
        "<item><title>{} coblos</title></item>",
        "kata ".repeat(400_000)
    )));
    assert!(page.posts[0].text.ends_with("coblos"));
}

#[test]
fn nonsense_dates_are_no_dates_and_rss_has_no_edits() {
    let item = |date: &str| rss(&format!("<item><title>a</title><pubDate>{date}</pubDate></item>"));
    for date in [
        "Mon, 01 Jan 1601 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "kemarin",
    ] {
        assert_eq!(page(&item(date)).posts[0].published_at, None, "{date}");
    }
    let dated = page(&item("Sat, 21 Nov 2026 19:45:27 +0000"));
    assert!(dated.posts[0].published_at.is_some());
    assert_eq!(dated.posts[0].edited_at, None);
}

#[test]
fn posts_before_the_horizon_are_left_out_and_counted() {
    let body = rss(
        "<item><title>a</title><pubDate>Sat, 21 Nov 2020 19:45:27 +0000</pubDate></item><item><title>b</title></item>",
    );
    let context = Context {
        since: Millis(1_795_000_000_000),
        ..context()
    };
    let page = read(
        &Url::parse(URL).unwrap(),
        &answer(body.as_bytes(), "text/xml"),
        &context,
    )
    .unwrap();
    assert_eq!(page.posts.len(), 1);
    assert_eq!(page.dropped.too_old, 1);
}

#[test]
fn an_error_of_a_bridge_is_no_post() {
    let error = "<item><title>Bridge returned error 500! (20600)</title><guid>x</guid></item>";
    assert_eq!(visit(rss(error).as_bytes(), "text/xml").unwrap_err(), Error::Bridge);
    let mixed = page(&rss(&format!("{error}<item><title>b</title></item>")));
    assert_eq!(mixed.posts.len(), 1);
}

#[test]
fn an_item_copied_from_elsewhere_is_another_s_words() {
    let page = page(&rss(
        "<item><title>a</title><source url='https://lain.example/feed'>Lain</source></item>\
         <item><title>b</title><source url='https://blog.example/feed'>Sendiri</source></item>",
    ));
    assert_eq!(page.posts[0].kind, PostKind::Repost);
    assert_eq!(page.posts[0].foreign.len(), 1);
    assert_eq!(page.posts[1].kind, PostKind::Own);
    assert!(page.posts[1].foreign.is_empty());
}

#[test]
fn only_web_addresses_become_links() {
    let page = page(&rss(
        "<item><title>a</title><link>javascript:alert(1)</link></item><item><title>b</title><link>/relatif</link></item>",
    ));
    assert_eq!(page.posts[0].url, None);
    assert_eq!(page.posts[1].url.as_deref(), Some("https://blog.example/relatif"));
}

#[test]
fn atom_tells_edits() {
    let page = page(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:x:1</id><title>a</title>\
         <published>2026-11-21T10:00:00Z</published><updated>2026-11-21T11:00:00Z</updated>\
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>isi</p></div></content></entry></feed>",
    );
    let post = &page.posts[0];
    assert_eq!(post.key, "urn:x:1");
    assert_eq!(post.text, "a\n\nisi");
    assert_eq!(
        post.edited_at.unwrap().since(post.published_at.unwrap()),
        Duration::from_hours(1)
    );
}

#[test]
fn a_json_feed_is_read_with_its_exact_bytes() {
    let item = r#"{"id": 7, "url":"/p/7","title":"judul","content_html":"<p>isi</p>","date_published":"2026-11-21T10:00:00+07:00"}"#;
    let body =
        format!(r#" {{"version":"https://jsonfeed.org/version/1.1","title":"é","items":[{item},{{"id":"x"}},5]}}"#);
    let page = visit(body.as_bytes(), "application/feed+json").unwrap();
    assert_eq!(page.posts.len(), 1);
    assert_eq!(page.dropped.unreadable, 2);
    assert_eq!(page.posts[0].key, "https://blog.example/feed#7");
    assert_eq!(page.posts[0].text, "judul\n\nisi");
    assert_eq!(page.posts[0].url.as_deref(), Some("https://blog.example/p/7"));
    assert_eq!(excerpts(&page, body.as_bytes()), [item]);
}

#[test]
fn only_web_addresses_are_feeds() {
    for bad in [
        "",
        "blog.example/feed",
        "file:///etc/passwd",
        "https://u:p@blog.example/",
    ] {
        assert!(Feed.visit(&account(bad), None, &context()).is_err(), "{bad}");
    }
}

/// Reads every file of a folder named by the environment; nothing may panic. For feeds that cannot be part of the project.
#[test]
#[ignore = "wants FEED_CORPUS, a folder of feeds"]
fn a_corpus_of_feeds_makes_nothing_panic() {
    let mut folders = vec![std::path::PathBuf::from(std::env::var("FEED_CORPUS").unwrap())];
    let (mut read, mut unread, mut posts, mut lost) = (0, 0, 0, 0);
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let body = std::fs::read(&path).unwrap();
            match visit(&body, "application/xml") {
                Ok(page) => {
                    read += 1;
                    posts += page.posts.len();
                    lost += page.dropped.unreadable;
                    let empty = excerpts(&page, &body)
                        .iter()
                        .filter(|excerpt| excerpt.is_empty())
                        .count();
                    assert_eq!(empty, 0, "{}", path.display());
                    if page.dropped.unreadable > 0 {
                        println!("{} unreadable in {}", page.dropped.unreadable, path.display());
                    }
                }
                Err(error) => {
                    unread += 1;
                    println!("{error}: {}", path.display());
                }
            }
        }
    }
    println!("{read} read, {unread} not, {posts} posts, {lost} items without words");
}
