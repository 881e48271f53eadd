//! A public post as a source read it. It lives only until it is judged, unless it is flagged.

use std::ops::Range;

use super::{Millis, Span};

vocabulary! {
    /// What the post is to the account that shows it.
    PostKind {
        /// The account's own words.
        Own = "sendiri",
        /// An answer to another post.
        Reply = "balasan",
        /// Own words (perhaps none) round another's post.
        Quote = "kutipan",
        /// Another's post shown again without own words.
        Repost = "bagikan",
    }
}

vocabulary! {
    /// Whose words a part of a post is, and how they came into it.
    Content {
        /// The account's own, answers too.
        Own = "own",
        /// Another's, inside a post with own words.
        Quote = "quote",
        /// A post shown again without own words.
        Repost = "repost",
        /// The headline or card of a link that is shared.
        Link = "link",
    }
}

vocabulary! {
    /// What a text that is given by itself is said to be: in an example, at the command line.
    #[derive(Default)]
    Given {
        /// The account's own words.
        #[default]
        Own = "own",
        /// An answer.
        Reply = "reply",
        /// Another's post with own words: own above the first blank line, another's below. Without a blank line all is another's,
        /// as in a repost.
        Quote = "quote",
        /// Another's post without own words.
        Repost = "repost",
    }
}

impl Given {
    /// What the post is.
    pub const fn kind(self) -> PostKind {
        match self {
            Self::Own => PostKind::Own,
            Self::Reply => PostKind::Reply,
            Self::Quote => PostKind::Quote,
            Self::Repost => PostKind::Repost,
        }
    }

    /// Which of its words are another's.
    pub fn foreign(self, text: &str) -> Vec<Span> {
        let from = match self {
            Self::Own | Self::Reply => return Vec::new(),
            Self::Quote => behind_blank_line(text),
            Self::Repost => 0,
        };
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        vec![Span {
            start: number(from),
            end: number(text.len()),
        }]
    }
}

/// Where the text goes on behind its first blank line; its beginning if there is none.
fn behind_blank_line(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() && at < text.len() {
            return at;
        }
    }
    0
}

vocabulary! {
    /// Who may read it. Only `Public` leaves an adapter.
    Visibility {
        /// Anyone.
        Public = "public",
        /// Anyone with the link.
        Unlisted = "unlisted",
        /// Followers.
        Private = "private",
        /// Named people.
        Direct = "direct",
    }
}

/// Who wrote the words.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// The platform's stable id or URI of the author; empty when a feed names none.
    pub key: String,
    /// How the platform shows it.
    pub handle: String,
}

/// A public post, not yet judged. Its `Debug` shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct Post {
    /// The post's stable identity on its platform (`uri`, guid …): the same after an edit.
    pub key: String,
    /// The page a person may open; http or https only.
    pub url: Option<String>,
    /// Who wrote it: the account itself, or the author of a repost.
    pub author: Author,
    /// What it is to the account.
    pub kind: PostKind,
    /// Everything readable as plain text: warning, title, body, poll options, image descriptions, card; parts separated by a
    /// blank line.
    pub text: String,
    /// Byte ranges of `text` that are another's words (repost, quoted post, link card), ascending, not overlapping.
    pub foreign: Vec<Span>,
    /// When the platform says it was published; `None` when it says nothing or nonsense.
    pub published_at: Option<Millis>,
    /// When the platform says it was edited.
    pub edited_at: Option<Millis>,
    /// Where in the decoded answer this post stands, in bytes: the only part of an answer that may be kept.
    pub raw: Range<usize>,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post")
            .field("kind", &self.kind)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}
