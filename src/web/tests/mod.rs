//! Stories of the desk, through the router as a browser without JavaScript sees it.

mod answers;
mod deciding;
mod entering;
mod pages;
mod screens;
mod world;

/// A reason long enough to be taken.
const REASON: &str = "Ajakan memilih yang terang, dengan nomor calon.";
