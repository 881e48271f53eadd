//! One file per platform: how to ask, how to read the answer.
