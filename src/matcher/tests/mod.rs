//! Stories of the matcher: a text, a few rules, and the verdict.

mod condition;
mod finding;
mod force;
mod lowering;
mod world;
