//! Stories of the Mastodon reader: a server of a few posts, what is asked of it and what is kept of its answers.

mod post;
mod visit;
mod world;
