//! The compiled form of packs and contests: what the matcher reads. Built only by [`super::check()`], so that every value in it
//! has been checked: indices are in range, expressions are not empty, phases ascend.

use std::slice;

use super::norm::Norm;
use crate::model::{Category, Content, Contest, Level, Phase};

/// Everything in force, named by its hash.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// Rules by id, ascending.
    pub rules: Vec<Rule>,
    /// Word lists by name, ascending; [`Expr::Words`] is an index into it.
    pub words: Vec<WordList>,
    /// Contests by id, ascending.
    pub contests: Vec<Contest>,
    /// Norms that rules name as their basis, by name, ascending.
    pub norms: Vec<Norm>,
    /// What each candidate of each contest is called.
    pub candidate_terms: Vec<CandidateTerm>,
    /// Texts that the rules' authors gave as examples, placeholders and all; each once, ascending.
    pub examples: Vec<String>,
    /// SHA-256 (hex) over the canonical form of all of the above but the examples.
    pub hash: String,
}

/// A rule.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// Id, unique over all packs.
    pub id: String,
    /// Title, for people.
    pub title: String,
    /// Pack id.
    pub pack: String,
    /// Category.
    pub category: Category,
    /// Level. `rendah` is a `note` and never queues a post alone; `sedang` and `tinggi` flag.
    pub level: Level,
    /// Where the rule stands in its life.
    pub status: Status,
    /// When it fires.
    pub condition: Expr,
    /// Suppressor categories or suppressor rule ids that lower it. What is not listed cannot lower it.
    pub unless: Vec<String>,
    /// Phases in which it holds; empty = all, and outside any.
    pub phases: Vec<Phase>,
    /// Region codes (prefixes) in which it holds; empty = all.
    pub regions: Vec<String>,
    /// Legal basis.
    pub basis: Vec<String>,
    /// Of a suppressor: how far it reaches. Of any other rule: from how far it can be lowered; the narrower of both counts.
    pub reach: Reach,
    /// For suppressors: what becomes of the lowered hit. Others ignore it.
    pub effect: Effect,
    /// Whose words count.
    pub voice: Voice,
    /// The kinds of content in which it holds at all, ascending; empty = all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<Content>,
    /// SHA-256 (first 12 hex digits) over the rule and every word list it uses.
    pub version: String,
}

impl Rule {
    /// Whether it holds in every region.
    pub fn is_everywhere(&self) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|code| code == "00")
    }

    /// Whether it may hold in a contest, by its regions.
    pub fn may_concern(&self, contest: &Contest) -> bool {
        self.is_everywhere() || self.regions.iter().any(|code| contest.concerns(code))
    }

    /// A live rule that flags its author's own words whenever the condition holds, with nothing said about where it comes
    /// from.
    pub const fn bare(id: String, category: Category, condition: Expr) -> Self {
        Self {
            id,
            title: String::new(),
            pack: String::new(),
            category,
            level: Level::Tinggi,
            status: Status::Live,
            condition,
            unless: Vec::new(),
            phases: Vec::new(),
            regions: Vec::new(),
            basis: Vec::new(),
            reach: Reach::Post,
            effect: Effect::Clear,
            voice: Voice::Own,
            content: Vec::new(),
            version: String::new(),
        }
    }

    /// Whether this suppressor is one of those that may lower it.
    pub fn yields_to(&self, suppressor: &Self) -> bool {
        let named = |word: &String| *word == suppressor.id || word == suppressor.category.as_str();
        self.unless.iter().any(named)
    }
}

/// A rule's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Status {
    /// Being written: compiled and checked, never run on posts.
    Draft,
    /// Runs and counts, queues nothing.
    Shadow,
    /// In force.
    Live,
    /// No longer run.
    Retired,
}

/// How far a suppressor reaches from its own match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Reach {
    /// Hits anywhere in the post.
    #[default]
    Post,
    /// Hits that share a sentence with it.
    Sentence,
    /// Hits in its sentence, but none behind a turn ("tapi", "namun", "hanya saja") that it stands before.
    Clause,
    /// Hits within so many tokens of it.
    Tokens(u16),
}

/// What a suppressor does to a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Effect {
    /// The hit no longer counts.
    #[default]
    Clear,
    /// The hit is worth a note, no more.
    Note,
}

/// Whose words a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Voice {
    /// The account's own words; a hit wholly inside another's words is lowered to a note, except in a bare repost, which is
    /// itself the act.
    #[default]
    Own,
    /// Anyone's words.
    Any,
}

/// A condition over the folded tokens of a post.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Expr {
    /// A term of the word list with this index.
    Words(usize),
    /// A literal term written in the rule.
    Term(Term),
    /// A term of the bound candidate. All of a rule's candidate expressions bind the same candidate of the same contest; the
    /// rule is tried for each.
    Candidate(CandidateWords),
    /// Any holds.
    Any(Vec<Expr>),
    /// All hold.
    All(Vec<Expr>),
    /// Does not hold anywhere in the post; inside [`Self::Sentence`], in that sentence.
    Not(Box<Expr>),
    /// Matches of all parts, in any order, with at most `within` tokens between the nearest ends of neighbours.
    Near {
        /// Two or more.
        parts: Vec<Expr>,
        /// Tokens between.
        within: u16,
    },
    /// As `Near`, in this order.
    Before {
        /// Two or more.
        parts: Vec<Expr>,
        /// Tokens between.
        within: u16,
    },
    /// Matches one directly after another.
    Phrase(Vec<Expr>),
    /// At least so many matches that do not overlap.
    Count {
        /// Of what.
        of: Box<Expr>,
        /// How many.
        at_least: u16,
    },
    /// Holds inside one sentence.
    Sentence(Box<Expr>),
    /// At least so many candidates of one contest are named, whoever is bound. Binds nobody.
    Several {
        /// By which of their words.
        #[serde(deserialize_with = "words_of_candidates")]
        of: CandidateWords,
        /// How many.
        at_least: u16,
    },
}

/// Reads them also as they were stored at first: as an expression.
fn words_of_candidates<'de, D: serde::Deserializer<'de>>(from: D) -> Result<CandidateWords, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Words(CandidateWords),
        Expression {
            #[serde(rename = "Candidate")]
            words: CandidateWords,
        },
    }
    let stored = <Stored as serde::Deserialize>::deserialize(from)?;
    let (Stored::Words(words) | Stored::Expression { words }) = stored;
    Ok(words)
}

impl Expr {
    /// Its own parts, as written; words have none.
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Words(_) | Self::Term(_) | Self::Candidate(_) | Self::Several { .. } => &[],
            Self::Any(parts)
            | Self::All(parts)
            | Self::Phrase(parts)
            | Self::Near { parts, .. }
            | Self::Before { parts, .. } => parts,
            Self::Not(inner) | Self::Sentence(inner) | Self::Count { of: inner, .. } => slice::from_ref(inner),
        }
    }
}

/// A term: one or more words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Term {
    /// As written; folded by the matcher with the tables that fold posts.
    pub text: String,
    /// Whether affixed and clitic forms match too (men-coblos, dicoblos, pilihlah).
    pub affixes: bool,
}

/// A named word list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WordList {
    /// Name, without `@`.
    pub name: String,
    /// Terms, in file order.
    pub terms: Vec<Term>,
}

/// Which of a candidate's terms an expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum CandidateWords {
    /// `@calon`: name, number with its word, slogan, hashtag, account; not a bare number, not a party.
    Calon,
    /// `@nama`.
    Nama,
    /// `@nomor`: a number with its word ("nomor 2", "paslon dua") or in two digits with a zero ("02").
    Nomor,
    /// `@angka`: the bare number ("2", "dua").
    Angka,
    /// `@slogan`.
    Slogan,
    /// `@tagar`.
    Tagar,
    /// `@partai`.
    Partai,
    /// `@akun`.
    Akun,
}

/// One way to name one candidate of one contest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateTerm {
    /// Index into [`RuleSet::contests`].
    pub contest: usize,
    /// Index into that contest's candidates.
    pub candidate: usize,
    /// What it is; never `Calon`, which is a union.
    pub class: CandidateWords,
    /// The words.
    pub text: String,
    /// An ordinary word or a common first name too: counts only near another, strong term of the same candidate or an
    /// election word, as the rule's author wrote; never alone as `@calon`.
    pub weak: bool,
    /// Weak, and something people say rather than a name: an election word nearby is not enough.
    pub everyday: bool,
    /// Weak, and a common name behind a form of address ("Bu Andi"): words of campaigns nearby are enough too.
    pub addressed: bool,
    /// What it takes where its capitals stand out of a text of small letters.
    pub capitals: Capitals,
}

/// What an ambiguous name takes where it is written in capitals amid small letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capitals {
    /// What it takes anyway.
    #[default]
    Same,
    /// A word of campaigns right beside it: "AMIN" ends prayers, "hidup AMIN" does not.
    Beside,
    /// Nothing: nobody writes "Hidup AJP" of anything else.
    Nothing,
    /// The same as [`Self::Beside`], and in small letters it is no name at all: every other post says "bisa".
    Only,
}
