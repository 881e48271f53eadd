//! The throughput core: compiled rules × folded post → hits.
