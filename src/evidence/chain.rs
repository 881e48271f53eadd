//! The hash chain of the record, and its signed head.
//!
//! Does: the canonical digest of an entry, the link from one entry to the next, the signature over the head, and a verifier
//! that reads entries one by one and keeps none. Does not: store, or ask the clock.
//! Invariant: an entry that is changed, left out, put in or moved breaks a link; an entry cut off the end breaks the head,
//! which names the last number and hash and is signed. What the chain cannot see is the whole record set back to an earlier
//! state, old head included: that shows against a head kept elsewhere (`netra audit verify --head`).
//!
//! `payload` = digest of what an entry says (with a random salt, so that a withheld payload cannot be guessed from its digest);
//! `hash` = digest of (number, hash before, payload). An export of one case may therefore withhold the payload of every
//! other entry and still verify up to the signed head.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::digest::{Digest, Fields, hex};
use crate::model::Millis;

/// The hash before the first entry.
pub const GENESIS: Digest = [0; 32];

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// When.
    pub at: Millis,
    /// Who: `netra`, `user:3`, `cli:root`.
    pub actor: String,
    /// What was done: `case.detected`, `case.read`, `case.decided` …
    pub action: String,
    /// To what: `case:12`.
    pub subject: String,
    /// Particulars, JSON, byte for byte.
    pub detail: String,
    /// Random, so that a withheld payload cannot be guessed.
    pub salt: [u8; 16],
}

impl Words {
    /// The canonical digest.
    pub fn payload(&self) -> Digest {
        Fields::new("netra journal entry 1")
            .number(self.at.0)
            .text(&self.actor)
            .text(&self.action)
            .text(&self.subject)
            .text(&self.detail)
            .bytes(&self.salt)
            .finish()
    }
}

/// The hash of the entry number `seq`.
pub fn link(seq: i64, prev: &Digest, payload: &Digest) -> Digest {
    Fields::new("netra journal link 1")
        .number(seq)
        .bytes(prev)
        .bytes(payload)
        .finish()
}

/// An entry of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3 … without gaps.
    pub seq: i64,
    /// What it says.
    pub words: Words,
    /// Hash of the entry before.
    pub prev: Digest,
    /// Its own hash.
    pub hash: Digest,
}

impl Entry {
    /// The entry after `prev`.
    pub fn after(seq: i64, prev: Digest, words: Words) -> Self {
        let hash = link(seq, &prev, &words.payload());
        Self { seq, words, prev, hash }
    }
}

/// The signed end of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry; 0 = the record is empty.
    pub seq: i64,
    /// Its hash.
    pub hash: Digest,
    /// When it was written.
    pub at: Millis,
    /// The key that signed.
    pub public_key: [u8; 32],
    /// Ed25519 over all of the above.
    pub signature: [u8; 64],
}

impl Head {
    /// Signs the end of the record.
    pub fn sign(seq: i64, hash: Digest, at: Millis, key: &SigningKey) -> Self {
        Self {
            seq,
            hash,
            at,
            public_key: key.verifying_key().to_bytes(),
            signature: key.sign(&message(seq, &hash, at)).to_bytes(),
        }
    }

    /// Checks the signature against a key that was learnt elsewhere; the key in the head only says whose it claims to be.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), Fault> {
        if self.public_key != key.to_bytes() {
            return Err(Fault::OtherKey {
                claimed: self.public_key,
            });
        }
        key.verify_strict(
            &message(self.seq, &self.hash, self.at),
            &Signature::from_bytes(&self.signature),
        )
        .map_err(|_| Fault::BadSignature { seq: self.seq })
    }
}

/// The bytes that are signed.
fn message(seq: i64, hash: &Digest, at: Millis) -> Digest {
    Fields::new("netra journal head 1")
        .number(seq)
        .bytes(hash)
        .number(at.0)
        .finish()
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A number is missing or out of order.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Gap {
        /// The number that should have come.
        expected: i64,
        /// The number that came.
        found: i64,
    },
    /// An entry does not follow from the one before.
    #[error("entry {seq} does not follow from the entry before it: something was changed, removed or put in")]
    BrokenLink {
        /// Its number.
        seq: i64,
    },
    /// An entry's content is not what its hash was taken of.
    #[error("entry {seq} was changed after it was written")]
    Changed {
        /// Its number.
        seq: i64,
    },
    /// The record ends before its signed head.
    #[error("the record was cut: its signed head is at entry {head}, its last entry is {last}")]
    Truncated {
        /// Number in the head.
        head: i64,
        /// Last number found.
        last: i64,
    },
    /// The record goes on after its signed head.
    #[error("the record has entries after its signed head: the head is at entry {head}, the last entry is {last}")]
    BeyondHead {
        /// Number in the head.
        head: i64,
        /// Last number found.
        last: i64,
    },
    /// The last entry is not the one that was signed.
    #[error("entry {seq} is not the one the head was signed for")]
    OtherHead {
        /// Number in the head.
        seq: i64,
    },
    /// There is no head.
    #[error("the record has no signed head: its end may have been cut off")]
    NoHead,
    /// The head is signed by another key.
    #[error("the head is signed by another key ({})", hex(claimed))]
    OtherKey {
        /// The key the head claims.
        claimed: [u8; 32],
    },
    /// The signature does not hold.
    #[error("the signature of the head at entry {seq} is false")]
    BadSignature {
        /// Number in the head.
        seq: i64,
    },
    /// A line of an exported file cannot be read.
    #[error("line {line}: {what}")]
    Unreadable {
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
}

/// Checks a record entry by entry; keeps only the last hash.
#[derive(Clone)]
pub struct Verifier {
    first: i64,
    next: i64,
    prev: Digest,
    withheld: u64,
}

impl Default for Verifier {
    /// From the beginning.
    fn default() -> Self {
        Self::from(1, GENESIS)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Verifier {
    /// From entry `seq`, before which stood `prev`.
    pub const fn from(seq: i64, prev: Digest) -> Self {
        Self {
            first: seq,
            next: seq,
            prev,
            withheld: 0,
        }
    }

    /// Takes the next entry.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.step(entry.seq, &entry.prev, &entry.words.payload(), &entry.hash)
    }

    /// Takes the next entry, of which only the digest of the payload is shown.
    pub fn withheld(&mut self, seq: i64, prev: &Digest, payload: &Digest, hash: &Digest) -> Result<(), Fault> {
        self.withheld += 1;
        self.step(seq, prev, payload, hash)
    }

    fn step(&mut self, seq: i64, prev: &Digest, payload: &Digest, hash: &Digest) -> Result<(), Fault> {
        if seq != self.next {
            return Err(Fault::Gap {
                expected: self.next,
                found: seq,
            });
        }
        if *prev != self.prev {
            return Err(Fault::BrokenLink { seq });
        }
        if *hash != link(seq, prev, payload) {
            return Err(Fault::Changed { seq });
        }
        self.prev = *hash;
        self.next += 1;
        Ok(())
    }

    /// Checks that the record ends where its head was signed.
    pub fn finish(&self, head: &Head, key: &VerifyingKey) -> Result<Sound, Fault> {
        head.verify(key)?;
        let last = self.next - 1;
        match last.cmp(&head.seq) {
            std::cmp::Ordering::Less => Err(Fault::Truncated { head: head.seq, last }),
            std::cmp::Ordering::Greater => Err(Fault::BeyondHead { head: head.seq, last }),
            std::cmp::Ordering::Equal if self.prev != head.hash => Err(Fault::OtherHead { seq: head.seq }),
            std::cmp::Ordering::Equal => Ok(Sound {
                first: self.first,
                last,
                withheld: self.withheld,
                head: head.hash,
                signed_at: head.at,
            }),
        }
    }
}

/// A record that verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// First entry read; 1 = from the beginning.
    pub first: i64,
    /// Last entry.
    pub last: i64,
    /// How many entries showed only the digest of their payload.
    pub withheld: u64,
    /// Hash of the last entry.
    pub head: Digest,
    /// When the head was signed.
    pub signed_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn record(len: i64) -> (Vec<Entry>, Head) {
        let (mut prev, mut entries) = (GENESIS, Vec::new());
        for seq in 1..=len {
            let words = Words {
                at: Millis(1000 + seq),
                actor: "user:1".into(),
                action: "case.read".into(),
                subject: format!("case:{seq}"),
                detail: "{}".into(),
                salt: [u8::try_from(seq).unwrap(); 16],
            };
            let entry = Entry::after(seq, prev, words);
            prev = entry.hash;
            entries.push(entry);
        }
        (entries, Head::sign(len, prev, Millis(5000), &key()))
    }

    fn check(entries: &[Entry], head: &Head) -> Result<Sound, Fault> {
        let mut verifier = Verifier::default();
        for entry in entries {
            verifier.entry(entry)?;
        }
        verifier.finish(head, &key().verifying_key())
    }

    #[test]
    fn an_untouched_record_verifies() {
        let (entries, head) = record(5);
        assert_eq!(check(&entries, &head).unwrap().last, 5);
        let (none, empty) = record(0);
        assert_eq!(check(&none, &empty).unwrap().last, 0);
    }

    #[test]
    fn every_kind_of_change_is_found() {
        let (entries, _) = record(3);
        let changes: [fn(&mut Entry); 8] = [
            |e| e.words.at.0 += 1,
            |e| e.words.actor.push('2'),
            |e| e.words.action.push('x'),
            |e| e.words.subject.push('1'),
            |e| e.words.detail = "{ }".into(),
            |e| e.words.salt[0] ^= 1,
            |e| e.prev[0] ^= 1,
            |e| e.hash[0] ^= 1,
        ];
        for (n, change) in changes.iter().enumerate() {
            for at in 0..entries.len() {
                let (mut entries, head) = record(3);
                change(&mut entries[at]);
                assert!(check(&entries, &head).is_err(), "change {n} of entry {at} went unseen");
            }
        }
    }

    #[test]
    fn deletion_insertion_and_reordering_are_found() {
        for at in 0..3 {
            let (mut entries, head) = record(3);
            entries.remove(at);
            assert!(check(&entries, &head).is_err());
        }
        let (mut entries, head) = record(3);
        entries.swap(0, 1);
        assert!(check(&entries, &head).is_err());
        // An entry changed and everything after it computed anew: only the signed head can tell.
        let (mut entries, head) = record(3);
        entries[1].words.detail = "{\"forged\":true}".into();
        for at in 1..3 {
            entries[at] = Entry::after(entries[at].seq, entries[at - 1].hash, entries[at].words.clone());
        }
        assert_eq!(check(&entries, &head), Err(Fault::OtherHead { seq: 3 }));
    }

    #[test]
    fn truncation_is_found() {
        let (mut entries, head) = record(3);
        entries.pop();
        assert_eq!(check(&entries, &head), Err(Fault::Truncated { head: 3, last: 2 }));
        let (entries, _) = record(3);
        let (_, older) = record(2);
        assert!(matches!(check(&entries, &older), Err(Fault::BeyondHead { .. })));
    }

    #[test]
    fn a_head_signed_by_another_key_is_refused() {
        let (entries, head) = record(3);
        let stranger = SigningKey::from_bytes(&[8; 32]);
        let forged = Head::sign(head.seq, head.hash, head.at, &stranger);
        assert!(matches!(check(&entries, &forged), Err(Fault::OtherKey { .. })));
        let forged = Head {
            public_key: key().verifying_key().to_bytes(),
            ..forged
        };
        assert_eq!(check(&entries, &forged), Err(Fault::BadSignature { seq: 3 }));
        let later = Head { at: Millis(1), ..head };
        assert_eq!(check(&entries, &later), Err(Fault::BadSignature { seq: 3 }));
    }

    #[test]
    fn a_withheld_entry_still_links() {
        let (entries, head) = record(4);
        let mut verifier = Verifier::from(2, entries[0].hash);
        for entry in &entries[1..] {
            if entry.seq == 3 {
                verifier
                    .withheld(entry.seq, &entry.prev, &entry.words.payload(), &entry.hash)
                    .unwrap();
            } else {
                verifier.entry(entry).unwrap();
            }
        }
        let sound = verifier.finish(&head, &key().verifying_key()).unwrap();
        assert_eq!((sound.first, sound.last, sound.withheld), (2, 4, 1));
    }
}
