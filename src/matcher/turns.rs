//! Where a sentence turns: what follows is meant in spite of what was said before.
//!
//! Does: find "tapi" and its like, and commas behind which a call of one's own begins. Does not: know what was said before.
//! Invariant: what a candidate is called turns nothing ("Muchlis Tapi Tapi"), or calls for some would be read otherwise than for others;
//! looks at each token a bounded number of times.

use super::called::Ranges;
use crate::text::fold::{Folded, Kind, Token};
use crate::text::lexicon;

/// A sentence, while it is looked through.
#[derive(Default)]
struct Clause {
    sentence: u32,
    /// Somebody's words follow: "menulis", "status", "hoaks".
    says: bool,
    /// A comma with a call behind it.
    opened: Option<u32>,
    /// Where the beginning of the last call ends; with a second one elsewhere it is a list of calls, as prohibitions have.
    called: Option<usize>,
    listed: bool,
}

/// Adds the turns of a text to `turns`, ascending.
pub(super) fn find(text: &str, folded: &Folded, names: Ranges<'_>, turns: &mut Vec<u32>) {
    let word = |at: usize| {
        let form = folded.tokens.get(at).map_or("", |token| folded.form(token));
        lexicon::slang(form).unwrap_or(form)
    };
    let mut here = Clause::default();
    let mut last: Option<&Token> = None;
    for (at, token) in folded.tokens.iter().enumerate() {
        if token.sentence != here.sentence {
            here.end(turns);
            here.sentence = token.sentence;
            last = None;
        }
        if token.kind == Kind::Emoji {
            continue;
        }
        let before = last.replace(token);
        if names.has(at) {
            continue;
        }
        let (previous, this, next) = (at.checked_sub(1).map_or("", word), word(at), word(at + 1));
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        if lexicon::turns(this, next) {
            if !lexicon::goes_on(previous, this, next) {
                here.end(turns);
                turns.push(place);
            }
        } else if let Some(end) = folded.call_opened(at) {
            // "Ayo-ayo", "mari kita", "kami tetap" begin one call.
            here.listed |= here.called.is_some_and(|before| at > before) && !token.echo;
            here.called = Some(end);
            if !here.says && before.is_some_and(|before| is_comma(text, before, token)) {
                here.opened = Some(place);
            }
        } else if lexicon::says(this) && !matches!(previous, "bukan" | "tidak") {
            here.says = true;
        }
    }
    here.end(turns);
}

impl Clause {
    /// Keeps the call that was opened, unless it is one of a list, and begins the next clause.
    fn end(&mut self, turns: &mut Vec<u32>) {
        turns.extend(self.opened.filter(|_| !self.listed));
        *self = Self {
            sentence: self.sentence,
            ..Self::default()
        };
    }
}

/// Whether a comma or semicolon, and no quotation mark, stands between two words; emoji may.
fn is_comma(text: &str, before: &Token, token: &Token) -> bool {
    let gap = text
        .get(before.span.end as usize..token.span.start as usize)
        .unwrap_or("");
    gap.contains([',', ';', '，']) && !gap.contains(['"', '“', '”', '\''])
}

#[cfg(test)]
mod tests {
    use crate::matcher::differential::{SCOPE, judged, matcher};
    use crate::matcher::{Scratch, Text};
    use crate::model::Outcome;

    const RULES: &str = r#"
[[rule]]
id = "S-larang"
title = "Larangan"
category = "penolakan"
level = "rendah"
match = "'dilarang'"
reach = "clause"

[[rule]]
id = "U-coblos"
title = "Ajakan"
category = "ajakan"
match = "near('coblos', @calon, 3)"
unless = ["penolakan"]
"#;

    const CALLED: &str = r#"
[[candidate]]
number = 1
head = { name = "Rumaksi Tapi Tapi" }
deputy = { name = "Dirasani Yansen Tp" }

[[candidate]]
number = 2
head = { name = "Mari Gionawati" }
deputy = { name = "Ajinata Kusumadi" }
acronyms = ["GASPOL"]
slogans = ["gas menang", "Kito Tetap Ayo"]

[[candidate]]
number = 3
head = { name = "Bramasta Wijaya" }
deputy = { name = "Katta Suprobo" }
slogans = ["Kota Semakin Maju"]
"#;

    #[test]
    fn openers_in_a_row_begin_one_call_and_two_calls_are_a_list() {
        for call in [
            "ayo coblos nomor 2",
            "ayo-ayo coblos nomor 2",
            "ayo ayo coblos nomor 2",
            "ayo2 coblos nomor 2",
            "mari kita coblos nomor 2",
            "kami tetap coblos nomor 2",
            "ayo jangan lupa coblos nomor 2",
            "ayo gas coblos nomor 2",
        ] {
            let text = format!("ASN dilarang kampanye, {call}");
            assert_eq!(judged(RULES, CALLED, &text).outcome, Outcome::Flag, "{text}");
        }
        let listed = "ASN dilarang menulis ayo pilih, mari coblos nomor 2, yuk dukung";
        assert_ne!(judged(RULES, CALLED, listed).outcome, Outcome::Flag);
    }

    #[test]
    fn what_candidates_are_called_turns_nothing() {
        for name in [
            "Rumaksi Tapi Tapi",
            "Dirasani Yansen Tp",
            "Mari Gionawati",
            "gas menang",
            "Kito Tetap Ayo",
            "GASPOL 2024",
            "Bramasta Wijaya",
            "Kota Semakin Maju",
        ] {
            for text in [
                format!("ASN dilarang mendukung pasangan, {name} coblos"),
                format!("dilarang memasang stiker {name} coblos besok"),
            ] {
                assert_eq!(judged(RULES, CALLED, &text).outcome, Outcome::Clear, "{text}");
            }
            let text = format!("ASN dilarang kampanye, tapi coblos {name}");
            assert_eq!(judged(RULES, CALLED, &text).outcome, Outcome::Flag, "{text}");
        }
    }

    #[test]
    fn a_call_frees_however_its_first_word_is_written() {
        let judged = |opener: &str| {
            let text = format!("ASN dilarang kampanye di sini, {opener} coblos nomor 2");
            judged(RULES, CALLED, &text).outcome
        };
        for opener in [
            "ayo",
            "yuks",
            "monggo",
            "AYYOOO",
            "4yo",
            "y0k",
            "a.y.o",
            "m4ri",
            "GASSSS",
            "j4ngan lupaaa",
            "ojo kliru",
        ] {
            assert_eq!(judged(opener), Outcome::Flag, "{opener}");
        }
        for other in ["juga", "4 orang", "jangan", "gagas"] {
            assert_eq!(judged(other), Outcome::Clear, "{other}");
        }
    }

    #[test]
    fn names_of_one_text_are_none_of_the_next() {
        let (matcher, mut scratch) = (matcher(RULES, CALLED), Scratch::default());
        for (text, outcome) in [
            (
                "ASN dilarang mendukung pasangan, Rumaksi Tapi Tapi coblos",
                Outcome::Clear,
            ),
            ("ASN dilarang kampanye di sini, ayo coblos nomor 2", Outcome::Flag),
        ] {
            let judged = matcher.judge(&Text::plain(text), &SCOPE, &mut scratch);
            assert_eq!(judged.outcome, outcome, "{text}");
        }
    }
}
