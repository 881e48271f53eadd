//! Later looks at the posts of cases: does it still stand?
//!
//! Does: ask for the post's own page by a plain request and read its status; look less and less often. Does not: read the
//! page, or conclude anything from a failure; two answers "gone" far enough apart make a deletion, and the store judges that.
//! Invariant: 401, 429, 5xx, a closed robots.txt, a redirect to the front page and every fault of the network are *unknown*.

use std::time::Duration;

use super::Crawler;
use super::fetch::Body;
use super::gate::Manners;
use crate::model::{Millis, Outlook};
use crate::source::{self, Sight};
use crate::store::{self, Look, LookAnswer, Recheck};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Ages of a case at which its post is looked at.
const AGES: [Duration; 5] = [
    HOUR,
    Duration::from_hours(6),
    DAY,
    Duration::from_hours(7 * 24),
    Duration::from_hours(30 * 24),
];

/// After the last of [`AGES`], and for how long.
const LATER: Duration = Duration::from_hours(30 * 24);
const LAST: Duration = Duration::from_hours(365 * 24);

/// After a look that failed.
const RETRY: Duration = Duration::from_hours(3);

/// Looks once at a post and records what it showed.
pub(super) async fn look(crawler: &Crawler, case: Recheck) -> store::Result<Outlook> {
    let (answer, how) = ask(crawler, &case).await;
    let at = crawler.now();
    let confirm_after = crawler.settings.confirm_gone_after;
    let look = Look {
        case: case.case,
        at,
        answer,
        how,
        confirm_after,
        next_at: next(&case, answer, at, confirm_after),
    };
    let outlook = crawler.store.record_look(&look).await?;
    metrics::counter!("netra_looks_total", "outlook" => outlook.as_str()).increment(1);
    Ok(outlook)
}

async fn ask(crawler: &Crawler, case: &Recheck) -> (LookAnswer, String) {
    let Some(source) = source::of(case.account.platform) else {
        return (LookAnswer::Failed, "no-adapter".to_owned());
    };
    let Some(ask) = source.probe(&case.key, case.url.as_deref()) else {
        return (LookAnswer::Failed, "no-address".to_owned());
    };
    let manners = Manners {
        consent: case.account.consent.is_some(),
        ..Manners::default()
    };
    match crawler.gate.get(&ask, &manners, Body::Skip).await {
        Err(error) => (LookAnswer::Failed, error.code().to_owned()),
        Ok(fetched) if fetched.url.path() == "/" && ask.url.path() != "/" => {
            (LookAnswer::Failed, "front-page".to_owned())
        }
        Ok(fetched) => {
            let status = fetched.response.status;
            let answer = match source.sight(status) {
                Sight::Online => LookAnswer::There,
                Sight::Gone => LookAnswer::Gone,
                Sight::Unknown => LookAnswer::Failed,
            };
            (answer, format!("http-{status}"))
        }
    }
}

/// When to look again; `None` = never.
fn next(case: &Recheck, answer: LookAnswer, now: Millis, confirm_after: Duration) -> Option<Millis> {
    let age = now.since(case.detected_at);
    if age > LAST {
        return None;
    }
    let planned = AGES
        .iter()
        .find(|step| **step > age)
        .map_or_else(|| now.plus(LATER), |step| case.detected_at.plus(*step));
    Some(match answer {
        // Not sure yet: once more, as soon as it can make sure.
        LookAnswer::Gone if case.outlook != Outlook::Gone => now.plus(confirm_after),
        LookAnswer::Failed => now.plus(RETRY).max(planned.min(now.plus(DAY))),
        LookAnswer::There | LookAnswer::Gone => planned.max(now.plus(HOUR)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, CaseId, Platform};

    fn case(outlook: Outlook) -> Recheck {
        Recheck {
            case: CaseId(1),
            account: Account::declared(Platform::Feed, ""),
            key: String::new(),
            url: None,
            outlook,
            detected_at: Millis(0),
            last_look_at: None,
        }
    }

    fn hours(outlook: Outlook, answer: LookAnswer, age_hours: u64) -> Option<i64> {
        let now = Millis(0).plus(HOUR * u32::try_from(age_hours).unwrap());
        next(&case(outlook), answer, now, HOUR).map(|at| (at.0 - now.0) / 3_600_000)
    }

    #[test]
    fn looks_become_rarer_and_end() {
        let there = |age| hours(Outlook::Online, LookAnswer::There, age);
        assert_eq!(there(1), Some(5));
        assert_eq!(there(6), Some(18));
        assert_eq!(there(24), Some(6 * 24));
        assert_eq!(there(7 * 24), Some(23 * 24));
        assert_eq!(there(30 * 24), Some(30 * 24));
        assert_eq!(there(366 * 24), None);
    }

    #[test]
    fn a_first_gone_is_made_sure_soon_and_a_failure_retried() {
        assert_eq!(hours(Outlook::Online, LookAnswer::Gone, 24), Some(1));
        assert_eq!(hours(Outlook::Gone, LookAnswer::Gone, 24), Some(6 * 24));
        assert_eq!(hours(Outlook::Online, LookAnswer::Failed, 24), Some(24));
        assert_eq!(hours(Outlook::Online, LookAnswer::Failed, 1), Some(5));
    }
}
