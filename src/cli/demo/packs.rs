//! The packs that Netra ships, inside the program, so that the demo needs no file beside it.
//!
//! Invariant: this list is the folder `rules/`; a test compares the two.

macro_rules! packs {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("../../../rules/", $name)))),+] };
}

/// File name and text of each pack, in the order of names.
pub const PACKS: &[(&str, &str)] = packs![
    "ajakan.toml",
    "atribut.toml",
    "dukungan.toml",
    "fasilitas.toml",
    "hoaks.toml",
    "intimidasi.toml",
    "julukan.toml",
    "klaim.toml",
    "kode.toml",
    "kosakata.toml",
    "norma.toml",
    "penerangan.toml",
    "peredam.toml",
    "politik-uang.toml",
    "ragam.toml",
    "sara.toml",
    "serangan.toml",
    "tanpa-nama.toml",
    "ungkapan.toml",
    "warga.toml",
];

#[cfg(test)]
mod tests {
    use super::PACKS;

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of packs")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .into_string()
                    .expect("a plain name")
            })
            .filter(|name| std::path::Path::new(name).extension().is_some_and(|end| end == "toml"))
            .collect();
        there.sort();
        let listed: Vec<&str> = PACKS.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, there, "list every pack, in the order of names");
    }
}
