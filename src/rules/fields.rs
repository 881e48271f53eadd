//! Reading tables of a parsed TOML document with the place of everything: asked keys are known keys, what is left over is a fault.

use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{self as codes, Diagnostic};
use super::read::SourceFile;
use crate::model::UnknownWord;

/// Longest text of a value: far above any term, title or example.
const LONGEST_TEXT: usize = 8_192;

/// Keys that people write too late, below the first example of the rule.
const RULE_KEYS: [&str; 13] = [
    "id", "title", "category", "level", "status", "match", "unless", "phases", "regions", "basis", "reach", "voice",
    "content",
];

/// Collects the faults of one file.
pub(super) struct Sink<'f> {
    pub file: &'f SourceFile,
    pub found: Vec<Diagnostic>,
}

impl<'f> Sink<'f> {
    pub fn new(file: &'f SourceFile) -> Self {
        Self {
            file,
            found: Vec::new(),
        }
    }

    /// Adds a fault; the rest is said on what is returned.
    pub fn add(&mut self, code: &'static str, span: Range<usize>, title: impl Into<String>) -> &mut Diagnostic {
        self.found.push(Diagnostic::new(code, &self.file.path, span, title));
        self.found.last_mut().expect("one was pushed just now")
    }
}

type Value<'d> = &'d Spanned<DeValue<'d>>;

/// One table being read.
pub(super) struct Fields<'d> {
    /// How the table is written, for messages: `[[rule]]`.
    what: &'static str,
    /// Where its header is.
    pub span: Range<usize>,
    table: &'d DeTable<'d>,
    asked: Vec<&'static str>,
}

impl<'d> Fields<'d> {
    pub fn new(what: &'static str, span: Range<usize>, table: &'d DeTable<'d>) -> Self {
        Self {
            what,
            span,
            table,
            asked: Vec::new(),
        }
    }

    /// The value of a key, which is known from now on.
    pub fn get(&mut self, key: &'static str) -> Option<Value<'d>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// As `get`; a missing key is a fault.
    pub fn need(&mut self, sink: &mut Sink, key: &'static str) -> Option<Value<'d>> {
        let value = self.get(key);
        if value.is_none() {
            sink.add(
                codes::MISSING_KEY,
                self.span.clone(),
                format!("{} has no `{key}`", self.what),
            )
            .label(format!("`{key}` must be set here"));
        }
        value
    }

    /// Whether the key was written, faulty or not.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where a key and its value are written; of a key that is not there, the table.
    pub fn place_of(&self, key: &str) -> Range<usize> {
        let mut entries = self.table.iter();
        let entry = entries.find(|(name, _)| name.get_ref() == key);
        entry.map_or_else(
            || self.span.clone(),
            |(name, value)| name.span().start..value.span().end,
        )
    }

    /// A text that must be there and not be blank.
    pub fn need_text(&mut self, sink: &mut Sink, key: &'static str) -> Option<Spanned<String>> {
        let value = self.need(sink, key)?;
        text(sink, key, value)
    }

    /// A text, if the key is there.
    pub fn text(&mut self, sink: &mut Sink, key: &'static str) -> Option<Spanned<String>> {
        let value = self.get(key)?;
        text(sink, key, value)
    }

    /// A list of texts; empty when the key is not there.
    pub fn texts(&mut self, sink: &mut Sink, key: &'static str) -> Vec<Spanned<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            wrong_kind(sink, key, value, "a list of texts: [\"…\", \"…\"]");
            return Vec::new();
        };
        items.iter().filter_map(|item| text(sink, key, item)).collect()
    }

    /// A yes or no; no when the key is not there.
    pub fn flag(&mut self, sink: &mut Sink, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        if let DeValue::Boolean(yes) = value.get_ref() {
            return *yes;
        }
        wrong_kind(sink, key, value, "true or false");
        false
    }

    /// A whole number that must be there.
    pub fn need_number(&mut self, sink: &mut Sink, key: &'static str, range: Range<u32>) -> Option<Spanned<u32>> {
        let value = self.need(sink, key)?;
        let number = integer(value)
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| range.contains(n));
        if number.is_none() {
            let expected = format!("a whole number from {} to {}", range.start, range.end - 1);
            let found = wrong_kind(sink, key, value, &expected);
            if integer(value).is_some() {
                found.labels.clear();
                found.label("out of range");
            }
        }
        number.map(|n| Spanned::new(value.span(), n))
    }

    /// A word of a closed vocabulary.
    pub fn word<T: FromStr<Err = UnknownWord>>(&mut self, sink: &mut Sink, key: &'static str) -> Option<Spanned<T>> {
        let given = self.text(sink, key)?;
        word(sink, key, &given)
    }

    /// A word of a closed vocabulary that must be there.
    pub fn need_word<T: FromStr<Err = UnknownWord>>(
        &mut self,
        sink: &mut Sink,
        key: &'static str,
    ) -> Option<Spanned<T>> {
        let given = self.need_text(sink, key)?;
        word(sink, key, &given)
    }

    /// A list of words of a closed vocabulary.
    pub fn words<T: FromStr<Err = UnknownWord>>(&mut self, sink: &mut Sink, key: &'static str) -> Vec<Spanned<T>> {
        let given = self.texts(sink, key);
        given.iter().filter_map(|g| word(sink, key, g)).collect()
    }

    /// A table under a key.
    pub fn table(&mut self, sink: &mut Sink, key: &'static str, what: &'static str) -> Option<Fields<'d>> {
        let value = self.get(key)?;
        table(sink, key, what, value)
    }

    /// As `table`; a missing table is a fault.
    pub fn need_table(&mut self, sink: &mut Sink, key: &'static str, what: &'static str) -> Option<Fields<'d>> {
        if !self.has(key) {
            self.asked.push(key);
            sink.add(
                codes::MISSING_KEY,
                self.span.clone(),
                format!("{} has no table `{what}`", self.what),
            );
            return None;
        }
        self.table(sink, key, what)
    }

    /// A list of tables under a key (`[[key]]`).
    pub fn tables(&mut self, sink: &mut Sink, key: &'static str, what: &'static str) -> Vec<Fields<'d>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| table(sink, key, what, item)).collect(),
            DeValue::Table(one) => {
                wrong_kind(sink, key, value, "a list of tables").help(format!(
                    "write `{what}` with two brackets: each one begins a further entry"
                ));
                // Read it all the same, so that the faults inside are listed too.
                vec![Fields::new(what, value.span(), one)]
            }
            _ => {
                wrong_kind(sink, key, value, &format!("tables, each begun by `{what}`"));
                Vec::new()
            }
        }
    }

    /// Every key with its value, for tables whose keys are names.
    pub fn entries(&self) -> impl Iterator<Item = (&'d Spanned<toml::de::DeString<'d>>, Value<'d>)> {
        self.table.iter()
    }

    /// Reports what nobody asked for.
    pub fn finish(self, sink: &mut Sink) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let title = format!("unknown key `{}` in {}", shown(name), self.what);
            let known = self
                .asked
                .iter()
                .map(|k| format!("`{k}`"))
                .collect::<Vec<_>>()
                .join(", ");
            let help = match closest(name, self.asked.iter().copied()) {
                // Fields of a rule that were written after its first example.
                _ if self.what == "[[rule.example]]" && RULE_KEYS.contains(&name) => {
                    format!("`{name}` belongs to the rule: write it above `[[rule.example]]`")
                }
                Some(near) => format!("did you mean `{near}`? Known here: {known}"),
                None if name == "example" => "an example belongs to the rule above it: `[[rule.example]]`".to_owned(),
                None => format!("known here: {known}"),
            };
            sink.add(codes::UNKNOWN_KEY, key.span(), title)
                .label("not known here")
                .help(help);
        }
    }
}

/// A text that is not blank and not endless.
pub(super) fn text(sink: &mut Sink, key: &str, value: Value<'_>) -> Option<Spanned<String>> {
    let DeValue::String(given) = value.get_ref() else {
        wrong_kind(sink, key, value, "a text in quotes");
        return None;
    };
    if given.trim().is_empty() {
        sink.add(codes::EMPTY, value.span(), format!("`{key}` holds an empty text"))
            .label("nothing here");
        return None;
    }
    if given.len() > LONGEST_TEXT {
        sink.add(
            codes::TOO_LARGE,
            value.span(),
            format!("a text of `{key}` is longer than {LONGEST_TEXT} bytes"),
        );
        return None;
    }
    Some(Spanned::new(value.span(), given.trim().to_owned()))
}

/// A table.
pub(super) fn table<'d>(sink: &mut Sink, key: &str, what: &'static str, value: Value<'d>) -> Option<Fields<'d>> {
    let DeValue::Table(inner) = value.get_ref() else {
        wrong_kind(sink, key, value, &format!("a table `{what}`"));
        return None;
    };
    Some(Fields::new(what, value.span(), inner))
}

/// The value as a whole number.
pub(super) fn integer(value: Value<'_>) -> Option<i64> {
    match value.get_ref() {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
        _ => None,
    }
}

/// Says that a value is of another kind than expected.
pub(super) fn wrong_kind<'s>(sink: &'s mut Sink, key: &str, value: Value<'_>, expected: &str) -> &'s mut Diagnostic {
    let found = match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    sink.add(codes::WRONG_KIND, value.span(), format!("`{key}` expects {expected}"))
        .label(format!("this is {found}"))
}

fn word<T: FromStr<Err = UnknownWord>>(sink: &mut Sink, key: &str, given: &Spanned<String>) -> Option<Spanned<T>> {
    match given.get_ref().parse() {
        Ok(value) => Some(Spanned::new(given.span(), value)),
        Err(unknown) => {
            unknown_word(sink, key, given, unknown.known);
            None
        }
    }
}

/// Says that a word is outside a closed vocabulary.
pub(super) fn unknown_word(sink: &mut Sink, key: &str, given: &Spanned<String>, known: &[&str]) {
    let list = known.join(", ");
    let help = match closest(given.get_ref(), known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"? Known: {list}"),
        None => format!("known: {list}"),
    };
    sink.add(
        codes::UNKNOWN_WORD,
        given.span(),
        format!("`{key}` does not know \"{}\"", shown(given.get_ref())),
    )
    .label("not a known word")
    .help(help);
}

/// At most 60 characters of something given, for messages.
pub(super) fn shown(given: &str) -> String {
    let mut text: String = given.chars().take(60).collect();
    if text.len() < given.len() {
        text.push('…');
    }
    text
}

/// The candidate that differs least, if it differs little.
pub fn closest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if given.len() > 60 {
        return None;
    }
    known
        .into_iter()
        .map(|k| (distance(given, k), k))
        .filter(|(d, k)| *d <= 2.min(k.len() / 2))
        .min()
        .map(|(_, k)| k)
}

/// Levenshtein's distance, neighbours swapped counting one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}
