//! Wires the rooms together; the only module besides `cli` that knows all of them.
