//! A made-up world round a whole Netra.

pub mod browser;
