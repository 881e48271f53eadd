//! The one place of this room that touches the disk: the TOML files of a rules folder as text.

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
    /// Content.
    pub text: String,
}

impl SourceFile {
    /// Whether the file lies in a `contests` folder.
    pub fn is_contest(&self) -> bool {
        let above = Path::new(&self.path).parent().and_then(Path::file_name);
        above.is_some_and(|name| name == "contests")
    }
}

/// Reads `DIR/*.toml` and `DIR/contests/*.toml`, each in order of name. Hidden files (editors leave them) are passed over; a missing
/// `contests` folder is no fault.
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
    paths.iter().map(|path| read_one(path)).collect()
}

fn toml_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(|e| at(dir, &e))? {
        let path = entry.map_err(|e| at(dir, &e))?.path();
        let hidden = path.file_name().is_none_or(|n| n.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|e| e == "toml") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read_one(path: &Path) -> io::Result<SourceFile> {
    let size = fs::metadata(path).map_err(|e| at(path, &e))?.len();
    if size > LARGEST {
        let too_large = io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {} MiB", LARGEST >> 20),
        );
        return Err(at(path, &too_large));
    }
    Ok(SourceFile {
        path: path.display().to_string(),
        text: fs::read_to_string(path).map_err(|e| at(path, &e))?,
    })
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
