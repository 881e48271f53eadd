//! The installation's two keys: one signs the record, one keys the fingerprints. Files of 64 hex digits, mode 0600.
//!
//! Does: find them (credentials folder first, then `data_dir`), make them at the first start. Does not: keep copies.
//! Invariant: an existing key is never overwritten; a key never appears in a log or an error.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use ed25519_dalek::SigningKey;
use secrecy::{ExposeSecret as _, SecretBox};

use crate::config::Config;

/// 32 secret bytes.
pub type Key = SecretBox<[u8; 32]>;

/// The key that signs the record.
pub fn record(config: &Config) -> anyhow::Result<SigningKey> {
    let key = load_or_create(&path(config, &config.record_key))?;
    Ok(SigningKey::from_bytes(key.expose_secret()))
}

/// The key of the fingerprints.
pub fn fingerprint(config: &Config) -> anyhow::Result<Key> {
    load_or_create(&path(config, &config.fingerprint_key))
}

/// Where a secret of this name is.
pub fn path(config: &Config, name: &Path) -> PathBuf {
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
    config.secret_path(credentials.as_deref(), name)
}

/// Reads a key file; makes one when there is none.
pub fn load_or_create(path: &Path) -> anyhow::Result<Key> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).with_context(|| format!("reading key `{}`", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => create(path),
        Err(error) => Err(error).with_context(|| format!("reading key `{}`", path.display())),
    }
}

fn create(path: &Path) -> anyhow::Result<Key> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).context("asking the system for random bytes")?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(folder) = path.parent() {
        super::database::own_folder(folder)?;
    }
    // `create_new` so that two programs starting at once cannot each believe in their own key.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            writeln!(file, "{hex}")
                .and_then(|()| file.sync_all())
                .with_context(|| format!("writing key `{}`", path.display()))?;
            Ok(SecretBox::new(Box::new(bytes)))
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => load_or_create(path),
        Err(error) => Err(error).with_context(|| format!("making key `{}`", path.display())),
    }
}

fn parse(text: &str) -> anyhow::Result<Key> {
    let hex = text.trim().as_bytes();
    ensure!(
        hex.len() == 64,
        "a key is 64 hex digits, this file has {} characters",
        hex.len()
    );
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        let digits = std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let Some(value) = digits else {
            bail!("a key is 64 hex digits, this file has other characters")
        };
        *byte = value;
    }
    Ok(SecretBox::new(Box::new(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/record.key");
        let first = load_or_create(&path).expect("made");
        let second = load_or_create(&path).expect("read");
        assert_eq!(first.expose_secret(), second.expose_secret());
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_broken_key_is_refused_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("k");
        std::fs::write(&path, "zz").expect("written");
        assert!(load_or_create(&path).is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("still there"), "zz");
    }
}
