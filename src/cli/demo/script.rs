//! What the people of the region post, and what happens to some of it while the demo runs.
//!
//! Does: read the data files that are part of the program. Does not: know when it is; ages are relative.
//! Invariant: every handle in the script is one of the region's; a test reads the files.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

use crate::model::Visibility;

const NEUTRAL: &str = include_str!("data/neutral.toml");
const SCRIPTED: &str = include_str!("data/scripted.toml");

/// Everything that is posted.
#[derive(Debug)]
pub struct Script {
    /// Neutral posts by handle, newest first.
    pub neutral: BTreeMap<String, Vec<String>>,
    /// One account's long run of posts, so that its list has pages.
    pub series: Series,
    /// Posts that something happens with.
    pub posts: Vec<Scripted>,
    /// Posts shown again.
    pub shares: Vec<Share>,
    /// What is published while the demo runs.
    pub live: Live,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeutralFile {
    posts: BTreeMap<String, Vec<String>>,
    series: Series,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptedFile {
    post: Vec<Scripted>,
    share: Vec<Share>,
    live: Live,
}

/// A long run of similar posts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Whose.
    pub handle: String,
    /// How many.
    pub count: u32,
    /// Taken in turn.
    pub parts: Vec<String>,
}

/// A post that something happens with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripted {
    /// Name for shares.
    pub id: Option<String>,
    /// Whose.
    pub handle: String,
    /// How long ago.
    pub hours: f64,
    /// Words; in a feed `title :: body`.
    pub text: String,
    /// Who may read it.
    #[serde(default = "public")]
    pub visibility: Visibility,
    /// Content warning.
    pub warning: Option<String>,
    /// Description of an attached picture.
    pub alt: Option<String>,
    /// Poll options.
    #[serde(default)]
    pub poll: Vec<String>,
    /// What should become of it; nothing is said of strangers' posts.
    pub expect: Option<Expect>,
    /// Edited while the demo runs.
    pub edit: Option<Edit>,
    /// Deleted so many seconds after the start.
    pub delete: Option<u64>,
}

/// An edit while the demo runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Seconds after the start.
    pub after: u64,
    /// The new words.
    pub text: String,
    /// What should have become of the post by then.
    pub expect: Expect,
}

/// What the script expects of Netra.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// A case.
    Flag,
    /// Judged, not kept.
    Clear,
    /// Not judged: not public, or its owner opted out.
    Dropped,
    /// Not read: on the host that forbids it.
    Refused,
    /// A case once the busy host answers.
    Later,
}

/// A post shown again by another account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Who shows it.
    pub handle: String,
    /// How long ago.
    pub hours: f64,
    /// The `id` of the post.
    pub of: String,
    /// What should become of it.
    pub expect: Expect,
}

/// Posts published while the demo runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// Seconds between two of them.
    pub every: u64,
    /// Handle and words, in turn.
    pub posts: Vec<(String, String)>,
}

fn public() -> Visibility {
    Visibility::Public
}

impl Script {
    /// Reads the built-in files.
    pub fn load() -> anyhow::Result<Self> {
        let NeutralFile { posts: neutral, series } =
            toml::from_str(NEUTRAL).context("reading the demo's neutral posts")?;
        let ScriptedFile { post, share, live } =
            toml::from_str(SCRIPTED).context("reading the demo's scripted posts")?;
        Ok(Self {
            neutral,
            series,
            posts: post,
            shares: share,
            live,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::region::Region;
    use super::*;

    #[test]
    fn the_script_speaks_only_of_the_region() {
        let region = Region::load().expect("the region");
        let script = Script::load().expect("the script");
        let known = |handle: &String| region.accounts.contains_key(handle) || region.strangers.contains_key(handle);
        for handle in script.neutral.keys() {
            assert!(known(handle), "{handle}");
        }
        for post in &script.posts {
            assert!(known(&post.handle), "{}", post.handle);
        }
        for (handle, _) in &script.live.posts {
            assert!(region.accounts.contains_key(handle), "{handle}");
        }
        for share in &script.shares {
            assert!(known(&share.handle), "{}", share.handle);
            assert!(
                script.posts.iter().any(|post| post.id.as_ref() == Some(&share.of)),
                "{}",
                share.of
            );
        }
        assert!(region.accounts.keys().all(|handle| script.neutral.contains_key(handle)));
    }

    #[test]
    fn neutral_posts_are_by_far_the_most() {
        let script = Script::load().expect("the script");
        let neutral: usize = script.neutral.values().map(Vec::len).sum();
        let flags = script
            .posts
            .iter()
            .filter(|post| post.expect == Some(Expect::Flag))
            .count();
        assert!((12..=24).contains(&flags), "{flags}");
        assert!(neutral + script.series.count as usize > 10 * flags, "{neutral}");
        assert_eq!(script.posts.iter().filter(|post| post.edit.is_some()).count(), 2);
        assert_eq!(script.posts.iter().filter(|post| post.delete.is_some()).count(), 1);
    }
}
