//! What leaves the house on paper: case file, statistics, CSV.
