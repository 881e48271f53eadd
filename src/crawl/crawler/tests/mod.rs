//! Stories of the crawler against a made-up platform, and against a real one where there is one.

mod leaving;
mod reading;
mod real;
mod running;
mod world;
