//! Posts come out of every shape, or the line says why not.

use std::io;

use super::blocks::{BLOCK, LONGEST};
use super::*;

fn all(shape: Shape, input: &[u8]) -> Result<Vec<(u64, String, String)>, BadInput> {
    let mut blocks = Blocks::new(input, shape);
    let mut found = Vec::new();
    while let Some(block) = blocks.next_block().expect("memory does not fail") {
        rows(shape, blocks.columns.as_deref(), &block?, |line, row, _| {
            let row = row.map_err(|reason| BadInput { line, reason })?;
            let id = serde_json::to_string(&row.id).expect("ids are JSON");
            found.push((line, id, row.text.into_owned()));
            Ok::<(), BadInput>(())
        })?;
    }
    Ok(found)
}

fn row(line: u64, id: &str, text: &str) -> (u64, String, String) {
    (line, id.to_owned(), text.to_owned())
}

#[test]
fn lines_are_posts_called_by_their_number() {
    let found = all(Shape::Lines, b"\xef\xbb\xbfsatu\r\n\ndua").expect("good");
    assert_eq!(found, [row(1, "1", "satu"), row(2, "2", ""), row(3, "3", "dua")]);
}

#[test]
fn jsonl_keeps_ids_as_given() {
    let found = all(
        Shape::Jsonl,
        b"{\"id\":\"a\",\"text\":\"x\\ny\"}\n\n{\"text\":\"z\",\"id\":7,\"lang\":\"id\"}\n",
    )
    .expect("good");
    assert_eq!(found, [row(1, "\"a\"", "x\ny"), row(3, "7", "z")]);
}

#[test]
fn a_post_may_say_of_what_kind_it_is() {
    let kinds = |shape, input: &[u8]| {
        let mut blocks = Blocks::new(input, shape);
        let mut found = Vec::new();
        while let Some(block) = blocks.next_block().expect("memory does not fail") {
            rows(shape, blocks.columns.as_deref(), &block.expect("good"), |_, row, _| {
                found.push(row.map(|row| row.kind));
                Ok::<(), BadInput>(())
            })
            .expect("good");
        }
        found
    };
    let repost = [Ok(Given::Own), Ok(Given::Repost), Ok(Given::Own)];
    let json = b"{\"text\":\"a\"}\n{\"kind\":\"repost\",\"text\":\"b\"}\n{\"kind\":null,\"text\":\"c\"}\n";
    assert_eq!(kinds(Shape::Jsonl, json), repost);
    assert_eq!(kinds(Shape::Csv, b"text,Kind\na,\nb, repost\nc\n"), repost);
}

#[test]
fn csv_rows_may_span_lines() {
    let found = all(Shape::Csv, b"id,lain,text\r\na,1,\"x\r\ny \"\"z\"\"\"\r\n,2,w\r\n").expect("good");
    assert_eq!(found, [row(2, "\"a\"", "x\r\ny \"z\""), row(4, "4", "w")]);
}

#[test]
fn bad_input_is_named_by_its_line() {
    for (shape, input, line) in [
        (Shape::Lines, b"a\nb\n\xff\n".as_slice(), 3),
        (Shape::Lines, b"\xff", 1),
        (Shape::Lines, b"a\nb \xe2\x80\nc\n", 2),
        (Shape::Jsonl, b"{\"text\":\"a\"}\n{\"txt\":\"b\"}\n", 2),
        (Shape::Jsonl, b"{\"text\":\"a\"}\nbukan\n", 2),
        (Shape::Jsonl, b"{\"text\":\"a\",\"id\":{}}\n", 1),
        (Shape::Jsonl, b"{\"text\":\"\\ud800\"}\n", 1),
        (Shape::Csv, b"id,isi\n1,a\n", 1),
        (Shape::Csv, b"id,text\n1,a\n2\n", 3),
        (Shape::Csv, b"", 1),
        (Shape::Csv, b"id,text\n1,\"kopi\n2,teh\n3,susu\n", 2),
        (Shape::Csv, b"id,text\n1,\"kopi\n2,teh\n3,\"susu, roti\"\n", 2),
        (Shape::Csv, b"id,text\n1,a\n2,\xff\n", 3),
    ] {
        assert_eq!(
            all(shape, input).expect_err("bad").line,
            line,
            "{}",
            String::from_utf8_lossy(input)
        );
    }
}

#[test]
fn blocks_end_where_lines_end_and_count_on() {
    let line = "kata ".repeat(100) + "\n";
    let input = line.repeat(5_000);
    let found = all(Shape::Lines, input.as_bytes()).expect("good");
    assert_eq!(found.len(), 5_000);
    assert!(
        found
            .iter()
            .enumerate()
            .all(|(at, row)| row.0 == at as u64 + 1 && row.2 == line.trim_end_matches('\n'))
    );
    let stray = format!("text\n{}", "lima 5\" pipa\n".repeat(60_000));
    assert_eq!(all(Shape::Csv, stray.as_bytes()).expect("good").len(), 60_000);
    let quoted = format!("text\n{}", format!("\"{}\"\n", "a\nb ".repeat(40)).repeat(4_000));
    let found = all(Shape::Csv, quoted.as_bytes()).expect("good");
    assert_eq!(found.len(), 4_000);
    assert_eq!(found[3_999].0, 2 + 3_999 * 41);
}

#[test]
fn an_endless_line_is_refused() {
    let input = vec![b'a'; LONGEST + 2 * BLOCK];
    assert_eq!(
        all(Shape::Lines, &input[..]).map(|rows| rows.len()),
        Ok(1),
        "an end of input ends a line"
    );
    let endless = io::repeat(b'a');
    let mut blocks = Blocks::new(endless, Shape::Lines);
    let bad = blocks.next_block().expect("io").expect("some").expect_err("too long");
    assert_eq!(bad.line, 1);
}

#[test]
fn what_stands_before_an_open_quote_is_read() {
    let mut blocks = Blocks::new(&b"id,text\n1,kopi\n2,\"teh\n"[..], Shape::Csv);
    let sound = blocks.next_block().expect("memory").expect("a row").expect("in order");
    assert_eq!(sound.bytes, b"1,kopi\n");
    let open = blocks
        .next_block()
        .expect("memory")
        .expect("the rest")
        .expect_err("an open quote");
    assert_eq!(open.line, 3);
    let far = io::Read::chain(&b"text\n\n\"a"[..], io::repeat(b'a'));
    let mut blocks = Blocks::new(far, Shape::Csv);
    blocks
        .next_block()
        .expect("memory")
        .expect("a header")
        .expect("in order");
    let open = blocks
        .next_block()
        .expect("memory")
        .expect("the rest")
        .expect_err("too long");
    assert!(open.line == 3 && open.reason.contains("quote"), "{open}");
}

#[test]
fn a_post_that_is_no_object_is_told_what_one_is() {
    for input in [
        "[1]",
        "\"a\"",
        "7",
        "{\"teks\":\"a\"}",
        "{\"text\":null}",
        "{\"text\":1}",
    ] {
        let bad = all(Shape::Jsonl, input.as_bytes()).expect_err("bad");
        assert!(bad.reason.contains(r#"{"id": …, "text": "…"}"#), "{input}: {bad}");
        assert!(
            !bad.reason.contains("struct") && !bad.reason.contains("at line"),
            "{input}: {bad}"
        );
    }
    let twice = all(Shape::Jsonl, br#"{"text":"a","text":"b"}"#).expect_err("bad");
    assert!(twice.reason.contains("duplicate"), "{twice}");
}

#[test]
fn what_looks_packed_or_separated_otherwise_is_told_so() {
    for (shape, input, told) in [
        (Shape::Lines, &b"\x1f\x8b\x08\x00"[..], "gzip"),
        (Shape::Csv, b"id;text\n1;a\n", "`;`"),
        (Shape::Csv, b"\"id\";\"text\"\n1;a\n", "`;`"),
        (Shape::Csv, b"id\ttext\n1\ta\n", "tabs"),
        (Shape::Tsv, b"id,text\n1,a\n", "`,`"),
    ] {
        let bad = all(shape, input).expect_err("bad");
        assert!(bad.line == 1 && bad.reason.contains(told), "{bad}");
    }
}

#[test]
fn tabs_separate_and_their_quotes_mean_nothing() {
    let found = all(Shape::Tsv, b"text\tid\n\"kopi\t1\nteh, susu\t2\n").expect("good");
    assert_eq!(found, [row(2, "\"1\"", "\"kopi"), row(3, "\"2\"", "teh, susu")]);
}

#[test]
fn the_shape_is_told_by_the_name() {
    for (name, shape) in [
        ("a.jsonl", Shape::Jsonl),
        ("a.CSV.gz", Shape::Csv),
        ("a.tsv", Shape::Tsv),
        ("a.txt.gz", Shape::Lines),
        ("-", Shape::Lines),
    ] {
        assert_eq!(Shape::of(Path::new(name)), shape, "{name}");
    }
}
