//! Which tokens of a text name candidates.
//!
//! Does: merge the places of names that count, with the forms of address before them, once somebody asks. Does not: say whose names
//! they are.
//! Invariant: ranges ascend, without overlaps; they are worked out at most once a text, and not at all where nobody asks; each
//! question costs the logarithm of their number.

use super::asked::Asked;
use super::compile::Compiled;
use super::eval::Occurrence;
use super::gaps::addressed;
use crate::text::fold::Folded;

/// Where the candidates of a text are named, once that was asked for.
#[derive(Debug, Default)]
pub(super) struct Called(Asked<(u32, u32)>);

/// Ranges of tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranges<'a>(&'a [(u32, u32)]);

impl Called {
    /// Forgets the text before.
    pub(super) fn forget(&mut self) {
        self.0.forget();
    }

    /// Where candidates are named; `named` are the occurrences of names that count.
    pub(super) fn of(&self, compiled: &Compiled, folded: &Folded, named: &[Occurrence]) -> Ranges<'_> {
        Ranges(self.0.get(|ranges| {
            ranges.extend(named.iter().map(|o| {
                let class = compiled.naming(o.group).class;
                (addressed(class, o.from, folded), o.to)
            }));
            ranges.sort_unstable();
            ranges.dedup_by(|next, before| {
                let overlaps = next.0 < before.1;
                if overlaps {
                    before.1 = before.1.max(next.1);
                }
                overlaps
            });
        }))
    }
}

impl Ranges<'_> {
    /// Whether a token is one of theirs.
    pub(super) fn has(self, token: usize) -> bool {
        let at = self.0.partition_point(|(_, to)| *to as usize <= token);
        self.0.get(at).is_some_and(|(from, _)| *from as usize <= token)
    }
}
