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
