//! What is wrong with a rule file, where, and what to do: rendered like rustc's, with a stable code.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::SourceFile;

/// Whether a diagnostic keeps the set from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The set cannot be used.
    Error,
    /// The set can be used, but hardly as its author meant.
    Warning,
}

/// A fault of a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code; [`CODES`] lists them.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// File at fault, as [`SourceFile::path`].
    pub file: String,
    /// Bytes at fault.
    pub span: Range<usize>,
    /// What is wrong.
    pub title: String,
    /// What the marked places are; the one that lies at `span` comes first.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
}

/// A marked place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// File.
    pub file: String,
    /// Bytes.
    pub span: Range<usize>,
    /// What it is.
    pub text: String,
}

impl Diagnostic {
    pub(super) fn new(code: &'static str, file: &str, span: Range<usize>, title: impl Into<String>) -> Self {
        Self {
            code,
            severity: severity_of(code),
            file: file.to_owned(),
            span,
            title: title.into(),
            labels: Vec::new(),
            help: None,
        }
    }

    /// Says what lies at the span.
    pub(super) fn label(&mut self, text: impl Into<String>) -> &mut Self {
        let here = Label {
            file: self.file.clone(),
            span: self.span.clone(),
            text: text.into(),
        };
        self.labels.insert(0, here);
        self
    }

    /// Points at another place.
    pub(super) fn also(&mut self, file: &str, span: Range<usize>, text: impl Into<String>) -> &mut Self {
        self.labels.push(Label {
            file: file.to_owned(),
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do.
    pub(super) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Line and column (both from 1, columns in characters) of the span's first byte.
    pub fn place(&self, files: &[SourceFile]) -> (usize, usize) {
        let text = text_of(files, &self.file);
        let upto = &text[..floor(text, self.span.start)];
        let line = upto.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = upto.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// One line: place, code, title. For journals and lists.
    pub fn line(&self, files: &[SourceFile]) -> String {
        let (line, column) = self.place(files);
        format!("{}:{line}:{column}: {} {}", self.file, self.code, self.title)
    }

    /// Several lines with the source and marks under it.
    pub fn render(&self, files: &[SourceFile], color: bool) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = level
            .primary_title(self.title.as_str())
            .id(self.code)
            .elements(self.snippets(files));
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = renderer.render(&[group]);
        text.push('\n');
        text
    }

    /// One snippet per file, the file at fault first; only the lines between the first and the last mark, so that a large file costs
    /// no more than a small one.
    fn snippets<'a>(&'a self, files: &'a [SourceFile]) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
        let mut marks: Vec<(&str, Range<usize>, Option<&str>, AnnotationKind)> = Vec::new();
        if self
            .labels
            .first()
            .is_none_or(|l| l.file != self.file || l.span != self.span)
        {
            marks.push((&self.file, self.span.clone(), None, AnnotationKind::Primary));
        }
        for label in &self.labels {
            let own = label.file == self.file && label.span == self.span;
            let kind = if own {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            marks.push((&label.file, label.span.clone(), Some(&label.text), kind));
        }
        let mut names: Vec<&str> = Vec::new();
        for mark in &marks {
            if !names.contains(&mark.0) {
                names.push(mark.0);
            }
        }
        names
            .into_iter()
            .map(|name| {
                let text = text_of(files, name);
                let here = || marks.iter().filter(|m| m.0 == name);
                let first = here().map(|m| floor(text, m.1.start)).min().unwrap_or(0);
                let last = here().map(|m| floor(text, m.1.end)).max().unwrap_or(0).max(first);
                let from = text[..first].rfind('\n').map_or(0, |at| at + 1);
                let to = text[last..].find('\n').map_or(text.len(), |at| last + at);
                let lines_before = text[..from].bytes().filter(|b| *b == b'\n').count();
                // Ends of lines as Windows writes them are no fault; a blank of the same length keeps the marks in place.
                Snippet::source(text[from..to].replace('\r', " "))
                    .path(name)
                    .line_start(lines_before + 1)
                    .annotations(here().map(|(_, span, label, kind)| {
                        let (start, end) = (floor(text, span.start), floor(text, span.end));
                        kind.span(start - from..end.max(start) - from).label(*label)
                    }))
            })
            .collect()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.file, self.code, self.title)
    }
}

fn text_of<'a>(files: &'a [SourceFile], name: &str) -> &'a str {
    files.iter().find(|f| f.path == name).map_or("", |f| f.text.as_str())
}

/// The greatest character boundary not after `at`.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// `N0..` are errors, `N1..` warnings.
fn severity_of(code: &str) -> Severity {
    if code.starts_with("N1") {
        Severity::Warning
    } else {
        Severity::Error
    }
}

/// The text of a doc comment without the blank before it.
const fn trimmed(doc: &'static str) -> &'static str {
    doc.trim_ascii()
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub(super) const $name: &str = $code;)+
        /// Every code and what it says. A code never changes its meaning and is never used again.
        pub const CODES: &[(&str, &str)] = &[$(($code, $crate::rules::diagnostic::trimmed(concat!($($doc),+)))),+];
    };
}

codes! {
    /// Not valid TOML.
    SYNTAX = "N001";
    /// A key that is not known here.
    UNKNOWN_KEY = "N002";
    /// A key that must be there is missing.
    MISSING_KEY = "N003";
    /// A value of another kind than expected.
    WRONG_KIND = "N004";
    /// A word outside a closed vocabulary.
    UNKNOWN_WORD = "N005";
    /// An empty text or list where something must stand.
    EMPTY = "N006";
    /// An id, name or code of the wrong shape.
    BAD_NAME = "N007";
    /// The same id, name or number twice.
    TWICE = "N008";
    /// An expression that cannot be read.
    EXPRESSION = "N009";
    /// A function the expression language does not have.
    UNKNOWN_FUNCTION = "N010";
    /// Wrong arguments of a function.
    ARGUMENTS = "N011";
    /// A word list or set of suppressors that does not exist.
    UNKNOWN_LIST = "N012";
    /// `unless` names no suppressor.
    UNKNOWN_SUPPRESSOR = "N013";
    /// `not` where it has no meaning.
    MISPLACED_NOT = "N014";
    /// Not a date.
    BAD_DATE = "N015";
    /// Phases that do not follow one another.
    PHASE_ORDER = "N016";
    /// A time zone that does not exist.
    UNKNOWN_ZONE = "N017";
    /// Not a region code.
    BAD_REGION = "N018";
    /// A contest without candidates.
    NO_CANDIDATES = "N019";
    /// Larger than any honest use.
    TOO_LARGE = "N020";
    /// A term that holds nothing that could match.
    BLANK_TERM = "N021";
    /// A placeholder that examples do not have.
    PLACEHOLDER = "N022";
    /// More faults in this file than are worth listing.
    MORE_FAULTS = "N023";
    /// A contest outside the folder `contests`, or a pack inside it.
    MISPLACED_FILE = "N024";
    /// A file that cannot be read as text.
    UNREADABLE = "N025";
    /// A rule without an example.
    NO_EXAMPLE = "N101";
    /// A term that another of the same list covers.
    COVERED_TERM = "N102";
    /// A rule that can never hit.
    NEVER_HITS = "N103";
    /// A word list or set of suppressors that no rule uses.
    UNUSED_LIST = "N104";
    /// A suppressor that no rule heeds.
    UNHEEDED = "N105";
    /// A key without effect here.
    NO_EFFECT = "N106";
    /// A number alone as a whole rule.
    BARE_NUMBER = "N107";
    /// A name that two candidates of a contest share.
    SHARED_NAME = "N108";
    /// A file without rules, words, sets or a contest.
    EMPTY_FILE = "N109";
    /// An ordinary word alone as a whole rule that queues.
    ORDINARY_ALONE = "N110";
    /// More warnings in this file than are worth listing.
    MORE_WARNINGS = "N111";
    /// A term that a corpus without elections holds often.
    COMMON_TERM = "N112";
    /// A term written as a pattern, placeholder or list.
    FOREIGN_SIGN = "N113";
    /// A term that holds the ballot number of one candidate.
    FAVOURED_NUMBER = "N114";
    /// A term that holds the name of a candidate.
    NAMED_TERM = "N115";
    /// A basis that is no norm of any pack.
    UNKNOWN_NORM = "N116";
}
