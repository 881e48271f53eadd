//! The expression language of `match`: a text → an [`Expr`], or faults with their place inside the text.
//!
//! ```text
//! expr := '@' NAME | QUOTED | NAME '(' arg (',' arg)* ')'        arg := expr | NUMBER
//! any(a, …)  all(a, …)  not(a)  phrase(a, …)  sentence(a)  near(a, b, …, N)  before(a, b, …, N)  count(a, N)
//! several(@calon, N)
//! ```
//!
//! Invariant: an expression that is returned has at least one part that must match somewhere, and `not` stands only where
//! "nowhere in the post", or in the sentence, has a meaning.

use std::ops::Range;

use super::diagnostic as codes;
use super::fields::{closest, shown};
use super::set::{CandidateWords, Expr, Term};

/// Deeper or larger than anybody can read.
const DEEPEST: usize = 12;
const MOST_NODES: usize = 400;
/// Greatest number of words for `near` and `before`, of times for `count`.
const GREATEST: u16 = 100;

/// Names after `@` that mean the candidate, never a word list.
pub const CANDIDATE_WORDS: [(&str, CandidateWords); 8] = [
    ("calon", CandidateWords::Calon),
    ("nama", CandidateWords::Nama),
    ("nomor", CandidateWords::Nomor),
    ("angka", CandidateWords::Angka),
    ("slogan", CandidateWords::Slogan),
    ("tagar", CandidateWords::Tagar),
    ("partai", CandidateWords::Partai),
    ("akun", CandidateWords::Akun),
];

const FUNCTIONS: [&str; 9] = [
    "any", "all", "near", "before", "phrase", "count", "several", "not", "sentence",
];

/// A fault inside an expression.
#[derive(Debug)]
pub(super) struct Fault {
    pub code: &'static str,
    pub span: Range<usize>,
    pub title: String,
    pub label: String,
    pub help: Option<String>,
}

/// Parses `text`; `lists` are the names of the word lists, ascending, whose positions [`Expr::Words`] refers to. With it comes where
/// each of its words is written: quoted terms, lists and candidate words, in their order.
pub(super) fn parse(text: &str, lists: &[&str]) -> Result<(Expr, Vec<Range<usize>>), Vec<Fault>> {
    let mut parser = Parser {
        text,
        at: 0,
        nodes: 0,
        lists,
        words: Vec::new(),
        faults: Vec::new(),
    };
    let parsed = parser.expr(0, false).and_then(|expr| {
        parser.end()?;
        Ok(expr)
    });
    match parsed {
        Ok(expr) if parser.faults.is_empty() => {
            if asserts(&expr) {
                return Ok((expr, parser.words));
            }
            parser.faults.push(Fault {
                code: codes::MISPLACED_NOT,
                span: 0..text.len(),
                title: "the expression holds without anything being matched".to_owned(),
                label: "nothing here must be found in the post".to_owned(),
                help: Some("put what must be found beside it: `all(@list, not(@other))`".to_owned()),
            });
        }
        Ok(_) => {}
        Err(fault) => parser.faults.push(fault),
    }
    Err(parser.faults)
}

/// Whether the expression cannot hold without a match.
fn asserts(expr: &Expr) -> bool {
    match expr {
        Expr::Not(_) => false,
        Expr::Any(parts) => parts.iter().all(asserts),
        Expr::All(parts) => parts.iter().any(asserts),
        Expr::Sentence(inner) => asserts(inner),
        _ => true,
    }
}

enum Arg {
    Expr(Expr),
    Number(u32, Range<usize>),
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    nodes: usize,
    lists: &'t [&'t str],
    /// Where words are written.
    words: Vec<Range<usize>>,
    /// Faults after which reading went on.
    faults: Vec<Fault>,
}

/// An expression that stands in for a faulty one until the end.
fn placeholder() -> Expr {
    Expr::Any(Vec::new())
}

impl<'t> Parser<'t> {
    fn expr(&mut self, depth: usize, positioned: bool) -> Result<Expr, Fault> {
        self.blank();
        let start = self.at;
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            return Err(fault(
                codes::TOO_LARGE,
                start..self.text.len(),
                format!("the expression is nested deeper than {DEEPEST} or has more than {MOST_NODES} parts"),
                "from here on",
            )
            .help("make a word list of the alternatives, or two rules"));
        }
        match self.peek() {
            Some('@') => {
                self.at += 1;
                let name = self.name();
                if name.is_empty() {
                    return Err(self.unexpected("the name of a word list after `@`"));
                }
                self.words.push(start..self.at);
                Ok(self.reference(name, start))
            }
            Some(quote @ ('\'' | '"')) => self.literal(quote, start),
            Some(c) if c.is_alphabetic() => {
                let name = self.name();
                let end = self.at;
                self.blank();
                if self.peek() != Some('(') {
                    let shown = shown(name);
                    let help = if name == "dan" || name == "and" || name == "or" || name == "atau" {
                        "`all(a, b)` wants both, `any(a, b)` one of them".to_owned()
                    } else if self.lists.contains(&name) || CANDIDATE_WORDS.iter().any(|(n, _)| *n == name) {
                        format!("a word list is written `@{shown}`")
                    } else {
                        format!("words are written in quotes: '{shown}'")
                    };
                    return Err(fault(
                        codes::EXPRESSION,
                        start..end,
                        format!("a bare word `{shown}`"),
                        "not quoted",
                    )
                    .help(help));
                }
                self.call(name, start..end, depth, positioned)
            }
            _ => Err(self.unexpected("`@list`, a quoted word or a function")),
        }
    }

    fn reference(&mut self, name: &str, start: usize) -> Expr {
        if let Some((_, class)) = CANDIDATE_WORDS.iter().find(|(n, _)| *n == name) {
            return Expr::Candidate(*class);
        }
        if let Ok(index) = self.lists.binary_search(&name) {
            return Expr::Words(index);
        }
        let known = self
            .lists
            .iter()
            .copied()
            .chain(CANDIDATE_WORDS.iter().map(|(n, _)| *n));
        let help = match closest(name, known) {
            Some(near) => format!("did you mean `@{near}`?"),
            None if name == "words" && self.peek() == Some('.') => {
                self.at += 1;
                format!("a list goes by its name alone: `@{}`", shown(self.name()))
            }
            None => format!("add `[words.{name}]` with `terms = […]` to any pack"),
        };
        self.faults.push(
            fault(
                codes::UNKNOWN_LIST,
                start..self.at,
                format!("there is no word list `{}`", shown(name)),
                "not found in any pack",
            )
            .help(help),
        );
        placeholder()
    }

    fn literal(&mut self, quote: char, start: usize) -> Result<Expr, Fault> {
        self.at += 1;
        let rest = &self.text[self.at..];
        let Some(length) = rest.find(quote) else {
            return Err(fault(
                codes::EXPRESSION,
                start..self.text.len(),
                "a quote is never closed".to_owned(),
                "opened here",
            )
            .help(format!("close it with {quote}")));
        };
        let words = rest[..length].trim().to_owned();
        self.at += length + 1;
        self.words.push(start..self.at);
        if !can_match(&words) {
            self.faults.push(fault(
                codes::BLANK_TERM,
                start..self.at,
                "a quoted term holds nothing that could match".to_owned(),
                "no letter, digit or sign",
            ));
        }
        Ok(Expr::Term(Term {
            text: words,
            affixes: false,
        }))
    }

    fn call(&mut self, name: &str, head: Range<usize>, depth: usize, positioned: bool) -> Result<Expr, Fault> {
        let opened = self.at;
        self.at += 1;
        // Inside these a part must have a place in the post.
        let inner = positioned || matches!(name, "near" | "before" | "phrase" | "count" | "not");
        let mut args = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some(')') => {
                    self.at += 1;
                    break;
                }
                None => {
                    return Err(fault(
                        codes::EXPRESSION,
                        opened..opened + 1,
                        "a parenthesis is never closed".to_owned(),
                        "opened here",
                    )
                    .help("close it with `)`"));
                }
                Some(c) if c.is_ascii_digit() => args.push(self.number()),
                Some(_) => {
                    let expr = self.expr(depth + 1, inner)?;
                    args.push(Arg::Expr(expr));
                }
            }
            self.blank();
            match self.peek() {
                Some(',') => self.at += 1,
                Some(')') | None => {}
                Some(_) => return Err(self.unexpected("`,` or `)`")),
            }
        }
        if name == "not" && positioned {
            self.faults.push(
                fault(
                    codes::MISPLACED_NOT,
                    head.start..self.at,
                    "`not` inside an expression that needs places".to_owned(),
                    "what is absent has no place",
                )
                .help(
                    "`not(…)` means nowhere in the post, or in the sentence; write it beside: `all(near(…), not(…))`",
                ),
            );
        }
        Ok(self.build(name, head.start..self.at, head, args))
    }

    fn number(&mut self) -> Arg {
        let start = self.at;
        let digits = self.text[start..].bytes().take_while(u8::is_ascii_digit).count();
        self.at += digits;
        Arg::Number(self.text[start..self.at].parse().unwrap_or(u32::MAX), start..self.at)
    }

    fn build(&mut self, name: &str, whole: Range<usize>, head: Range<usize>, args: Vec<Arg>) -> Expr {
        if !FUNCTIONS.contains(&name) {
            let list = FUNCTIONS.join(", ");
            let help = match closest(name, FUNCTIONS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {list}"),
            };
            self.faults.push(
                fault(
                    codes::UNKNOWN_FUNCTION,
                    head,
                    format!("there is no function `{}`", shown(name)),
                    "not known",
                )
                .help(help),
            );
            return placeholder();
        }
        let (parts, number) = match Self::split(name, &whole, args) {
            Ok(split) => split,
            Err(wrong) => {
                self.faults.push(wrong);
                return placeholder();
            }
        };
        let mut parts = parts;
        match name {
            "any" => Expr::Any(parts),
            "all" => Expr::All(parts),
            "phrase" => Expr::Phrase(parts),
            "near" => Expr::Near { parts, within: number },
            "before" => Expr::Before { parts, within: number },
            "count" => Expr::Count {
                of: Box::new(parts.remove(0)),
                at_least: number,
            },
            "several" => match parts.remove(0) {
                Expr::Candidate(of) => Expr::Several { of, at_least: number },
                _ => placeholder(),
            },
            "not" => Expr::Not(Box::new(parts.remove(0))),
            _ => Expr::Sentence(Box::new(parts.remove(0))),
        }
    }

    /// Parts and number of a call, checked against what the function wants.
    fn split(name: &str, whole: &Range<usize>, args: Vec<Arg>) -> Result<(Vec<Expr>, u16), Fault> {
        let (least, most, number_wanted, shape) = match name {
            "near" => (2, MOST_NODES, true, "near(a, b, …, N): at most N words between"),
            "before" => (
                2,
                MOST_NODES,
                true,
                "before(a, b, …, N): in this order, at most N words between",
            ),
            "count" => (1, 1, true, "count(a, N): at least N times"),
            "several" => (
                1,
                1,
                true,
                "several(@calon, N): at least N candidates of one contest, by any of these words of theirs",
            ),
            "not" => (
                1,
                1,
                false,
                "not(a): nowhere in the post; inside sentence(…), nowhere in it",
            ),
            "sentence" => (1, 1, false, "sentence(a): inside one sentence"),
            "phrase" => (2, MOST_NODES, false, "phrase(a, b, …): one directly after another"),
            "any" => (1, MOST_NODES, false, "any(a, b, …): one of them"),
            _ => (1, MOST_NODES, false, "all(a, b, …): each of them"),
        };
        let wrong = |span: Range<usize>, label: String| {
            fault(codes::ARGUMENTS, span, format!("wrong arguments of `{name}`"), &label).help(shape.to_owned())
        };
        let count = args.len();
        let numbers = args.iter().filter(|arg| matches!(arg, Arg::Number(..))).count();
        let mut parts = Vec::new();
        let mut number = None;
        for (index, arg) in args.into_iter().enumerate() {
            match arg {
                Arg::Expr(expr) => parts.push(expr),
                Arg::Number(_, span) if !number_wanted => {
                    return Err(wrong(span, "no number is wanted here".to_owned()));
                }
                Arg::Number(_, span) if numbers > 1 => return Err(wrong(span, "one number is enough".to_owned())),
                Arg::Number(_, span) if index + 1 != count => {
                    return Err(wrong(span, "the number comes last".to_owned()));
                }
                Arg::Number(n, span) => number = Some((n, span)),
            }
        }
        if number_wanted && number.is_none() {
            let quoted = matches!(parts.last(), Some(Expr::Term(term)) if term.text.parse::<u16>().is_ok());
            let label = if quoted {
                "the number stands without quotes"
            } else {
                "the number is missing"
            };
            return Err(wrong(whole.clone(), label.to_owned()));
        }
        if parts.len() < least || parts.len() > most {
            let wanted = if least == most {
                least.to_string()
            } else {
                format!("at least {least}")
            };
            return Err(wrong(whole.clone(), format!("{} given, {wanted} wanted", parts.len())));
        }
        if name == "several" && !matches!(parts[..], [Expr::Candidate(_)]) {
            return Err(wrong(whole.clone(), "no words of a candidate".to_owned()));
        }
        let Some((n, span)) = number else { return Ok((parts, 0)) };
        let smallest = match name {
            "several" => 2,
            "count" => 1,
            _ => 0,
        };
        match u16::try_from(n) {
            Ok(n) if n <= GREATEST && u32::from(n) >= smallest => Ok((parts, n)),
            _ => Err(wrong(span, format!("must be from {smallest} to {GREATEST}"))),
        }
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.blank();
        if self.at == self.text.len() {
            return Ok(());
        }
        Err(fault(
            codes::EXPRESSION,
            self.at..self.text.len(),
            "something follows the end of the expression".to_owned(),
            "too much",
        )
        .help(match self.peek() {
            Some(')') => "it closes nothing: leave it out, or open it with `(`",
            Some('#') => "a note stands behind the closing quote of the condition",
            _ => "`all(a, b)` wants both, `any(a, b)` one of them, `phrase(a, b)` one after the other",
        }))
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let end = self.text[self.at..]
            .chars()
            .next()
            .map_or(self.at, |c| self.at + c.len_utf8());
        let found = match self.peek() {
            Some(c) if c.is_control() => format!("found `{}`", c.escape_default()),
            Some(c) => format!("found `{c}`"),
            None => "the expression ends here".to_owned(),
        };
        let mut fault = fault(codes::EXPRESSION, self.at..end, format!("expected {wanted}"), &found);
        let help = match self.peek() {
            Some('“' | '”' | '„' | '‘' | '’') => {
                "these are the quotes of a word processor; write plain ones: 'coblos'"
            }
            Some('-' | '.') => "numbers are whole and not below 0",
            _ => return fault,
        };
        fault.help = Some(help.to_owned());
        fault
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn blank(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn name(&mut self) -> &'t str {
        let start = self.at;
        let length: usize = self.text[start..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-')
            .map(char::len_utf8)
            .sum();
        self.at += length;
        &self.text[start..self.at]
    }
}

fn fault(code: &'static str, span: Range<usize>, title: String, label: &str) -> Fault {
    Fault {
        code,
        span,
        title,
        label: label.to_owned(),
        help: None,
    }
}

impl Fault {
    fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// Whether a term holds a letter, a digit or a sign such as an emoji; punctuation alone folds away.
pub(super) fn can_match(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace() && !c.is_control() && u32::from(c) > 0x2100)
    })
}
