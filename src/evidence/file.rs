//! The record as a file of JSON lines: what `netra audit export` writes and anyone can verify offline with the public key.
//!
//! Does: one line per entry, a first line that says where the file begins, a last line with the signed head; verification line by
//! line. Does not: keep the file in memory, or trust anything in it.
//! Invariant: a file that verifies holds every entry from its first line's number to the signed head, unaltered; of entries that
//! were withheld it holds the digests.

use std::io::{BufRead, Read as _};

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::chain::{Entry, Fault, Head, Sound, Verifier, Words};
use super::digest::{Digest, hex, unhex};
use crate::model::Millis;

/// Longest line read: far above the longest entry, far below what hurts.
const LINE_MAX_BYTES: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Start(Start),
    Entry(Full),
    Withheld(Withheld),
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    netra_record: u32,
    from: i64,
    prev: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Full {
    seq: i64,
    at: Millis,
    actor: String,
    action: String,
    subject: String,
    /// A text, not an object: the digest is taken of its bytes.
    detail: String,
    salt: String,
    prev: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withheld {
    seq: i64,
    payload: String,
    prev: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    head: HeadLine,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    seq: i64,
    hash: String,
    at: Millis,
    public_key: String,
    signature: String,
}

/// The first line: where the file begins.
pub fn start_line(from: i64, prev: &Digest) -> String {
    line(&Line::Start(Start {
        netra_record: 1,
        from,
        prev: hex(prev),
    }))
}

/// The line of an entry.
pub fn entry_line(entry: &Entry) -> String {
    line(&Line::Entry(Full {
        seq: entry.seq,
        at: entry.words.at,
        actor: entry.words.actor.clone(),
        action: entry.words.action.clone(),
        subject: entry.words.subject.clone(),
        detail: entry.words.detail.clone(),
        salt: hex(&entry.words.salt),
        prev: hex(&entry.prev),
        hash: hex(&entry.hash),
    }))
}

/// The line of an entry whose words are nobody's business here.
pub fn withheld_line(entry: &Entry) -> String {
    line(&Line::Withheld(Withheld {
        seq: entry.seq,
        payload: hex(&entry.words.payload()),
        prev: hex(&entry.prev),
        hash: hex(&entry.hash),
    }))
}

/// The last line: the signed head.
pub fn head_line(head: &Head) -> String {
    line(&Line::End(End {
        head: HeadLine {
            seq: head.seq,
            hash: hex(&head.hash),
            at: head.at,
            public_key: hex(&head.public_key),
            signature: hex(&head.signature),
        },
    }))
}

fn line(line: &Line) -> String {
    let mut text = serde_json::to_string(line).expect("lines are texts and numbers");
    text.push('\n');
    text
}

/// What a verified file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// What was verified.
    pub sound: Sound,
    /// The key that signed.
    pub key: [u8; 32],
    /// Whether that key was handed in; otherwise the file was only checked against itself.
    pub key_known: bool,
}

/// Verifies a file. Without a key the file's own is taken, which proves only that the file is whole, not whose it is.
pub fn verify(mut file: impl BufRead, key: Option<&VerifyingKey>) -> Result<Checked, Fault> {
    let mut number = 0;
    let mut verifier = match next(&mut file, &mut number)? {
        Some(Line::Start(start)) if start.netra_record == 1 && start.from >= 1 => {
            Verifier::from(start.from, digest(&start.prev, number)?)
        }
        _ => return Err(unreadable(1, "this is not the first line of a Netra record")),
    };
    let end = loop {
        match next(&mut file, &mut number)? {
            Some(Line::Entry(full)) => verifier.entry(&full.read(number)?)?,
            Some(Line::Withheld(held)) => verifier.withheld(
                held.seq,
                &digest(&held.prev, number)?,
                &digest(&held.payload, number)?,
                &digest(&held.hash, number)?,
            )?,
            Some(Line::End(end)) => break end.head,
            Some(Line::Start(_)) => return Err(unreadable(number, "a record begins inside another")),
            None => return Err(Fault::NoHead),
        }
    };
    if next(&mut file, &mut number)?.is_some() {
        return Err(unreadable(number, "something follows the signed head"));
    }
    let head = Head {
        seq: end.seq,
        hash: digest(&end.hash, number)?,
        at: end.at,
        public_key: digest(&end.public_key, number)?,
        signature: unhex(&end.signature).ok_or_else(|| unreadable(number, "this is no signature"))?,
    };
    let own = VerifyingKey::from_bytes(&head.public_key).map_err(|_| unreadable(number, "this is no public key"))?;
    let sound = verifier.finish(&head, key.unwrap_or(&own))?;
    Ok(Checked {
        sound,
        key: head.public_key,
        key_known: key.is_some(),
    })
}

impl Full {
    fn read(self, number: u64) -> Result<Entry, Fault> {
        Ok(Entry {
            seq: self.seq,
            prev: digest(&self.prev, number)?,
            hash: digest(&self.hash, number)?,
            words: Words {
                at: self.at,
                actor: self.actor,
                action: self.action,
                subject: self.subject,
                detail: self.detail,
                salt: unhex(&self.salt).ok_or_else(|| unreadable(number, "this is no salt"))?,
            },
        })
    }
}

/// The next line that is not empty.
fn next(file: &mut impl BufRead, number: &mut u64) -> Result<Option<Line>, Fault> {
    loop {
        *number += 1;
        let mut bytes = Vec::new();
        let read = file.by_ref().take(LINE_MAX_BYTES).read_until(b'\n', &mut bytes);
        let read = read.map_err(|error| unreadable(*number, &error.to_string()))?;
        if read == 0 {
            return Ok(None);
        }
        if read as u64 == LINE_MAX_BYTES {
            return Err(unreadable(*number, "the line is too long"));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        return serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| unreadable(*number, "this is no line of a Netra record"));
    }
}

fn digest(text: &str, number: u64) -> Result<Digest, Fault> {
    unhex(text).ok_or_else(|| unreadable(number, "this is no digest"))
}

fn unreadable(line: u64, what: &str) -> Fault {
    Fault::Unreadable {
        line,
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    use super::super::chain::GENESIS;
    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn lines(len: i64) -> Vec<String> {
        let (mut prev, mut lines) = (GENESIS, vec![start_line(1, &GENESIS)]);
        for seq in 1..=len {
            let words = Words {
                at: Millis(seq),
                actor: "user:1".into(),
                action: "case.read".into(),
                subject: format!("case:{seq}"),
                detail: "{\"revision\":2,\"teks\":\"é\\u0000\"}".into(),
                salt: [3; 16],
            };
            let entry = Entry::after(seq, prev, words);
            prev = entry.hash;
            lines.push(if seq % 3 == 0 {
                withheld_line(&entry)
            } else {
                entry_line(&entry)
            });
        }
        lines.push(head_line(&Head::sign(len, prev, Millis(99), &key())));
        lines
    }

    fn check(lines: &[String]) -> Result<Checked, Fault> {
        verify(lines.concat().as_bytes(), Some(&key().verifying_key()))
    }

    #[test]
    fn a_file_verifies_offline() {
        let checked = check(&lines(7)).unwrap();
        assert_eq!(
            (checked.sound.last, checked.sound.withheld, checked.key_known),
            (7, 2, true)
        );
        let own = verify(lines(7).concat().as_bytes(), None).unwrap();
        assert_eq!((own.key, own.key_known), (key().verifying_key().to_bytes(), false));
    }

    #[test]
    fn a_file_without_its_end_does_not_verify() {
        let mut cut = lines(5);
        cut.pop();
        assert_eq!(check(&cut), Err(Fault::NoHead));
        let mut cut = lines(5);
        cut.remove(5);
        assert_eq!(check(&cut), Err(Fault::Truncated { head: 5, last: 4 }));
    }

    #[test]
    fn what_follows_the_head_is_refused() {
        let mut more = lines(2);
        more.push(more[1].clone());
        assert!(matches!(check(&more), Err(Fault::Unreadable { .. })));
    }

    #[test]
    fn a_line_that_never_ends_is_refused() {
        let file = start_line(1, &GENESIS) + &"x".repeat(3 << 20);
        assert!(matches!(
            verify(file.as_bytes(), None),
            Err(Fault::Unreadable { line: 2, .. })
        ));
    }

    proptest! {
        /// Any one byte of any line changed is found.
        #[test]
        fn any_changed_byte_is_found(place in any::<prop::sample::Index>(), with in any::<u8>()) {
            let mut file = lines(4).concat().into_bytes();
            let at = place.index(file.len());
            prop_assume!(file[at] != with);
            let before = file[at];
            file[at] = with;
            let seen = verify(file.as_slice(), Some(&key().verifying_key()));
            // White space between tokens and the case of hexadecimal digits say nothing and may change.
            let same = before.eq_ignore_ascii_case(&with) || before.is_ascii_whitespace() || with.is_ascii_whitespace();
            prop_assert!(seen.is_err() || same, "byte {at}: {before} → {with}");
        }

        #[test]
        fn hostile_files_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            let _ = verify(bytes.as_slice(), None);
        }
    }
}
