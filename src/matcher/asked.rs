//! Lists that are worked out only if somebody asks for them.
//!
//! Does: make such a list at most once a text, in the room the one before left. Does not: know what is in it.
//! Invariant: after [`Asked::forget`] nothing of the text before is seen.

use std::cell::{OnceCell, RefCell};

/// A list of the text at hand, once it was asked for.
#[derive(Debug)]
pub(super) struct Asked<T> {
    list: OnceCell<Vec<T>>,
    /// The room that the text before left.
    room: RefCell<Vec<T>>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            list: OnceCell::new(),
            room: RefCell::default(),
        }
    }
}

impl<T> Asked<T> {
    /// Forgets the text before.
    pub(super) fn forget(&mut self) {
        if let Some(mut list) = self.list.take() {
            list.clear();
            *self.room.get_mut() = list;
        }
    }

    /// The list; `make` fills it when it is asked for first.
    pub(super) fn get(&self, make: impl FnOnce(&mut Vec<T>)) -> &[T] {
        self.list.get_or_init(|| {
            let mut list = self.room.take();
            make(&mut list);
            list
        })
    }
}
