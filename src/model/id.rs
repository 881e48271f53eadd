//! Identities. A row's number in its table, never mixed up with another table's.

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    /// A registered account.
    AccountId,
    /// A case: one post of one person.
    CaseId,
    /// A piece of evidence.
    EvidenceId,
    /// A registered person.
    PersonId,
    /// A signed pledge.
    PledgeId,
    /// An organisational unit.
    UnitId,
    /// A user of the desk.
    UserId,
    /// One version of a case's post.
    VersionId,
}
