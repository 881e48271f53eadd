//! The one place of this room that touches the disk: the TOML files of a rules folder as text.
//!
//! Does: find the files, and say of one that is no text why. Does not: read TOML.
//! Invariant: every `*.toml` of the folder is among what is given, readable or not, so that no rule goes missing unsaid.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// No honest pack is larger; a larger file is refused before it is read.
const LARGEST: u64 = 16 << 20;
/// More files than all contests of a national election day and every pack beside them.
const MOST_FILES: usize = 5_000;

/// A rules file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path as people know it; the folder `contests` just above the file makes it a contest.
    pub path: String,
    /// Content; of a file that is no text, what can be shown of it.
    pub text: String,
    /// Why it is no text.
    pub unread: Option<Unread>,
}

/// Why a file cannot be read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong.
    pub why: String,
    /// Byte of [`SourceFile::text`] at which it shows.
    pub at: usize,
    /// What to do, where that is known.
    pub help: Option<&'static str>,
}

impl SourceFile {
    /// A file that holds this text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            unread: None,
        }
    }

    /// A file of these bytes, which should be UTF-8.
    pub fn decoded(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0) {
            let help = Some("editors offer the encoding when saving; choose UTF-8");
            return Self::new(path, "").but("it holds zero bytes: saved as UTF-16, or no text at all", 0, help);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(path, text),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let wrong = error.as_bytes().get(at).copied().unwrap_or_default();
                let help = Some("it may have been saved in an older encoding; save it as UTF-8");
                let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Self::new(path, shown).but(&format!("byte {wrong:02X} is no part of UTF-8"), at, help)
            }
        }
    }

    fn but(self, why: &str, at: usize, help: Option<&'static str>) -> Self {
        Self {
            unread: Some(Unread {
                why: why.to_owned(),
                at,
                help,
            }),
            ..self
        }
    }

    /// Whether the file lies in a `contests` folder.
    pub fn is_contest(&self) -> bool {
        let above = Path::new(&self.path).parent().and_then(Path::file_name);
        above.is_some_and(|name| name == "contests")
    }
}

/// Reads `DIR/*.toml` and `DIR/contests/*.toml`, each in order of name. Hidden files (editors leave them) and folders are passed
/// over; a missing `contests` folder is no fault.
pub fn read(dir: &Path) -> io::Result<Vec<SourceFile>> {
    let mut paths = toml_files(dir)?;
    let contests = dir.join("contests");
    if contests.is_dir() {
        paths.extend(toml_files(&contests)?);
    }
    if paths.len() > MOST_FILES {
        return Err(io::Error::other(format!(
            "{}: more than {MOST_FILES} rule files",
            dir.display()
        )));
    }
    Ok(paths.iter().map(|path| read_one(path)).collect())
}

fn toml_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|e| at(dir, &e))? {
        let path = entry.map_err(|e| at(dir, &e))?.path();
        let hidden = path.file_name().is_none_or(|n| n.to_string_lossy().starts_with('.'));
        let toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        if !hidden && toml && !path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read_one(path: &Path) -> SourceFile {
    let name = path.display().to_string();
    let refused = |why: &str| SourceFile::new(name.as_str(), "").but(why, 0, None);
    let bytes = match fs::metadata(path) {
        Ok(about) if !about.is_file() => return refused("it is no file"),
        Ok(about) if about.len() > LARGEST => {
            return refused(&format!("it is larger than {} MiB", LARGEST >> 20));
        }
        Ok(_) => fs::read(path),
        Err(error) => Err(error),
    };
    match bytes {
        Ok(bytes) => SourceFile::decoded(name, bytes),
        Err(error) => refused(&error.to_string()),
    }
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_there_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        put("a-utf16.toml", b"\xff\xfe[\0p\0");
        put("b-latin.toml", b"[pack]\nid = \"caf\xe9\"\n");
        put("C.TOML", b"[pack]");
        put(".hidden.toml", b"");
        std::os::unix::fs::symlink("nowhere", folder.path().join("d-dangling.toml")).unwrap();
        fs::create_dir(folder.path().join("folder.toml")).unwrap();
        let files = read(folder.path()).unwrap();
        let why = |name: &str| {
            let file = files.iter().find(|file| file.path.ends_with(name)).expect(name);
            file.unread.as_ref().map(|unread| (unread.why.as_str(), unread.at))
        };
        assert_eq!(files.len(), 4, "{files:?}");
        assert_eq!(why("C.TOML"), None);
        assert!(why("a-utf16.toml").unwrap().0.contains("UTF-16"));
        assert_eq!(why("b-latin.toml").unwrap(), ("byte E9 is no part of UTF-8", 16));
        assert!(why("d-dangling.toml").unwrap().0.contains("No such file"));
    }
}
