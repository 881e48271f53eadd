//! HTML to text, folding with a map back to the original bytes, tokens.
