//! Case states and who may do what: one transition function.
