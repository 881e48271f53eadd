//! Stories of the matcher: a text, a few rules, and the verdict.

mod condition;
mod content;
mod finding;
mod force;
mod lowering;
mod parity;
mod world;
