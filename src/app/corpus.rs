//! Texts from files of several shapes, told apart by their name, with labels if there are any.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;

use super::posts::{BadInput, Blocks, Rest, Row, Shape, rows};
use super::unpack;
use crate::model::Given;

/// A text of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Line in its file.
    pub line: u64,
    /// The text.
    pub text: String,
    /// What kind of post it is.
    pub kind: Given,
    /// What was expected of it, as written.
    pub expect: String,
    /// Category, if given.
    pub category: String,
    /// Language, if given.
    pub language: String,
}

/// What people call the labels.
const EXPECT: &[&str] = &["expect", "expected", "label"];
const CATEGORY: &[&str] = &["category", "kategori"];
const LANGUAGE: &[&str] = &["lang", "language", "bahasa"];

/// Calls `each` with every text of `*.jsonl`, `*.tsv`, `*.csv` (with a header), or else of plain lines; each also with `.gz` after it.
/// Ends at the first record that is none.
pub fn read(path: &Path, mut each: impl FnMut(Entry) -> anyhow::Result<()>) -> anyhow::Result<()> {
    read_all(path, |line, entry| {
        each(entry.map_err(|reason| BadInput { line, reason })?)
    })
}

/// The same, and `each` decides what becomes of a record that is none.
pub fn read_all(
    path: &Path,
    mut each: impl FnMut(u64, Result<Entry, String>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let shape = Shape::of(path);
    let mut blocks = Blocks::new(unpack::reader(path, file), shape);
    let mut run = || {
        while let Some(block) = blocks.next_block()? {
            rows(shape, blocks.columns.as_deref(), &block?, |line, row, rest| match row {
                // An empty line between texts is no text.
                Ok(row) if shape == Shape::Lines && row.text.trim().is_empty() => Ok(()),
                row => each(line, row.map(|row| entry(line, row, rest))),
            })?;
        }
        Ok(())
    };
    run().map_err(|error: anyhow::Error| BadInput::placed(error, path))
}

fn entry(line: u64, row: Row<'_>, rest: Rest<'_>) -> Entry {
    let [expect, category, language] = rest.named([EXPECT, CATEGORY, LANGUAGE]);
    Entry {
        line,
        text: row.text.into_owned(),
        kind: row.kind,
        expect,
        category,
        language,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(name: &str, text: &str) -> anyhow::Result<Vec<Entry>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut entries = Vec::new();
        read(&path, |entry| {
            entries.push(entry);
            Ok(())
        })?;
        Ok(entries)
    }

    #[test]
    fn labels_are_read_under_any_of_their_names_from_every_shape() {
        for (name, text) in [
            (
                "a.jsonl",
                "\n{\"phrase\":\"kopi\",\"label\":\"flag\",\"kategori\":\"x\",\"bahasa\":\"id\"}\n",
            ),
            ("a.csv", "Label,Kategori,Bahasa,Phrase\nflag,x,id,kopi\n"),
            ("a.tsv", "text\texpect\tcategory\tlang\nkopi\tflag\tx\tid\n"),
        ] {
            let entries = entries(name, text).unwrap();
            assert_eq!(entries.len(), 1, "{name}");
            let Entry {
                text,
                expect,
                category,
                language,
                ..
            } = &entries[0];
            assert_eq!(
                [text, expect, category, language],
                ["kopi", "flag", "x", "id"],
                "{name}"
            );
        }
        assert_eq!(entries("a.txt", "satu\n\n  \ndua\n").unwrap().len(), 2);
    }

    #[test]
    fn a_fault_names_file_and_line_once() {
        for (name, text) in [
            ("a.jsonl", "{\"text\":\"kopi\"}\nteh\n"),
            ("a.csv", "text\n\"kopi\nteh\n"),
            ("a.tsv", "text\texpect\nkopi\tflag\tteh\n"),
        ] {
            let fault = format!("{:#}", entries(name, text).unwrap_err());
            assert!(fault.contains(&format!("{name}:2: ")), "{fault}");
            assert_eq!(fault.matches("line").count(), usize::from(name == "a.csv"), "{fault}");
        }
    }
}
