//! SHA-256 and its hexadecimal form.

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// The SHA-256 of some bytes as `sha256sum` prints it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// The bytes of a hexadecimal text of exactly `N` bytes; either case.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.as_bytes();
    if text.len() != N * 2 {
        return None;
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (char::from(pair[0]).to_digit(16)?, char::from(pair[1]).to_digit(16)?);
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(out)
}

/// A digest over several fields: each goes in with its length, so that no two lists of fields give the same bytes.
#[derive(Clone)]
pub struct Fields(Sha256);

impl Fields {
    /// Starts with what the fields are of, so that two kinds of record never give the same digest.
    pub fn new(domain: &str) -> Self {
        Self(Sha256::new()).bytes(domain.as_bytes())
    }

    /// Adds bytes.
    #[must_use]
    pub fn bytes(mut self, field: &[u8]) -> Self {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
        self
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// Adds a number.
    #[must_use]
    pub fn number(self, field: i64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    /// Adds a text that may be absent; absent differs from empty.
    #[must_use]
    pub fn maybe(self, field: Option<&str>) -> Self {
        match field {
            Some(field) => self.number(1).text(field),
            None => self.number(0),
        }
    }

    /// Adds a number that may be absent.
    #[must_use]
    pub fn maybe_number(self, field: Option<i64>) -> Self {
        match field {
            Some(field) => self.number(1).number(field),
            None => self.number(0),
        }
    }

    /// The digest.
    pub fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_what_sha256sum_prints() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn hex_goes_there_and_back() {
        let bytes = [0, 1, 0x7f, 0x80, 0xff];
        assert_eq!(unhex::<5>(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex::<5>("0001"), None);
        assert_eq!(unhex::<1>("g0"), None);
        assert_eq!(unhex::<1>("é"), None);
    }

    #[test]
    fn moving_a_byte_between_fields_changes_the_digest() {
        let one = Fields::new("t").text("ab").text("c").finish();
        let other = Fields::new("t").text("a").text("bc").finish();
        assert_ne!(one, other);
        assert_ne!(
            Fields::new("t").maybe(None).finish(),
            Fields::new("t").maybe(Some("")).finish()
        );
    }
}
