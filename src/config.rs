//! The configuration file: one typed tree, read once, every fault with its place.
