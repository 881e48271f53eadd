//! Letters with emoji between them: `co🔥blos`, `c🔥o🔥b🔥l🔥o🔥s`.
//!
//! Does: where letters stand right before emoji and right behind them, read both together, beside the tokens as they are. Does not: take
//! an emoji for a letter, drop one.
//! Invariant: goes back over a bounded number of tokens, and the joint reading covers whole tokens of one sentence.

use super::{Folder, Join, Kind, MAX_FORM, Place};

/// So many tokens are gone back over, emoji among them: a word of twelve letters with an emoji behind each.
const MOST: usize = 24;

impl Folder<'_, '_> {
    /// Goes on behind emoji that end at `end`, whose token was added last; gives where it came to.
    pub(super) fn behind_emoji(&mut self, end: usize) -> usize {
        if !self.letter_at(end) || self.link_end(end).is_some() {
            return end;
        }
        let tokens = &self.out.tokens;
        let glued = |at: &usize| {
            let (this, next) = (&tokens[*at], &tokens[*at + 1]);
            let letters = this.kind == Kind::Word && !this.tag;
            (letters || this.kind == Kind::Emoji) && this.span.end == next.span.start && this.sentence == next.sentence
        };
        let emoji = tokens.len() - 1;
        let is_word = |at: &usize| tokens[*at].kind == Kind::Word;
        let mut back = (0..emoji).rev().take(MOST).take_while(glued).filter(is_word);
        let Some(nearest) = back.next() else { return end };
        let furthest = back.last();
        let to = self.run(end, Place::Text);
        for first in furthest.into_iter().chain([nearest]) {
            self.glue(first);
        }
        to
    }

    /// The letters from a token on, read together.
    fn glue(&mut self, first: usize) {
        let from = self.out.forms.len();
        for at in first..self.out.tokens.len() {
            let token = self.out.tokens[at];
            if token.kind == Kind::Word {
                let form = token.at as usize;
                self.out.forms.extend_from_within(form..form + usize::from(token.len));
            }
        }
        if self.out.forms.len() - from <= MAX_FORM {
            self.push_edge(first, from, Join::Written);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold;

    fn joint(text: &str) -> Vec<String> {
        let folded = fold(text);
        folded
            .edges
            .iter()
            .map(|edge| folded.edge_form(edge).to_owned())
            .collect()
    }

    #[test]
    fn letters_on_both_sides_of_emoji_are_also_read_together() {
        assert_eq!(joint("co🔥blos"), ["coblos"]);
        assert_eq!(joint("CO🔥❤️BLOS nomor 2"), ["coblos"]);
        assert_eq!(joint("c🔥o🔥b🔥l🔥o🔥s").last().map(String::as_str), Some("os"));
        assert!(joint("c🔥o🔥b🔥l🔥o🔥s").contains(&"coblos".to_owned()));
        assert_eq!(fold("co🔥blos").plain(), "co 🔥 blos", "the tokens stay as they are");
    }

    #[test]
    fn emoji_between_words_and_sentences_join_nothing() {
        for text in [
            "co 🔥blos",
            "co🔥 blos",
            "co!🔥blos",
            "🔥blos",
            "co🔥",
            "2🔥blos",
            "co🔥2",
            "#co🔥blos",
            "co🔥https://a.id",
        ] {
            assert_eq!(joint(text).iter().find(|form| *form == "coblos"), None, "{text}");
        }
    }
}
