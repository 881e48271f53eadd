//! Files of texts as people keep them: plain or `.gz`.
//!
//! Invariant: a packed file gives at most `MOST` bytes, then an error; nothing is held in memory but a window. A file that is
//! no sound gzip is `InvalidData`, so that it can be told from a disk that fails.

use std::io::{self, ErrorKind, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

/// A few hundred days of a nation's posts; a bomb goes on for ever.
const MOST: u64 = 4 << 30;

/// Whether a file is named as packed.
fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
}

/// What the file holds by its name, in small letters: `jsonl` of `a.jsonl` and of `a.jsonl.gz`.
pub fn ending(path: &Path) -> String {
    let inner = path
        .file_stem()
        .map(Path::new)
        .filter(|_| is_packed(path))
        .unwrap_or(path);
    let ending = inner.extension().and_then(|ending| ending.to_str());
    ending.unwrap_or_default().to_ascii_lowercase()
}

/// The content of a file, unpacked when its name ends in `.gz`.
pub fn reader<'a>(path: &Path, file: impl Read + Send + 'a) -> Box<dyn Read + Send + 'a> {
    if is_packed(path) {
        Box::new(Bounded {
            inner: MultiGzDecoder::new(io::BufReader::new(file)),
            left: MOST,
        })
    } else {
        Box::new(file)
    }
}

struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => io::Error::new(
                ErrorKind::InvalidData,
                format!("cannot be unpacked as gzip: {error}; pack or fetch the file anew"),
            ),
            _ => error,
        })?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            let what = format!(
                "unpacks to more than {} GiB; unpack it first if that is meant",
                MOST >> 30
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, what));
        };
        self.left = left;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn the_ending_is_that_of_the_content() {
        for (name, wanted) in [
            ("a.jsonl.gz", "jsonl"),
            ("a.TSV", "tsv"),
            ("a.txt.GZ", "txt"),
            ("a.gz", ""),
            ("a", ""),
        ] {
            assert_eq!(ending(Path::new(name)), wanted, "{name}");
        }
    }

    #[test]
    fn members_follow_one_another_and_a_bomb_is_refused() {
        let packed = |text: &[u8]| {
            let mut out = GzEncoder::new(Vec::new(), Compression::fast());
            out.write_all(text).expect("memory");
            out.finish().expect("memory")
        };
        let two = [packed(b"satu\n"), packed(b"dua\n")].concat();
        let mut text = String::new();
        reader(Path::new("a.gz"), two.as_slice())
            .read_to_string(&mut text)
            .expect("sound");
        assert_eq!(text, "satu\ndua\n");
        let mut small = Bounded {
            inner: MultiGzDecoder::new(two.as_slice()),
            left: 6,
        };
        let error = small.read_to_end(&mut Vec::new()).expect_err("more than it may");
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    }
}
