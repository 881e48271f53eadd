//! Where a call of one's own begins, however its first words are written.
//!
//! Does: read a token, and the tokens that may be read as one, in every way ("4yo", "AYYOOO", "y.u.k"), and ask the word list whether
//! that opens a call. Does not: know what is called for, or whose words they are.
//! Invariant: of each token a bounded number of readings is looked at; of what is no opener those of the token alone.

use super::{Folded, Kind};
use crate::text::{lexicon, reading};

impl Folded {
    /// The token behind the word that begins with this token, if a call of one's own may begin with it.
    pub fn call_opened(&self, at: usize) -> Option<usize> {
        self.spelled_from(at).find_map(|(form, end)| {
            let mut opens = false;
            reading::each(form, Kind::Word, &mut |word, _| {
                let after = lexicon::opens_call(word);
                opens = opens || after.is_some_and(|after| after.is_empty() || self.goes_on(end, after));
            });
            opens.then_some(end)
        })
    }

    /// Whether one of these words stands at a token, or behind the emoji there.
    fn goes_on(&self, at: usize, words: &[String]) -> bool {
        let emoji = self.tokens.get(at..).unwrap_or_default().iter();
        let at = at + emoji.take_while(|token| token.kind == Kind::Emoji).count();
        self.spelled_from(at).any(|(form, _)| {
            let mut is = false;
            reading::each(form, Kind::Word, &mut |word, _| {
                is = is || words.iter().any(|one| one == word);
            });
            is
        })
    }

    /// What is written at a token: itself, then what it is with the tokens behind it; each with where it ends. A number with letters is
    /// a word too: "4yo".
    fn spelled_from(&self, at: usize) -> impl Iterator<Item = (&str, usize)> {
        let token = self.tokens.get(at).filter(|token| match token.kind {
            Kind::Word => true,
            Kind::Number => self.form(token).bytes().any(|b| b.is_ascii_lowercase()),
            Kind::Emoji | Kind::Link => false,
        });
        let alone = token.map(|token| (self.form(token), at + 1));
        let first = self.edges.partition_point(|edge| (edge.from as usize) < at);
        let edges = self.edges[first..]
            .iter()
            .take_while(move |edge| edge.from as usize == at);
        alone
            .into_iter()
            .chain(edges.map(|edge| (self.edge_form(edge), edge.to as usize)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_opened_however_its_word_is_written() {
        let opened = |text: &str| {
            let mut folded = Folded::default();
            folded.fold(text);
            folded.call_opened(0)
        };
        for text in [
            "ayo",
            "AYOOO",
            "AYYOOO",
            "4yo",
            "ay0",
            "аyо",
            "a.y.o",
            "yuk",
            "yuuuks",
            "y0k",
            "y*k",
            "hayuk",
            "kuy",
            "monggo",
            "m4r1",
            "GASSS",
            "g4skeun",
            "jgn lupa",
            "j4ngan luupaa",
            "ojo lali",
            "ojo kliru",
            "jangan 🙏 salah",
            "gue dkung",
            "ttp",
        ] {
            assert!(opened(text).is_some(), "{text}");
        }
        for text in [
            "",
            "jangan",
            "jangan coblos",
            "saya lupa",
            "4 orang",
            "10rb",
            "suara rakyat",
            "gagas",
            "🔥 ayo",
            "ayoo.id",
        ] {
            assert_eq!(opened(text), None, "{text}");
        }
        assert_eq!(opened("a.y.o coblos"), Some(3), "it ends behind its last letter");
    }
}
