//! Which tokens of a text name candidates.
//!
//! Does: merge the places of names that count, with the forms of address before them. Does not: say whose names they are.
//! Invariant: ranges ascend, without overlaps; each question costs the logarithm of their number.

use super::compile::Compiled;
use super::eval::Occurrence;
use super::gaps::addressed;
use crate::text::fold::Folded;

/// Ranges of tokens.
#[derive(Debug, Default)]
pub(super) struct Called(Vec<(u32, u32)>);

impl Called {
    /// Notes where candidates are named; `named` are the occurrences of names that count.
    pub(super) fn read(&mut self, compiled: &Compiled, folded: &Folded, named: &[Occurrence]) {
        self.0.clear();
        self.0.extend(named.iter().map(|o| {
            let class = compiled.naming(o.group).class;
            (addressed(class, o.from, folded), o.to)
        }));
        self.0.sort_unstable();
        self.0.dedup_by(|next, before| {
            let overlaps = next.0 < before.1;
            if overlaps {
                before.1 = before.1.max(next.1);
            }
            overlaps
        });
    }

    /// Whether a token is one of theirs.
    pub(super) fn has(&self, token: usize) -> bool {
        let at = self.0.partition_point(|(_, to)| *to as usize <= token);
        self.0.get(at).is_some_and(|(from, _)| *from as usize <= token)
    }
}
