//! Plain data that every room speaks of: who is registered, what was posted, what was found, how a case stands.
//!
//! Does: names, identities, closed vocabularies and the little arithmetic that belongs to them (a contest's phase at an
//! instant). Does not: read files, ask the clock, know a database, a network or a page.
//! Invariant: nothing here uses any other module of Netra.

/// Declares a closed vocabulary: an enum whose variants have one stable word each, used in SQL, TOML, JSON and CSV.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word of this value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::model::UnknownWord {
                        what: stringify!($name),
                        given: word.chars().take(40).collect(),
                        known: &[$($word),+],
                    }),
                }
            }
        }
    };
}

mod account;
mod case;
mod contest;
mod hit;
mod id;
mod parity;
mod person;
mod pledge;
mod post;
mod rule;
mod time;
mod unit;
mod user;

pub use account::{Account, AccountKind, Ownership, OwnershipState, Platform};
pub use case::{Case, CaseState, Outlook};
pub use contest::{Candidate, CandidateSide, Contest, Election, Phase, Phases};
pub use hit::{Category, Hit, Level, Outcome, Span, Suppressed, Verdict};
pub use id::{AccountId, CaseId, EvidenceId, PersonId, PledgeId, UnitId, UserId, VersionId};
pub use parity::Parity;
pub use person::{Employment, Person, Position};
pub use pledge::Pledge;
pub use post::{Author, Content, Given, Post, PostKind, Visibility};
pub use rule::Stage;
pub use time::Millis;
pub use unit::Unit;
pub use user::{Role, User};

/// A word outside a closed vocabulary; the message names what would have been right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a known {what}; known: {}", known.join(", "))]
pub struct UnknownWord {
    /// The vocabulary's name.
    pub what: &'static str,
    /// What was given, at most 40 characters of it.
    pub given: String,
    /// The words that are known.
    pub known: &'static [&'static str],
}
