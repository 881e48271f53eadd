//! Every word a form may be read as: each reading as it stands, without clitics, without affixes.
//!
//! Does: put [`reading`] and [`affix`] together: what a stem is spelled for ("dicobloh" → "cobloh" → "coblos"), what a neighbour of
//! -kan makes of it ("meunangkeun" → "menangkan"). Does not: know patterns.
//! Invariant: an exact reading serves patterns of every bend, a form without clitics those that allow clitics or affixes, a
//! stem without affixes only those that allow affixes.

use super::compile::Bend;
use super::vocabulary::Vocabulary;
use crate::text::affix::{self, Off};
use crate::text::fold::Kind;
use crate::text::{lexicon, reading};

/// Calls `each` with every word a form may be read as that can be in the vocabulary, and the least bend a pattern's word must
/// have to take it.
pub(super) fn of(form: &str, kind: Kind, vocabulary: &Vocabulary, each: &mut impl FnMut(&str, Bend)) {
    with(form, kind, |letters| vocabulary.may_begin(letters), each);
}

/// Calls `each` with every word a form may be read as.
#[cfg(test)]
pub(super) fn all(form: &str, kind: Kind, each: &mut impl FnMut(&str, Bend)) {
    with(form, kind, |_| true, each);
}

/// Those of which a stem may begin with the four letters that are `wanted`.
pub(super) fn with(form: &str, kind: Kind, wanted: impl Fn([u8; 4]) -> bool, each: &mut impl FnMut(&str, Bend)) {
    reading::each(form, kind, &mut |word, _| {
        each(word, Bend::Exact);
        if kind == Kind::Word && !lexicon::is_whole(word) {
            let wanted = |four| wanted(four) || lexicon::may_begin_spelled(four);
            affix::stems(word, wanted, |stem| {
                let bend = if stem.off == Off::Clitic {
                    Bend::Clitic
                } else {
                    Bend::Affix
                };
                each(stem.text, bend);
                if let (Off::Clitic, Some(number)) = (stem.off, lexicon::number(stem.text)) {
                    each(number, Bend::Clitic);
                }
                if let Some(common) = lexicon::slang_stem(stem.text) {
                    each(common, Bend::Affix);
                    if stem.causes {
                        each(&format!("{common}kan"), Bend::Affix);
                    }
                }
            });
        }
    });
}
