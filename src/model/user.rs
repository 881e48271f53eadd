//! Users of the desk and the command line.

use super::{UnitId, UserId};

vocabulary! {
    /// What a user may do (DESIGN §1).
    Role {
        /// Reads cases and decides.
        Supervisor = "supervisor",
        /// Edits rules.
        Tuner = "tuner",
        /// Registers people and accounts.
        Registrar = "registrar",
        /// Runs the machine; sees no case.
        Operator = "operator",
        /// Reads the record, the neutrality and the coverage; decides nothing.
        Auditor = "auditor",
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Row.
    pub id: UserId,
    /// Login name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// The user's own unit: cases of it are closed to this user (recusal). `None` for people from outside.
    pub unit: Option<UnitId>,
    /// Whether the user may log in.
    pub active: bool,
}
