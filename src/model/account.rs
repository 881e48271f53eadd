//! Registered accounts: where a person posts in public, and how sure we are that it is that person.

use super::{AccountId, Millis, PersonId};

vocabulary! {
    /// How an account is read. One adapter in `source` for each.
    Platform {
        /// RSS, RDF, Atom or JSON Feed at a URL.
        Feed = "feed",
        /// Mastodon's REST interface and its compatibles.
        Mastodon = "mastodon",
    }
}

vocabulary! {
    /// Whose voice an account is (domain.md §6.5).
    AccountKind {
        /// One person's own.
        Personal = "pribadi",
        /// An office's account, run by an admin of record.
        Office = "dinas",
        /// A shop or business.
        Business = "usaha",
        /// Used by several people.
        Shared = "bersama",
    }
}

vocabulary! {
    /// How sure it is that the account is the person's. Only `Verified` may ever be referred.
    OwnershipState {
        /// The person or the unit said so.
        Declared = "dinyatakan",
        /// Proven by a code in the profile, a link or a signed statement.
        Verified = "terverifikasi",
        /// The person says it is not theirs.
        Disputed = "disangkal",
        /// Someone else pretends to be the person.
        Impersonation = "tiruan",
        /// No longer theirs.
        Revoked = "dicabut",
    }
}

/// What is known of whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The state.
    pub state: OwnershipState,
    /// What proves it: a link, a letter's number.
    pub proof: Option<String>,
    /// From when the state holds.
    pub since: Option<Millis>,
    /// Until when it held.
    pub until: Option<Millis>,
}

/// A registered account.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Row.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// How it is read.
    pub platform: Platform,
    /// What the registrar wrote: a feed's URL, `@name@host` on a Mastodon server.
    pub handle: String,
    /// The platform's own stable id, once resolved; handles change.
    pub platform_id: Option<String>,
    /// Whose voice.
    pub kind: AccountKind,
    /// How sure.
    pub ownership: Ownership,
    /// The owner's recorded consent that overrides a closed robots.txt or an opt-out: "who/when".
    pub consent: Option<String>,
}

#[cfg(test)]
impl Account {
    /// A person's own account of which no more is known than where it is.
    pub(crate) fn declared(platform: Platform, handle: &str) -> Self {
        Self {
            id: AccountId(1),
            person: PersonId(1),
            platform,
            handle: handle.to_owned(),
            platform_id: None,
            kind: AccountKind::Personal,
            ownership: Ownership {
                state: OwnershipState::Declared,
                proof: None,
                since: None,
                until: None,
            },
            consent: None,
        }
    }
}

impl std::fmt::Debug for Account {
    /// Row and platform only: a handle is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}
