//! Why a poll ended without a good end, as a short code and as what the schedule makes of it.

use crate::crawl::fetch;
use crate::crawl::schedule::Failure;
use crate::{source, store};

/// Why a poll ended without a good end.
pub(super) enum End {
    Fetch(fetch::Error),
    Source(source::Error),
    /// The daemon is stopping.
    Stopped,
    /// The parser or the matcher fell over.
    Panic,
    Store(store::Error),
}

impl From<fetch::Error> for End {
    fn from(error: fetch::Error) -> Self {
        Self::Fetch(error)
    }
}

impl From<source::Error> for End {
    fn from(error: source::Error) -> Self {
        Self::Source(error)
    }
}

impl From<store::Error> for End {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<tokio::task::JoinError> for End {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::Panic // blocking work is never cancelled once it runs
    }
}

pub(super) fn source_failure(error: &source::Error) -> Failure {
    match error {
        source::Error::Unreadable(_) | source::Error::Bridge | source::Error::Parser => Failure::Passing,
        source::Error::Handle(_) | source::Error::OptedOut | source::Error::Suspended | source::Error::Identity => {
            Failure::Closed
        }
    }
}

pub(super) fn source_outcome(error: &source::Error) -> String {
    match error {
        source::Error::OptedOut | source::Error::Suspended | source::Error::Identity => error.code().to_owned(),
        _ => format!("error:{}", error.code()),
    }
}

pub(super) fn fetch_outcome(error: &fetch::Error) -> String {
    use fetch::Error as E;
    match error {
        E::Robots | E::RobotsUnknown | E::RateLimited { .. } | E::Busy | E::Closed(_) | E::NotFound | E::Gone => {
            error.code().to_owned()
        }
        _ => format!("error:{}", error.code()),
    }
}
