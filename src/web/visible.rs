//! Makes what the eye cannot see visible: control characters, direction overrides, zero-width characters.
//!
//! Does: split text into plain runs and named signs. Does not: escape HTML (askama does) or change any visible character.
//! Invariant: line feed and tab stay; every other control, format or private direction character becomes a sign; nothing else
//! is lost.

/// A piece of text for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Plain(&'a str),
    /// A character that would not be seen.
    Sign {
        /// What is shown instead.
        shown: String,
        /// What it is, for a tooltip and screen readers.
        name: String,
    },
}

/// Splits `text`.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut plain = 0;
    let mut before = '\0';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or('\0', |&(_, next)| next);
        let carriage_return_of_a_line_break = c == '\r' && after == '\n';
        if carriage_return_of_a_line_break || !is_hidden(c, before, after) {
            before = c;
            continue;
        }
        if plain < at {
            out.push(Piece::Plain(&text[plain..at]));
        }
        out.push(sign(c));
        plain = at + c.len_utf8();
        before = c;
    }
    if plain < text.len() {
        out.push(Piece::Plain(&text[plain..]));
    }
    out
}

/// The same as one string with the signs in brackets, for places without markup.
pub fn flat(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Plain(p) => p.to_owned(),
            Piece::Sign { shown, .. } => format!("‹{shown}›"),
        })
        .collect()
}

fn is_hidden(c: char, before: char, after: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{200d}' => !(is_pictorial(before) && is_pictorial(after)), // joins parts of one emoji
        '\u{00ad}'
        | '\u{061c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{3164}' => true,
        '\u{e0000}'..='\u{e007f}' => !is_pictorial(before) && !matches!(before, '\u{e0020}'..='\u{e007f}'),
        _ => c.is_control(),
    }
}

const fn is_pictorial(c: char) -> bool {
    matches!(c, '\u{203c}'..='\u{3299}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

fn sign(c: char) -> Piece<'static> {
    let code = u32::from(c);
    let (shown, word) = match c {
        '\0'..='\x1f' => (CONTROLS[code as usize].to_owned(), "karakter kendali"),
        '\x7f' => ("DEL".to_owned(), "karakter kendali"),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => {
            (direction(c).to_owned(), "pengubah arah tulisan")
        }
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' => ("·".to_owned(), "karakter tanpa lebar"),
        _ => (format!("{code:04X}"), "karakter tak terlihat"),
    };
    Piece::Sign {
        shown,
        name: format!("{word} U+{code:04X}"),
    }
}

/// Names of the control characters 0 to 31: letters that every font has.
const CONTROLS: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI", "DLE",
    "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
];

const fn direction(c: char) -> &'static str {
    match c {
        '\u{202a}' => "LRE",
        '\u{202b}' => "RLE",
        '\u{202c}' => "PDF",
        '\u{202d}' => "LRO",
        '\u{202e}' => "RLO",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        '\u{200e}' => "LRM",
        '\u{200f}' => "RLM",
        _ => "ALM",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_be_seen_becomes_a_sign() {
        assert_eq!(flat("a\u{202e}b\0c\u{200b}d\x7f"), "a‹RLO›b‹NUL›c‹·›d‹DEL›");
        assert_eq!(flat("\u{85}\u{2028}"), "‹0085›‹2028›");
    }

    #[test]
    fn line_breaks_tabs_and_joined_emoji_stay() {
        let text = "satu\n\tdua\r\n👩‍🏫 ❤️";
        assert_eq!(flat(text), text);
        assert_eq!(flat("co\u{200d}blos"), "co‹·›blos");
    }

    proptest! {
        #[test]
        fn no_direction_override_survives(text in ".*") {
            let overrides = ['\u{202a}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\0'];
            prop_assert!(!flat(&text).contains(overrides), "an override survived");
        }

        #[test]
        fn plain_runs_are_all_there_in_order(text in ".*") {
            let plain: String = pieces(&text).into_iter().filter_map(|p| match p { Piece::Plain(p) => Some(p), Piece::Sign { .. } => None }).collect();
            let seen: String = text.chars().filter(|c| plain.contains(*c)).collect();
            prop_assert!(plain.len() <= text.len() && seen.len() >= plain.len());
        }
    }
}
