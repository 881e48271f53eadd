//! What each part of a rule's condition came to in one text, as a tree for people.
//!
//! Does: say of a condition that does not hold what the nearest way to fulfil it still lacks. Does not: evaluate
//! ([`super::explain`]), print.
//! Invariant: a condition that does not hold lacks something.

use crate::model::Span;

/// One part of a rule's condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The part as the rule writes it.
    pub expr: String,
    /// How its own parts belong together.
    pub shape: Shape,
    /// Whether it holds by itself, anywhere in the text; inside `sentence`, in the sentence that is nearest to it.
    pub holds: bool,
    /// Where.
    pub spans: Vec<Span>,
    /// Where its words stand too, but in the name of a candidate, which is no word of a rule.
    pub names: Vec<Span>,
    /// Its own parts, as the rule writes them.
    pub parts: Vec<Self>,
}

/// How the parts of a part belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Words: it has none.
    Words,
    /// One is enough.
    Any,
    /// All must be there, wherever.
    All,
    /// All must be there, beside each other: `near`, `before`, `phrase`.
    Beside,
    /// All must be there in one sentence.
    Sentence,
    /// It must be there several times.
    Count,
    /// It must not be there.
    Not,
}

/// Something without which a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It is not in force at the moment judged.
    Phase,
    /// It is not in force in the region judged.
    Region,
    /// What it found is of a kind of content in which it does not hold.
    Content,
    /// Not in the text.
    Words(String),
    /// In the text or the sentence, though the rule does not want it there.
    Unwanted(String),
    /// Not often enough in the text.
    Count(String),
    /// All is there, but not as the rule wants it to stand.
    Beside(String),
}

impl Part {
    /// Whether it is words, or a choice of nothing but words.
    pub fn is_plain(&self) -> bool {
        self.parts.iter().all(|part| part.shape == Shape::Words) && matches!(self.shape, Shape::Words | Shape::Any)
    }

    /// Whether any words of it are in the text.
    pub fn is_begun(&self) -> bool {
        !self.spans.is_empty()
            || !self.names.is_empty()
            || self
                .parts
                .iter()
                .any(|part| part.shape != Shape::Not && part.is_begun())
    }

    /// What is left to fulfil it, by the nearest way; nothing if it holds.
    pub fn missing(&self) -> Vec<Missing> {
        if self.holds {
            return Vec::new();
        }
        let expr = || self.expr.clone();
        match self.shape {
            Shape::Not => vec![Missing::Unwanted(
                self.parts.first().map_or_else(expr, |part| part.expr.clone()),
            )],
            Shape::Any if !self.is_plain() => self.nearest().map_or_else(Vec::new, Self::missing),
            Shape::Words | Shape::Any => vec![Missing::Words(expr())],
            Shape::All | Shape::Beside | Shape::Sentence | Shape::Count => {
                let all: Vec<Missing> = self.parts.iter().flat_map(Self::missing).collect();
                match all.is_empty() {
                    false => all,
                    true if self.shape == Shape::Count => vec![Missing::Count(expr())],
                    true => vec![Missing::Beside(expr())],
                }
            }
        }
    }

    /// Of the ways to fulfil a choice the one that lacks least, and of several the one of which most is there.
    pub fn nearest(&self) -> Option<&Self> {
        let far = |part: &&Self| (part.missing().len(), std::cmp::Reverse(part.found()));
        let begun = || self.parts.iter().filter(|part| part.is_begun());
        begun().min_by_key(far).or_else(|| self.parts.first())
    }

    /// How many words and lists of words of it are in the text.
    pub fn found(&self) -> usize {
        if self.shape == Shape::Words {
            return usize::from(self.holds);
        }
        self.parts
            .iter()
            .filter(|part| part.shape != Shape::Not)
            .map(Self::found)
            .sum()
    }
}
