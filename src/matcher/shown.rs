//! The words of a hit as they are shown: spans of the original text.
//!
//! Does: put spans in order, join those that overlap, keep the first ones. Does not: know what they are spans of.
//! Invariant: ascending, without overlaps, at most [`MOST`]; the same whatever order they came in.

use crate::model::Span;

/// A hit names at most so many places; the first ones are enough to see what it is about.
const MOST: usize = 64;

/// So many are kept while they are gathered. A post that repeats itself may have a hundred thousand.
const ROOM: usize = 4 * MOST;

/// Adds spans to those there are: in order, without overlaps, no more of them than are shown.
pub(super) fn gather(spans: impl Iterator<Item = Span> + Clone, out: &mut Vec<Span>) {
    let at = out.len();
    let mut beyond = u32::MAX;
    for span in spans.clone() {
        if span.start >= beyond {
            continue;
        }
        out.push(span);
        if out.len() - at >= 2 * ROOM {
            join(out, at);
            // What begins behind so many is not shown, unless they are joined yet.
            if let Some(last) = out.get(at + ROOM - 1) {
                beyond = beyond.min(last.end);
            }
            out.truncate(at + ROOM);
        }
    }
    join(out, at);
    let enough = out.get(at + MOST - 1).is_some_and(|last| last.end <= beyond);
    if beyond != u32::MAX && !enough {
        out.truncate(at);
        out.extend(spans);
        join(out, at);
    }
    out.truncate(at + MOST);
}

/// Puts the spans from `at` on in order; those that overlap become one.
fn join(spans: &mut Vec<Span>, at: usize) {
    spans[at..].sort_unstable();
    let mut kept = at;
    for i in at..spans.len() {
        let span = spans[i];
        if kept > at && span.start < spans[kept - 1].end {
            spans[kept - 1].end = spans[kept - 1].end.max(span.end);
        } else {
            spans[kept] = span;
            kept += 1;
        }
    }
    spans.truncate(kept);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans() -> impl Strategy<Value = Vec<Span>> {
        let span = |far: u32, long: u32| {
            (0..far, 1..=long).prop_map(|(start, len)| Span {
                start,
                end: start + len,
            })
        };
        let many = |far, long| prop::collection::vec(span(far, long), 0..3_000);
        // Scattered, dense, and few that join what was kept.
        (
            many(100_000, 8),
            many(3_000, 2),
            prop::collection::vec(span(2_000, 2_000), 0..3),
        )
            .prop_map(|(scattered, dense, wide)| [scattered, dense, wide].concat())
    }

    proptest! {
        #[test]
        fn gathering_keeps_what_sorting_all_would(spans in spans(), in_order in any::<bool>(), before in 0..3usize) {
            let mut spans = spans;
            if in_order {
                spans.sort_unstable();
            }
            let mut plainly = spans.clone();
            join(&mut plainly, 0);
            plainly.truncate(MOST);
            let mut gathered = vec![Span { start: 7, end: 9 }; before];
            gather(spans.iter().copied(), &mut gathered);
            prop_assert_eq!(&gathered[before..], plainly);
        }
    }
}
