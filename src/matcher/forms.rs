//! Every word a form may be read as: each reading as it stands, without clitics, without affixes.
//!
//! Does: put [`reading`] and [`affix`] together. Does not: know patterns.
//! Invariant: an exact reading serves patterns of every bend, a form without clitics those that allow clitics or affixes, a
//! stem without affixes only those that allow affixes.

use super::compile::Bend;
use crate::text::affix::{self, Off};
use crate::text::fold::Kind;
use crate::text::reading;

/// Calls `each` with every word a form may be read as, and the least bend a pattern's word must have to take it.
pub(super) fn of(form: &str, kind: Kind, each: &mut impl FnMut(&str, Bend)) {
    reading::each(form, kind, &mut |word, _| {
        each(word, Bend::Exact);
        if kind == Kind::Word {
            affix::stems(word, |stem, off| {
                let bend = if off == Off::Clitic { Bend::Clitic } else { Bend::Affix };
                each(stem, bend);
            });
        }
    });
}
