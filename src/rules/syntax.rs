//! What is no TOML, said so that who wrote it can mend it.
//!
//! Does: of a fault and those it draws after it report the one that says something, with what to do about it by what people are known
//! to write. Does not: read the rest of such a file.
//! Invariant: a file with a fault has at least one diagnostic.

use super::check::MOST_FAULTS;
use super::diagnostic::{self as codes, Diagnostic};
use super::fields::Sink;

/// Reports the faults of one file.
pub(super) fn report(sink: &mut Sink, mut errors: Vec<toml::de::Error>) {
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    // Everything below a list that is never closed reads as its items: only the first place says something.
    let never_closed = errors.iter().any(|error| error.message().contains("unclosed array"));
    let (mut inside, mut headless) = (false, false);
    // What is beyond only repeats them; and each is looked up in the text.
    for error in errors.into_iter().take(2 * MOST_FAULTS) {
        let (text, message) = (&sink.file.text, error.message());
        let at = error.span().map_or(0, |span| span.start);
        let header = text
            .get(at..)
            .is_some_and(|rest| text[..at].ends_with('[') || rest.starts_with('['));
        // What stands below a header that cannot be read is counted to the table above it, where it comes twice.
        let drawn = headless && message.contains("duplicate key") || never_closed && inside;
        headless |= message.contains("table");
        inside |= header || message.contains("array");
        if !drawn {
            syntax(sink, &error);
        }
    }
}

fn syntax(sink: &mut Sink, error: &toml::de::Error) {
    let text = &sink.file.text;
    let span = error.span().unwrap_or(text.len()..text.len());
    let at = text.floor_char_boundary(span.start);
    let begins = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[begins..].lines().next().unwrap_or_default();
    let message = error.message().lines().next().unwrap_or("not valid TOML").to_owned();
    // A fault of a line draws others after it: one of them says what to do.
    let here =
        |found: &Diagnostic| found.code == codes::SYNTAX && (begins..=begins + line.len()).contains(&found.span.start);
    if sink.found.last().is_some_and(here) {
        return;
    }
    let help = syntax_help(line, &text[at..], &message);
    let found = sink.add(codes::SYNTAX, span, format!("not valid TOML: {message}"));
    found.label("here");
    if let Some(help) = help {
        found.help(help);
    }
}

/// What to do about a line that is no TOML, by what people are known to write; `rest` begins at the fault.
fn syntax_help(line: &str, rest: &str, message: &str) -> Option<String> {
    let invisible = |c: &char| matches!(c, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{feff}');
    let trimmed = line.trim_start();
    let help = if line.contains(['“', '”', '„', '‘', '’']) {
        "these are the quotes of a word processor; write plain ones: \"…\""
    } else if let Some(sign) = line.chars().find(invisible) {
        return Some(format!(
            "a sign that does not show (U+{:04X}) stands in this line; delete it and type a plain blank",
            u32::from(sign)
        ));
    } else if trimmed.starts_with("//") {
        "a note begins with `#`"
    } else if is_bare_condition(trimmed) {
        "a condition stands in double quotes, the words in it in single ones: match = \"near('coblos', @calon, 6)\""
    } else if trimmed.starts_with("[[") && !trimmed.contains("]]") {
        "two brackets open it, and two close it: [[rule]]"
    } else if trimmed.starts_with('[') && message.contains("unclosed table") {
        "a header is a name without blanks between brackets: [words.NAME]"
    } else if message.contains("escape") {
        "a backslash begins a sign that cannot be typed; write quotes of the other kind inside: \"…'…'…\""
    } else if trimmed.starts_with("- ") {
        "a list stands between brackets: key = [\"…\", \"…\"]"
    } else if is_key_with_colon(trimmed) {
        "a key and its value are joined by `=`: key = \"value\"; a part of the file begins with [name]"
    } else if message.contains("duplicate key") && trimmed.starts_with("[[rule]]") {
        "an example stands below the rule it tests: first [[rule]], then its [[rule.example]]"
    } else if message.contains("duplicate key") {
        "a key stands once in a table; a further rule or candidate begins with [[rule]] or [[candidate]]"
    } else if line.matches('"').count() % 2 == 1 {
        "a text begins and ends with the same quote on one line: \"…\" or '…'; three of them for several lines"
    } else if trimmed.starts_with('[') && (message.contains("quoted") || message.contains("array")) {
        "the list above it is not closed with `]`"
    } else if message.contains("array") {
        "a list is closed with `]`, its items separated by commas"
    } else if (message.contains("quoted") || message.contains("boolean")) && rest.starts_with(char::is_alphabetic) {
        "a word stands in quotes: \"…\""
    } else if message.contains("string") || message.contains("quote") {
        "a text begins and ends with the same quote on one line: \"…\" or '…'; three of them for several lines"
    } else if message.contains("date") || message.contains("time") {
        "a date is written year-month-day: 2024-09-25"
    } else if message.contains("no value") {
        "a key and its value are joined by `=`: key = \"value\""
    } else {
        return None;
    };
    Some(help.to_owned())
}

/// `match = near(…)`, or with double quotes inside double quotes.
fn is_bare_condition(line: &str) -> bool {
    let value = line.strip_prefix("match").map(str::trim_start);
    let value = value.and_then(|rest| rest.strip_prefix('=')).map(str::trim_start);
    value.is_some_and(|value| {
        let bare = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '@' || c == '(');
        bare || value.starts_with('"') && !value.starts_with("\"\"\"") && value.matches('"').count() > 2
    })
}

/// `key: value`, as in other formats.
fn is_key_with_colon(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    })
}
