//! A CSV before its cells are read: where its rows end, whether its quotes are in order, what stands between its columns.
//!
//! Does: look at bytes. Does not: take cells out of rows; the `csv` crate does, and takes any quotes without a word.
//! Invariant: where a row ends here that crate ends one too; at a lone carriage return it alone does.

/// What bytes of a CSV that begin with a row look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// One past the last line end at which a row ends; 0 if none does.
    pub whole: usize,
    /// The first quote that is out of order, whatever follows; what stands before `whole` is in order.
    pub fault: Option<Fault>,
    /// The quote that is open at the end.
    pub open: Option<Fault>,
}

/// A quote that is out of order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line on which it was opened.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

enum State {
    CellBegins,
    Plain,
    Quoted,
    /// Behind a quote that closes its cell, or is the first of two that stand for one.
    Closed,
    /// Behind blanks behind a closing quote.
    Blank,
}

/// Looks at rows; `line` is the number of the first line.
pub fn look(bytes: &[u8], separator: u8, mut line: u64) -> Look {
    let (mut state, mut whole, mut opened) = (State::CellBegins, 0, line);
    for (at, byte) in bytes.iter().enumerate() {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) | (State::Closed, b'"') => State::Quoted,
            (State::CellBegins, b'"') => {
                opened = line;
                State::Quoted
            }
            (_, b'\n') => {
                whole = at + 1;
                State::CellBegins
            }
            (_, b'\r') => State::CellBegins,
            (_, byte) if *byte == separator => State::CellBegins,
            (State::Closed | State::Blank, b' ') => State::Blank,
            (State::Closed | State::Blank, _) => {
                let fault = Some(stray(opened, line));
                return Look {
                    whole,
                    fault,
                    open: None,
                };
            }
            (State::CellBegins | State::Plain, _) => State::Plain,
        };
        line += u64::from(*byte == b'\n');
    }
    let open = matches!(state, State::Quoted).then(|| Fault {
        line: opened,
        reason: "a quote is opened in this line and never closed; close it, or leave it out".to_owned(),
    });
    Look {
        whole,
        fault: None,
        open,
    }
}

/// Text behind the end of a quoted cell: most often an earlier quote was never closed and the next one closes it.
fn stray(opened: u64, line: u64) -> Fault {
    let place = if opened == line {
        String::new()
    } else {
        format!(" (line {line})")
    };
    Fault {
        line: opened,
        reason: format!(
            "a quote is opened in this line, and text follows where it is closed{place}; close it at the end of its cell, \
             and write a quote inside a cell twice"
        ),
    }
}

/// The first quote of a whole file that is out of order.
pub fn fault(bytes: &[u8], separator: u8) -> Option<Fault> {
    let look = look(bytes, separator, 1);
    look.fault.or(look.open)
}

/// What to say of a header whose columns are separated by another sign than was expected.
pub fn other_separator(bytes: &[u8], separator: u8) -> Option<String> {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| header.split(|byte| *byte == sign).count();
    let signs = [
        (b',', "`,`", "commas"),
        (b';', "`;`", "semicolons"),
        (b'\t', "tabs", "tabs"),
    ];
    let (_, _, wanted) = signs.iter().find(|(sign, _, _)| *sign == separator)?;
    let (found, shown, _) = signs.iter().max_by_key(|(sign, _, _)| count(*sign))?;
    (count(*found) > count(separator))
        .then(|| format!("the columns are separated by {shown}; save the file with {wanted}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_the_line_it_was_opened_in() {
        let looked = look(b"id,text\n1,\"kopi\n2,teh\n3,susu\n", b',', 1);
        assert_eq!((looked.whole, looked.open.map(|fault| fault.line)), (8, Some(2)));
        assert_eq!(fault(b"text\n\"kopi \"\"manis\"\"\n2\n", b',').map(|f| f.line), Some(2));
    }

    #[test]
    fn the_next_quoted_cell_does_not_hide_it() {
        let swallowed = fault(b"id,text\n1,\"kopi\n2,teh\n3,\"susu, roti\"\n", b',').expect("out of order");
        assert_eq!(swallowed.line, 2);
        assert!(swallowed.reason.contains("(line 4)"), "{swallowed:?}");
    }

    #[test]
    fn quotes_in_order_are_no_fault() {
        for sound in [
            "a,b\n\"x\ny\",\"z \"\"w\"\"\"\n",
            "a\n5\" pipa\n",
            "a,b\r\n\"x\" ,\"\"\r\n",
            "\"\"\"\"",
            "",
        ] {
            assert_eq!(fault(sound.as_bytes(), b','), None, "{sound:?}");
        }
    }

    #[test]
    fn another_separator_is_told() {
        let told = other_separator(b"id;text\n1;a,b,c\n", b',').expect("semicolons");
        assert!(told.contains("`;`") && told.contains("commas"), "{told}");
        assert!(other_separator(b"id\ttext\n", b',').is_some_and(|told| told.contains("tabs")));
        assert_eq!(other_separator(b"id,isi\n", b','), None);
        assert_eq!(other_separator(b"isi\n", b','), None);
    }

    proptest! {
        #[test]
        fn rows_end_where_the_reader_of_rows_ends_them(text in "[a,\" \n]{0,60}") {
            let looked = look(text.as_bytes(), b',', 1);
            prop_assume!(looked.fault.is_none() && looked.open.is_none());
            let rows = |text: &str| -> Vec<csv::StringRecord> {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
                reader.records().map(|record| record.expect("UTF-8")).collect()
            };
            let (head, tail) = text.split_at(looked.whole);
            prop_assert_eq!([rows(head), rows(tail)].concat(), rows(&text));
        }
    }
}
