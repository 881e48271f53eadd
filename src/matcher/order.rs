//! What was found, in the order conditions read it.
//!
//! Does: sort by group, then by place, and drop repeats; by counting where there is much, as a long text is found in order of its
//! tokens and has few groups. Does not: know what groups mean.
//! Invariant: the order is that of [`Occurrence::key`], whatever way it came about.

use super::eval::Occurrence;

/// Fewer are sorted as they are.
const FEW: usize = 512;
/// Counting pays for at most so many groups an occurrence.
const SPARSE: usize = 4;

/// Room to sort in.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// By group: where its next occurrence goes.
    places: Vec<u32>,
    sorted: Vec<Occurrence>,
}

impl Order {
    pub(super) fn sort(&mut self, found: &mut Vec<Occurrence>) {
        let groups = found.iter().map(|o| o.group as usize + 1).max().unwrap_or(0);
        if found.len() < FEW || groups > found.len() * SPARSE {
            found.sort_unstable_by_key(|o| o.key());
        } else {
            self.count(found, groups);
        }
        found.dedup();
    }

    fn count(&mut self, found: &mut Vec<Occurrence>, groups: usize) {
        let Self { places, sorted } = self;
        places.clear();
        places.resize(groups, 0);
        for o in &*found {
            places[o.group as usize] += 1;
        }
        let mut before = 0;
        for place in &mut *places {
            (*place, before) = (before, before + *place);
        }
        sorted.clone_from(found);
        for o in &*found {
            let place = &mut places[o.group as usize];
            sorted[*place as usize] = *o;
            *place += 1;
        }
        std::mem::swap(found, sorted);
        // Joint readings are found after all others.
        for group in found.chunk_by_mut(|a, b| a.group == b.group) {
            if !group.is_sorted() {
                group.sort_unstable_by_key(|o| o.key());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counting_sorts_as_sorting_does(
            found in prop::collection::vec((0..90u32, 0..2000u32, 0..3u32), 0..3000),
            rare in prop::option::of(5000..9000u32),
        ) {
            let found = found.into_iter().map(|(group, from, len)| Occurrence { group, from, to: from + len });
            let rare = rare.map(|group| Occurrence { group, from: 0, to: 1 });
            let mut found: Vec<Occurrence> = found.chain(rare).collect();
            let mut plainly = found.clone();
            plainly.sort_unstable();
            plainly.dedup();
            Order::default().sort(&mut found);
            prop_assert_eq!(found, plainly);
        }
    }
}
