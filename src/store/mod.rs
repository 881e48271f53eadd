//! SQL, one file per table.
