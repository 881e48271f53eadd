//! A condition over groups: the shape in which rules are run.
//!
//! Does: hold a rule's expression with its words as numbers, and say what it names. Does not: evaluate ([`super::eval`]), know words.
//! Invariant: its parts are those of the expression it was made from, in their order.

use std::collections::BTreeMap;
use std::slice;

use super::compile::Group;
use super::named::bits;
use crate::rules::CandidateWords;

/// A condition over groups.
#[derive(Debug, Clone)]
pub(super) enum Cond {
    Group(Group),
    Candidate(CandidateWords),
    Any(Any),
    All(Vec<Cond>),
    Not(Box<Cond>),
    Near { parts: Vec<Cond>, within: u32 },
    Before { parts: Vec<Cond>, within: u32 },
    Count { of: Box<Cond>, at_least: usize },
    Sentence(Box<Cond>),
    Several { of: CandidateWords, at_least: usize },
}

impl Cond {
    /// Its own parts, those of the expression it was made from; words have none.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Group(_) | Self::Candidate(_) | Self::Several { .. } => &[],
            Self::Any(Any { parts, .. }) | Self::All(parts) | Self::Near { parts, .. } | Self::Before { parts, .. } => {
                parts
            }
            Self::Not(inner) | Self::Sentence(inner) | Self::Count { of: inner, .. } => slice::from_ref(inner),
        }
    }

    /// The classes of candidates' words that it names anywhere, as [`super::named::bits`].
    pub(super) fn classes(&self) -> u16 {
        match self {
            Self::Candidate(class) | Self::Several { of: class, .. } => bits(*class),
            _ => self.parts().iter().fold(0, |all, part| all | part.classes()),
        }
    }

    /// Whether it names the candidate it is tried for.
    pub(super) fn binds(&self) -> bool {
        match self {
            Self::Candidate(_) => true,
            Self::Not(_) | Self::Several { .. } => false,
            _ => self.parts().iter().any(Self::binds),
        }
    }

    /// Whether it asks about everyone who is named: that they are not, or that they are several.
    pub(super) fn asks_for_all(&self) -> bool {
        match self {
            Self::Several { .. } => true,
            Self::Not(inner) => inner.classes() != 0,
            _ => self.parts().iter().any(Self::asks_for_all),
        }
    }
}

/// Alternatives.
#[derive(Debug, Clone)]
pub(super) struct Any {
    pub(super) parts: Vec<Cond>,
    /// The groups among them: words of bits as [`super::bits::Bits`] has them, and where each stands.
    pub(super) groups: Vec<(u32, u64)>,
    /// Which of them are no groups.
    pub(super) others: Vec<usize>,
}

impl Any {
    pub(super) fn new(parts: Vec<Cond>) -> Self {
        let mut words: BTreeMap<u32, u64> = BTreeMap::new();
        let mut others = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            match part {
                Cond::Group(group) => *words.entry(group / 64).or_default() |= 1 << (group % 64),
                _ => others.push(i),
            }
        }
        Self {
            parts,
            groups: words.into_iter().collect(),
            others,
        }
    }
}
