//! HTML to text, folding with a map back to the original bytes, tokens.
//!
//! Does: turn what a platform sends into plain text, and plain text into folded tokens that know where they came from; tell
//! which other forms a token may be read as (digits for letters, slang, number words, affixes); see whether a CSV is in order
//! before it is read. Does not: know rules, candidates or what any word means to an election.
//! Invariant: pure, bounded, never panics; every span lies on character boundaries of the original; folding what was folded
//! changes nothing.

pub mod affix;
pub mod beginnings;
pub mod fold;
pub mod glyph;
pub mod html;
pub mod lexicon;
pub mod reading;
pub mod sheet;
