//! Keyed fingerprints: all that stays of a post that was not flagged.
//!
//! Invariant: without the installation's key a fingerprint tells nothing; the same words of two accounts have different ones.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::model::{AccountId, Post};
use crate::store::{Mac, Seen};

/// The fingerprints of a post of an account.
pub(super) fn of(secret: &[u8; 32], account: AccountId, post: &Post) -> Seen {
    let mut content = Keyed::new(secret, b"content", account);
    content.field(post.kind.as_str().as_bytes());
    content.field(post.text.as_bytes());
    for span in &post.foreign {
        content.field(&span.start.to_be_bytes());
        content.field(&span.end.to_be_bytes());
    }
    let mut key = Keyed::new(secret, b"key", account);
    key.field(post.key.as_bytes());
    Seen {
        key: key.finish(),
        content: content.finish(),
    }
}

struct Keyed(Hmac<Sha256>);

impl Keyed {
    fn new(secret: &[u8; 32], domain: &[u8], account: AccountId) -> Self {
        let mut keyed = Self(Hmac::new_from_slice(secret).expect("HMAC takes a key of any length"));
        keyed.field(domain);
        keyed.field(&account.0.to_be_bytes());
        keyed
    }

    /// Length first, so that no two lists of fields give the same bytes.
    fn field(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn finish(self) -> Mac {
        let whole = self.0.finalize().into_bytes();
        let mut short = Mac::default();
        short.copy_from_slice(&whole[..16]);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Author, PostKind, Span};

    fn post(key: &str, text: &str) -> Post {
        Post {
            key: key.to_owned(),
            url: None,
            author: Author::default(),
            kind: PostKind::Own,
            text: text.to_owned(),
            foreign: Vec::new(),
            published_at: None,
            edited_at: None,
            raw: 0..0,
        }
    }

    #[test]
    fn only_what_was_said_and_by_whom_counts() {
        let secret = [7; 32];
        let a = of(&secret, AccountId(1), &post("k", "kata"));
        let mut moved = post("k", "kata");
        moved.raw = 5..9;
        moved.url = Some("https://example.org/".to_owned());
        assert_eq!(a, of(&secret, AccountId(1), &moved));
        let edited = of(&secret, AccountId(1), &post("k", "kata lain"));
        assert!(edited.key == a.key && edited.content != a.content);
        let mut quoted = post("k", "kata");
        quoted.foreign = vec![Span { start: 0, end: 4 }];
        assert_ne!(of(&secret, AccountId(1), &quoted).content, a.content);
        for other in [
            of(&secret, AccountId(2), &post("k", "kata")),
            of(&[8; 32], AccountId(1), &post("k", "kata")),
        ] {
            assert!(other.key != a.key && other.content != a.content);
        }
    }
}
