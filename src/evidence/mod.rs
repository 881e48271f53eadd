//! What was seen, kept so that a court's expert can check it with `sha256sum`; and the chain that makes the record unalterable
//! unseen.
//!
//! Does: digests, the capture of one post out of an answer, the hash chain's arithmetic, the record as a file. Does not: store,
//! fetch, or keep anything of an answer but the flagged post itself (promise 2): an answer holds other posts too, so evidence
//! is the exact byte range of the flagged one, with the digest of the whole answer beside it.
//! Invariant: pure; the same bytes always give the same digests.

pub mod capture;
pub mod chain;
pub mod digest;
pub mod file;
