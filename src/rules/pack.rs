//! One pack file → drafts of its word lists, sets of suppressors and rules, every fault listed. Names that refer to other files are
//! resolved by [`super::check()`] when all files are known.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::diagnostic as codes;
use super::expr::{CANDIDATE_WORDS, can_match};
use super::fields::{Fields, Sink, integer, shown, table, text, unknown_word, wrong_kind};
use super::norm::{Norm, read_norm};
use super::set::{Effect, Reach, Status, Term, Voice};
use crate::model::{Category, Content, Given, Level, Outcome, Phase};

/// Longest term in words, and most terms of a list.
const MOST_WORDS: usize = 16;
const MOST_TERMS: usize = 200_000;

/// What a pack file holds.
#[derive(Default)]
pub(super) struct PackDraft {
    pub id: Option<Spanned<String>>,
    pub words: Vec<ListDraft>,
    pub suppressors: Vec<SetDraft>,
    pub norms: Vec<(Spanned<String>, Norm)>,
    pub rules: Vec<RuleDraft>,
}

/// A word list.
pub(super) struct ListDraft {
    pub name: Spanned<String>,
    pub terms: Vec<Spanned<Term>>,
}

/// Suppressors under one name, for the `unless` of many rules.
pub(super) struct SetDraft {
    pub name: Spanned<String>,
    pub of: Vec<Spanned<String>>,
}

/// A rule whose references are not resolved yet.
pub(super) struct RuleDraft {
    pub span: Range<usize>,
    pub id: Option<Spanned<String>>,
    pub title: Option<Spanned<String>>,
    pub category: Option<Spanned<Category>>,
    pub level: Level,
    pub status: Status,
    pub condition: Option<Spanned<String>>,
    pub unless: Vec<Spanned<String>>,
    pub phases: Vec<Phase>,
    pub regions: Vec<String>,
    pub regions_at: Option<Range<usize>>,
    pub phases_at: Option<Range<usize>>,
    pub basis: Vec<Spanned<String>>,
    pub reach: Reach,
    pub effect: Effect,
    pub voice: Voice,
    pub content: Vec<Content>,
    pub examples: Vec<ExampleDraft>,
}

/// An example as written.
pub(super) struct ExampleDraft {
    pub text: Spanned<String>,
    pub expect: Outcome,
    pub kind: Given,
}

/// Reads a pack.
pub(super) fn read_pack(sink: &mut Sink, document: &DeTable<'_>) -> PackDraft {
    let mut root = Fields::new("a pack", 0..0, document);
    let mut draft = PackDraft::default();
    let header = root.need_table(sink, "pack", "[pack]");
    if let Some(mut pack) = header {
        draft.id = pack.need_text(sink, "id").filter(|id| name_ok(sink, "a pack id", id));
        pack.need_text(sink, "title");
        if let Some(point) = pack.text(sink, "pledge") {
            let digits = point.get_ref().strip_prefix('P').unwrap_or_default();
            if !matches!(digits.as_bytes(), [b'1'..=b'9']) {
                sink.add(
                    codes::BAD_NAME,
                    point.span(),
                    "`pledge` names a point of the pledge: P1 to P9",
                );
            }
        }
        pack.finish(sink);
    }
    draft.words = named(sink, &mut root, "words", "[words.NAME]", read_list);
    draft.suppressors = named(sink, &mut root, "suppressors", "[suppressors.NAME]", read_set);
    draft.norms = named(sink, &mut root, "norms", "[norms.NAME]", read_norm);
    for fields in root.tables(sink, "rule", "[[rule]]") {
        draft.rules.push(read_rule(sink, fields));
    }
    let lists = draft.words.len() + draft.suppressors.len() + draft.norms.len();
    if draft.id.is_some() && lists == 0 && draft.rules.is_empty() {
        sink.add(codes::EMPTY_FILE, 0..0, "the pack has neither rules nor lists");
    }
    root.finish(sink);
    draft
}

/// The tables below `key`, each under a name of its own.
fn named<T>(
    sink: &mut Sink,
    root: &mut Fields<'_>,
    key: &'static str,
    what: &'static str,
    read: fn(&mut Sink, Spanned<String>, Fields<'_>) -> Option<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    let Some(tables) = root.table(sink, key, what) else {
        return all;
    };
    for (name, value) in tables.entries() {
        let name = Spanned::new(name.span(), name.get_ref().to_string());
        if let Some(fields) = table(sink, key, what, value) {
            all.extend(read(sink, name, fields));
        }
    }
    all
}

/// The texts of a list that must hold some; `empty` says what it is if it holds none.
fn some_texts(sink: &mut Sink, fields: &mut Fields<'_>, key: &'static str, empty: String) -> Vec<Spanned<String>> {
    if !fields.has(key) {
        fields.need(sink, key);
        return Vec::new();
    }
    let before = sink.found.len();
    let texts = fields.texts(sink, key);
    if texts.is_empty() && sink.found.len() == before {
        sink.add(codes::EMPTY, fields.span.clone(), empty);
    }
    texts
}

fn read_list(sink: &mut Sink, name: Spanned<String>, mut fields: Fields<'_>) -> Option<ListDraft> {
    let named = name_ok(sink, "the name of a word list", &name);
    if CANDIDATE_WORDS.iter().any(|(taken, _)| taken == name.get_ref()) {
        sink.add(
            codes::TWICE,
            name.span(),
            format!("`@{}` already means the candidate", name.get_ref()),
        )
        .label("take another name")
        .help("these come from the contest: calon, nama, nomor, angka, slogan, tagar, partai, akun");
    }
    let span = fields.span.clone();
    let empty = format!("the word list `{}` has no terms", shown(name.get_ref()));
    let texts = some_texts(sink, &mut fields, "terms", empty);
    let affixes = fields.flag(sink, "affixes");
    fields.finish(sink);
    if texts.len() > MOST_TERMS {
        sink.add(
            codes::TOO_LARGE,
            span,
            format!("a word list of more than {MOST_TERMS} terms"),
        );
        return None;
    }
    let terms = texts
        .into_iter()
        .filter(|t| term_ok(sink, t))
        .map(|t| {
            Spanned::new(
                t.span(),
                Term {
                    text: t.into_inner(),
                    affixes,
                },
            )
        })
        .collect();
    named.then_some(ListDraft { name, terms })
}

fn read_set(sink: &mut Sink, name: Spanned<String>, mut fields: Fields<'_>) -> Option<SetDraft> {
    let named = name_ok(sink, "the name of a set of suppressors", &name);
    let empty = format!("the set of suppressors `{}` is empty", shown(name.get_ref()));
    let of = some_texts(sink, &mut fields, "of", empty);
    fields.finish(sink);
    named.then_some(SetDraft { name, of })
}

fn term_ok(sink: &mut Sink, term: &Spanned<String>) -> bool {
    if !can_match(term.get_ref()) {
        sink.add(codes::BLANK_TERM, term.span(), "a term holds nothing that could match")
            .label("no letter, digit or sign");
        return false;
    }
    if term.get_ref().split_whitespace().count() > MOST_WORDS {
        sink.add(
            codes::TOO_LARGE,
            term.span(),
            format!("a term of more than {MOST_WORDS} words"),
        )
        .help("take the part of it that people do not vary");
        return false;
    }
    true
}

fn read_rule(sink: &mut Sink, mut fields: Fields<'_>) -> RuleDraft {
    let id = fields.need_text(sink, "id").filter(|id| name_ok(sink, "a rule id", id));
    let title = fields.need_text(sink, "title");
    let category = fields.need_word::<Category>(sink, "category");
    let level = fields
        .word::<Level>(sink, "level")
        .map_or(Level::Sedang, Spanned::into_inner);
    let status = choice(
        sink,
        &mut fields,
        "status",
        &[
            ("live", Status::Live),
            ("draft", Status::Draft),
            ("shadow", Status::Shadow),
            ("retired", Status::Retired),
        ],
    );
    let condition = fields.need_text(sink, "match");
    let has_unless = fields.has("unless");
    let unless = fields.texts(sink, "unless");
    let mut phases: Vec<Phase> = fields
        .words(sink, "phases")
        .into_iter()
        .map(Spanned::into_inner)
        .collect();
    phases.sort_unstable();
    phases.dedup();
    let phases_at = fields.has("phases").then(|| fields.place_of("phases"));
    let regions_at = fields.has("regions").then(|| fields.place_of("regions"));
    let regions = fields
        .texts(sink, "regions")
        .into_iter()
        .filter(|r| region_ok(sink, r))
        .map(Spanned::into_inner)
        .collect();
    let basis = fields.texts(sink, "basis");
    let has_effect = fields.has("effect");
    let idle_reach = fields.has("reach") && !has_unless;
    let reach = read_reach(sink, &mut fields);
    let effect = choice(
        sink,
        &mut fields,
        "effect",
        &[("clear", Effect::Clear), ("note", Effect::Note)],
    );
    let voice = choice(sink, &mut fields, "voice", &[("own", Voice::Own), ("any", Voice::Any)]);
    let content = read_content(sink, &mut fields);
    let examples = fields.tables(sink, "example", "[[rule.example]]");
    let examples = examples.into_iter().filter_map(|e| read_example(sink, e)).collect();
    let span = fields.span.clone();
    if let Some(category) = &category {
        let lowers = category.get_ref().suppresses();
        if !lowers && has_effect {
            sink.add(
                codes::NO_EFFECT,
                fields.place_of("effect"),
                "no effect of `effect` in a rule that flags",
            )
            .label(format!("category \"{}\" flags", category.get_ref()))
            .help("it says what becomes of the hit that a suppressor lowers");
        }
        if !lowers && idle_reach {
            let reach = fields.place_of("reach");
            sink.add(codes::NO_EFFECT, reach, "no effect of `reach` without `unless`")
                .label(format!("category \"{}\" flags", category.get_ref()))
                .help("it says from how far the suppressors of `unless` can lower the rule");
        }
        if lowers && has_unless {
            let unless = fields.place_of("unless");
            sink.add(codes::NO_EFFECT, unless, "no effect of `unless` in a suppressor")
                .label(format!("category \"{}\" only lowers others", category.get_ref()));
        }
    }
    fields.finish(sink);
    RuleDraft {
        span,
        id,
        title,
        category,
        level,
        status,
        condition,
        unless,
        phases,
        regions,
        regions_at,
        phases_at,
        basis,
        reach,
        effect,
        voice,
        content,
        examples,
    }
}

fn read_example(sink: &mut Sink, mut fields: Fields<'_>) -> Option<ExampleDraft> {
    let text = fields.need_text(sink, "text");
    let expect = fields.need_word::<Outcome>(sink, "expect");
    let kind = fields.word::<Given>(sink, "kind");
    fields.finish(sink);
    Some(ExampleDraft {
        text: text?,
        expect: expect?.into_inner(),
        kind: kind.map_or(Given::Own, Spanned::into_inner),
    })
}

/// The kinds of content in which a rule holds, ascending; none stands for all.
fn read_content(sink: &mut Sink, fields: &mut Fields<'_>) -> Vec<Content> {
    const KEY: &str = "content";
    let before = sink.found.len();
    let given = fields.words::<Content>(sink, KEY);
    if fields.has(KEY) && given.is_empty() && sink.found.len() == before {
        let all = Content::ALL
            .iter()
            .map(|kind| kind.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        sink.add(
            codes::EMPTY,
            fields.place_of(KEY),
            "`content` is empty: the rule would hold nowhere",
        )
        .label("names no kind of content")
        .help(format!("leave it out to hold in all: {all}"));
    }
    let mut content: Vec<Content> = Vec::new();
    for kind in given {
        if content.contains(kind.get_ref()) {
            let title = format!("`content` names \"{}\" again", kind.get_ref());
            sink.add(codes::NO_EFFECT, kind.span(), title).label("named before");
        } else {
            content.push(kind.into_inner());
        }
    }
    if content.len() == Content::ALL.len() {
        sink.add(
            codes::NO_EFFECT,
            fields.place_of(KEY),
            "no effect of `content` with every kind",
        )
        .label("the same without it")
        .help("leave it out");
        content.clear();
    }
    content.sort_unstable();
    content
}

fn read_reach(sink: &mut Sink, fields: &mut Fields<'_>) -> Reach {
    let Some(value) = fields.get("reach") else {
        return Reach::Post;
    };
    if let Some(n) = integer(value) {
        match u16::try_from(n) {
            Ok(n) if (1..=1_000).contains(&n) => return Reach::Tokens(n),
            _ => wrong_kind(sink, "reach", value, "a number of tokens from 1 to 1000"),
        };
        return Reach::Post;
    }
    let Some(word) = text(sink, "reach", value) else {
        return Reach::Post;
    };
    match word.get_ref().as_str() {
        "post" => Reach::Post,
        "sentence" => Reach::Sentence,
        "clause" => Reach::Clause,
        _ => {
            unknown_word(
                sink,
                "reach",
                &word,
                &["post", "sentence", "clause", "a number of tokens"],
            );
            Reach::Post
        }
    }
}

/// One of a few words; the first is the default.
fn choice<T: Copy>(sink: &mut Sink, fields: &mut Fields<'_>, key: &'static str, known: &[(&str, T)]) -> T {
    let default = known.first().expect("a choice has words").1;
    let Some(word) = fields.text(sink, key) else {
        return default;
    };
    if let Some((_, value)) = known.iter().find(|(name, _)| name == word.get_ref()) {
        return *value;
    }
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    unknown_word(sink, key, &word, &names);
    default
}

/// Ids and names: letters, digits, `-`, `_`, `.`; they stand in file names, addresses and logs.
pub(super) fn name_ok(sink: &mut Sink, what: &str, name: &Spanned<String>) -> bool {
    let text = name.get_ref();
    let ok = text.len() <= 80
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !ok {
        sink.add(codes::BAD_NAME, name.span(), format!("{what} of the wrong shape"))
            .label("not usable as a name")
            .help("at most 80 of: a-z A-Z 0-9 - _ . beginning with a letter or digit");
    }
    ok
}

/// Kemendagri codes: `00` the nation, 2 digits a province, 4 a district or city, 6 or 10 below.
pub(super) fn region_ok(sink: &mut Sink, region: &Spanned<String>) -> bool {
    let text = region.get_ref();
    let ok = matches!(text.len(), 2 | 4 | 6 | 10) && text.bytes().all(|b| b.is_ascii_digit());
    if !ok {
        sink.add(
            codes::BAD_REGION,
            region.span(),
            format!("\"{}\" is not a region code", shown(text)),
        )
        .label("2, 4, 6 or 10 digits expected")
        .help("Kemendagri codes without dots: \"74\" a province, \"7471\" a city, \"00\" the nation");
    }
    ok
}
