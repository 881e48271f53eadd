//! How each word of a text came to be what the rules know it as, for the people who write rules.
//!
//! Does: name every folding step that changed a word, what was taken off a word to find a term, and where joined words were cut.
//! Does not: say what rules made of them ([`super::explain`]).
//! Invariant: what it names was worked out by the same functions that search; an affix is told only of words in which a term of
//! some rule was found, as most words of a text have one.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::bends::{Bends, may_bend};
use super::compile::{Bend, Group};
use super::eval::Occurrence;
use super::judge::Scene;
use super::memo::Form;
use super::vocabulary::WordId;
use crate::model::Span;
use crate::rules::CandidateWords;
use crate::text::fold::{Folded, Join, Kind, fold};
use crate::text::reading::{Reading, Step, readings};

/// One word that folding changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folding {
    /// Where in the original.
    pub span: Span,
    /// As written.
    pub from: String,
    /// What it is read as.
    pub to: String,
    /// The step, in the tuner's words: "angka sebagai huruf".
    pub step: &'static str,
}

/// The text as the rules know its words: each word by its first reading that is one of theirs.
pub(super) fn plain(scene: &Scene<'_>) -> String {
    let (folded, finder) = (scene.folded, &scene.matcher.finder);
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(token) = folded.tokens.get(at) {
        // They stand in the order of their first tokens.
        let first = folded.edges.partition_point(|edge| (edge.from as usize) < at);
        let edges = folded.edges[first..].iter().take_while(|edge| edge.from as usize == at);
        let mut spaced = edges.filter(|edge| edge.why == Join::Spaced);
        let joined = spaced.find_map(|edge| Some((finder.read_as(folded.edge_form(edge), Kind::Word)?, edge.to)));
        let (word, to) = joined.map_or((None, at + 1), |(word, to)| (Some(word), to as usize));
        let form = folded.form(token);
        words.push(
            word.or_else(|| finder.read_as(form, token.kind))
                .unwrap_or_else(|| form.to_owned()),
        );
        at = to.max(at + 1);
    }
    words.join(" ")
}

/// Every step that led from a word as written to one that a rule knows, in order.
pub(super) fn foldings(scene: &Scene<'_>) -> Vec<Folding> {
    let (text, folded) = (scene.text.text, scene.folded);
    let before = fold(text);
    // A star may be any vowel: of its readings those that are a word of some rule say something.
    let tells = |reading: &Reading| {
        reading.step != Step::Star || scene.matcher.finder.read_as(&reading.form, Kind::Word).is_some()
    };
    let mut out = Vec::new();
    let mut add = |span: Span, to: &str, step: &'static str| {
        out.push(Folding {
            span,
            from: text[span.range()].to_owned(),
            to: to.to_owned(),
            step,
        });
    };
    for token in &before.tokens {
        let form = before.form(token);
        if token.echo {
            add(token.span, form, "kata ulang");
        } else if let Some(step) = written_step(&text[token.span.range()], form, token.kind) {
            add(token.span, form, step);
        }
    }
    for (span, words) in cut(scene, &before) {
        add(span, &words, "kata dipisah");
    }
    for (span, word, bend) in bent(scene) {
        let affix = bend == Bend::Affix;
        add(span, &word, if affix { "imbuhan dilepas" } else { "klitik dilepas" });
    }
    for token in &folded.tokens {
        let (written, form) = (&text[token.span.range()], folded.form(token));
        for reading in readings(form, token.kind) {
            let shown = match reading.step {
                Step::AsIs | Step::Link => false,
                Step::Elongation => repeats(written),
                _ => tells(&reading),
            };
            if shown {
                add(token.span, &reading.form, reading.step.name());
            }
        }
    }
    for edge in &folded.edges {
        let step = match edge.why {
            Join::Spaced => "huruf berjarak",
            Join::Written => "kata bersambung",
            Join::Tag => "tagar utuh",
            Join::Mention => "akun",
            Join::Bracketed => "kurung siku",
        };
        add(folded.span(edge.from, edge.to), folded.edge_form(edge), step);
        for reading in readings(folded.edge_form(edge), Kind::Word)
            .into_iter()
            .filter(|r| matches!(r.step, Step::Digits | Step::Star) && tells(r))
        {
            add(folded.span(edge.from, edge.to), &reading.form, reading.step.name());
        }
    }
    out.sort_by_key(|folding| (folding.span, folding.step));
    out
}

/// Where words that are joined without a gap were cut, and into what.
fn cut(scene: &Scene<'_>, before: &Folded) -> Vec<(Span, String)> {
    let words = |text: &str, joined: bool, tag: bool| {
        let kind = Kind::Word;
        let cuts = scene.matcher.finder.cuts(Form {
            text,
            kind,
            joined,
            tag,
        });
        let from = [0].into_iter().chain(cuts.iter().copied());
        let to = cuts.iter().copied().chain([text.len()]);
        let pieces: Vec<&str> = from.zip(to).filter_map(|(from, to)| text.get(from..to)).collect();
        (pieces.len() > 1).then(|| pieces.join(" "))
    };
    let tokens = before.tokens.iter().filter(|token| token.kind == Kind::Word);
    let tokens = tokens.filter_map(|token| Some((token.span, words(before.form(token), token.joined, token.tag)?)));
    let edges = before.edges.iter();
    let edges = edges.filter_map(|edge| {
        let words = words(before.edge_form(edge), edge.joined(), false)?;
        Some((before.span(edge.from, edge.to), words))
    });
    tokens.chain(edges).collect()
}

/// Words in which a term of a rule, or a name, was found only without what hangs on them: the word it was found as, and what it lost.
fn bent(scene: &Scene<'_>) -> BTreeSet<(Span, String, Bend)> {
    let (compiled, folded, finder) = (&scene.matcher.compiled, scene.folded, &scene.matcher.finder);
    let helpers = [compiled.election, compiled.acts, compiled.campaigns];
    let mut out = BTreeSet::new();
    let mut look = |from: u32, to: u32, form: &str, kind: Kind, found: Option<Group>| {
        let counts = |word: WordId| match found {
            Some(group) => finder.is_alone(&compiled.lists, word, group),
            None => finder.is_part(word),
        };
        if let Some((word, bend)) = finder.bent(form, kind, counts) {
            out.insert((folded.span(from, to), word, bend));
        }
    };
    for Occurrence { group, from, to } in scene.occurrences {
        if helpers.contains(group) {
            continue;
        }
        let alone = (to - from == 1).then_some(*group);
        for (at, token) in (*from..*to).zip(&folded.tokens[*from as usize..*to as usize]) {
            look(at, at + 1, folded.form(token), token.kind, alone);
        }
        let edges = &folded.edges[folded.edges.partition_point(|edge| edge.from < *from)..];
        let edges = edges
            .iter()
            .take_while(|edge| edge.from < *to)
            .filter(|edge| edge.to <= *to);
        for edge in edges.filter(|edge| matches!(edge.why, Join::Spaced | Join::Written)) {
            let whole = (edge.from, edge.to) == (*from, *to);
            look(
                edge.from,
                edge.to,
                folded.edge_form(edge),
                Kind::Word,
                whole.then_some(*group),
            );
        }
    }
    let bends = LazyCell::new(|| Bends::new(&scene.matcher.set));
    for o in scene.occurrences.iter().filter(|o| o.group >= compiled.first_naming) {
        let form = folded.form(&folded.tokens[o.to as usize - 1]);
        if compiled.naming(o.group).class == CandidateWords::Nama
            && may_bend(form)
            && let Some(name) = bends.name_in(form)
        {
            out.insert((folded.span(o.to - 1, o.to), name.to_owned(), Bend::Clitic));
        }
    }
    out
}

/// The step between a word as written and its folded form, when there is one beyond lower case.
fn written_step(written: &str, form: &str, kind: Kind) -> Option<&'static str> {
    if kind != Kind::Word || written.trim_start_matches(['#', '@']).to_lowercase() == form {
        return None;
    }
    if written.is_ascii() {
        return Some(if repeats(written) {
            Step::Elongation.name()
        } else {
            "tanda di dalam kata"
        });
    }
    let invisible = |c: char| crate::text::glyph::glyph(c) == crate::text::glyph::Glyph::Nothing;
    Some(if written.chars().any(invisible) {
        "karakter tak terlihat"
    } else {
        "huruf mirip atau bergaya"
    })
}

fn repeats(written: &str) -> bool {
    let chars: Vec<char> = written.chars().flat_map(char::to_lowercase).collect();
    chars.windows(2).any(|pair| pair[0] == pair[1])
}
