//! By what a pattern is known once it is found: its group, or the list of its groups.
//!
//! Does: put both into one number, keep every list once. Does not: search.
//! Invariant: the groups of a pattern come out ascending and without repeats, and most patterns need no list.

use std::collections::HashMap;

use super::compile::Group;

/// Marks the last group of a list.
const LAST: u32 = 1 << 31;

/// The groups of a pattern in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ends(u32);

impl Ends {
    /// A bare number: not found where the number counts or addresses something.
    const NUMBER: u32 = 1 << 31;
    /// The place of a list, not a group.
    const LIST: u32 = 1 << 30;
    /// No pattern.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// From the number it is kept as.
    pub(super) const fn kept(number: u32) -> Self {
        Self(number)
    }

    /// As a number to keep.
    pub(super) const fn number(self) -> u32 {
        self.0
    }

    /// Whether the pattern is a bare number.
    pub(super) const fn is_number(self) -> bool {
        self.0 & Self::NUMBER != 0
    }

    /// The same for a bare number.
    pub(super) const fn of_number(self) -> Self {
        Self(self.0 | Self::NUMBER)
    }
}

/// The lists, one after another.
#[derive(Debug, Default)]
pub(super) struct Lists {
    groups: Vec<u32>,
    /// Only while lists are added.
    known: HashMap<Vec<Group>, Ends>,
}

impl Lists {
    /// What a pattern of these groups is known by; they ascend.
    pub(super) fn add(&mut self, groups: Vec<Group>) -> Ends {
        if let [only] = groups[..] {
            return Ends(only);
        }
        let room = &mut self.groups;
        *self.known.entry(groups).or_insert_with_key(|groups| {
            let at = u32::try_from(room.len()).unwrap_or(0);
            room.extend_from_slice(groups);
            if let Some(last) = room.last_mut() {
                *last |= LAST;
            }
            Ends(at | Ends::LIST)
        })
    }

    /// Forgets what only adding needs.
    pub(super) fn close(&mut self) {
        self.known = HashMap::new();
    }

    /// Calls `each` with every group.
    #[inline]
    pub(super) fn each(&self, ends: Ends, mut each: impl FnMut(Group)) {
        let number = ends.0 & !Ends::NUMBER;
        if number & Ends::LIST == 0 {
            return each(number);
        }
        for group in &self.groups[(number & !Ends::LIST) as usize..] {
            each(group & !LAST);
            if group & LAST != 0 {
                return;
            }
        }
    }

    /// Bytes that searching reads.
    pub(super) fn bytes(&self) -> usize {
        self.groups.len() * size_of::<Group>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_needs_no_list_and_equal_lists_are_kept_once() {
        let mut lists = Lists::default();
        let (one, two) = (lists.add(vec![7]), lists.add(vec![3, 9]).of_number());
        assert_eq!(lists.add(vec![3, 9]).of_number(), two);
        lists.close();
        let groups = |ends: Ends| {
            let mut all = Vec::new();
            lists.each(ends, |group| all.push(group));
            all
        };
        assert_eq!((groups(one), groups(two)), (vec![7], vec![3, 9]));
        assert!(two.is_number() && !one.is_number());
        assert_eq!(lists.bytes(), 8);
        assert_eq!(Ends::kept(two.number()), two);
    }
}
