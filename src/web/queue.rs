//! The queue: what waits for a person, gravest first, then oldest.
//!
//! Does: filter, page by the last row seen (so that decisions taken meanwhile skip nothing), cover harsh snippets. Does not:
//! show cases of the reader's own unit (the store leaves them out), or call an empty queue clean.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::model::{CaseId, CaseState, Level, Millis, UnitId};
use crate::store::queue::{QueueFilter, QueueRow};

use super::chrome::{Chrome, page};
use super::error::Error;
use super::guard::{Right, Visitor, allows};
use super::marked::{Window, window};
use super::settings::{Desk, RulesView};
use super::visible::{self, Piece};
use super::words::{self, Badge};
use super::{accounts, moment};

/// Bytes of a snippet: about three lines.
const SNIPPET: usize = 240;

#[derive(Template)]
#[template(path = "queue.html", config = "src/web/askama.toml")]
#[expect(clippy::struct_excessive_bools, reason = "a template's switches, not a state")]
struct QueuePage<'a> {
    chrome: Chrome,
    summary: String,
    done: Option<i64>,
    selects: Vec<Select>,
    filtered: bool,
    open: bool,
    covered: bool,
    toggle: String,
    rows: Vec<Row<'a>>,
    coverage: String,
    may_coverage: bool,
    first: bool,
    start: String,
    next: Option<String>,
}

struct Select {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Row<'a> {
    id: i64,
    link: String,
    level: Badge,
    state: &'static str,
    title: String,
    window: Window<'a>,
    closed: bool,
    meta: String,
    machine: String,
    local: String,
    age: String,
    clock: Option<String>,
    late: bool,
    held: Option<String>,
}

/// What the address asks for; what it does not understand it leaves out.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    keadaan: String,
    #[serde(default)]
    tingkat: String,
    #[serde(default)]
    pemilihan: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    tabir: String,
    #[serde(default)]
    setelah: String,
    #[serde(default)]
    selesai: String,
}

impl Asked {
    fn filtered(&self) -> bool {
        self.filters().any(|(_, value)| !value.is_empty())
    }

    /// Whether harsh snippets are shown.
    fn open(&self) -> bool {
        self.tabir == "buka"
    }

    /// The same page with another covering or another place.
    fn link(&self, open: bool, after: &str) -> String {
        let tabir = if open { "buka" } else { "" };
        address("/antrean", self.filters().chain([(COVER, tabir), ("setelah", after)]))
    }

    /// A case, with what leads back here.
    fn case(&self, id: i64) -> String {
        let all = self.filters().chain([(COVER, self.tabir.as_str())]);
        address(&format!("/perkara/{id}"), all)
    }

    fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let values = [&self.keadaan, &self.tingkat, &self.pemilihan, &self.unit];
        FILTERS.into_iter().zip(values.map(String::as_str))
    }
}

/// What narrows the queue.
const FILTERS: [&str; 4] = ["keadaan", "tingkat", "pemilihan", "unit"];
/// What opens its covered snippets.
const COVER: &str = "tabir";

/// No view of the queue has a longer address.
const LONGEST_QUERY: usize = 2_000;

/// The queue as it was when a case was opened from it, `query` being what the case's address or form says of it; nothing else in it
/// is taken.
pub fn back(query: &str, done: Option<i64>) -> String {
    let query = if query.len() > LONGEST_QUERY { "" } else { query };
    let said: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let kept = said
        .iter()
        .filter(|(name, _)| FILTERS.contains(&&**name) || name == COVER);
    let done = done.map(|id| id.to_string()).unwrap_or_default();
    address(
        "/antrean",
        kept.map(|(name, value)| (&**name, &**value))
            .chain([("selesai", done.as_str())]),
    )
}

/// An address with what is not empty.
fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// `GET /antrean`.
pub async fn show(State(desk): State<Desk>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let now = (desk.clock)();
    let view = desk.rules.borrow().clone();
    let after = place(&asked.setelah);
    let size = desk.settings.page_size.clamp(1, 200);
    let filter = QueueFilter {
        states: asked.keadaan.parse().ok().into_iter().collect(),
        level: asked.tingkat.parse().ok(),
        contest: Some(asked.pemilihan.clone()).filter(|c| !c.is_empty()),
        unit: asked.unit.parse().ok().map(UnitId),
        viewer: Some(visitor.user.id),
        after,
        limit: size + 1,
    };
    let found = desk.store.queue(&filter).await?;
    let size = size as usize;
    let more = found.rows.len() > size;
    let shown = &found.rows[..found.rows.len().min(size)];
    let open = asked.open();
    let rows: Vec<Row<'_>> = shown
        .iter()
        .map(|r| row(r, now, &asked, &desk, &visitor, &view))
        .collect();
    let units = desk.store.units().await?;
    page(&QueuePage {
        chrome: Chrome::inside(&desk.settings, &visitor.user, "/antrean"),
        summary: match found.total {
            0 => String::new(),
            n if asked.filtered() => format!("{} perkara cocok", accounts::thousands(n)),
            n => format!("{} perkara menunggu", accounts::thousands(n)),
        },
        done: asked.selesai.parse().ok(),
        selects: vec![
            Select {
                name: "keadaan",
                label: "Keadaan",
                options: state_options(&asked.keadaan),
            },
            Select {
                name: "tingkat",
                label: "Tingkat paling rendah",
                options: level_options(&asked.tingkat),
            },
            Select {
                name: "pemilihan",
                label: "Pemilihan",
                options: contest_options(&asked.pemilihan, &view),
            },
            Select {
                name: "unit",
                label: "Unit dan di bawahnya",
                options: options(
                    "Semua unit",
                    units.iter().map(|u| (u.id.to_string(), visible::flat(&u.name))),
                    &asked.unit,
                ),
            },
        ],
        filtered: asked.filtered(),
        covered: !open && rows.iter().any(|r| r.closed),
        open,
        toggle: asked.link(!open, &asked.setelah),
        coverage: accounts::coverage_sentence(&desk, now).await?,
        may_coverage: allows(visitor.user.role, Right::Coverage),
        first: after.is_none(),
        start: asked.link(open, ""),
        next: shown.last().filter(|_| more).map(|r| asked.link(open, &place_of(r))),
        rows,
    })
}

fn row<'a>(row: &'a QueueRow, now: Millis, asked: &Asked, desk: &Desk, visitor: &Visitor, view: &RulesView) -> Row<'a> {
    let case = &row.case;
    let live: Vec<_> = row.verdict.hits.iter().filter(|hit| !hit.shadow).collect();
    let spans: Vec<_> = live.iter().flat_map(|hit| hit.spans.iter().copied()).collect();
    let zone = &desk.settings.zone;
    let clock = case.known_at.filter(|_| !case.state.is_closed());
    let clock = clock.and_then(|known| moment::deadline(known, now, zone, &desk.settings.holidays));
    let held = case
        .leased_until
        .filter(|until| *until > now)
        .and(row.leased_name.as_ref());
    let contest = case.contest.as_deref().map(|id| contest_name(id, view));
    let meta = [
        contest,
        case.phase.map(|p| words::phase(p).to_owned()),
        Some(visible::flat(&row.unit_name)),
    ];
    Row {
        id: case.id.0,
        link: asked.case(case.id.0),
        level: words::level(case.level),
        state: words::state(case.state),
        title: live.first().map_or_else(String::new, |hit| visible::flat(&hit.title)),
        window: window(&row.text, &spans, SNIPPET),
        closed: !asked.open() && live.iter().any(|hit| words::is_harsh(hit.category)),
        meta: meta.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        machine: moment::machine(case.detected_at),
        local: moment::local(case.detected_at, zone),
        age: moment::ago(case.detected_at, now),
        late: clock.as_ref().is_some_and(|c| c.left < 2),
        clock: clock.map(|c| left_text(c.left)),
        held: held.map(|name| match case.leased_by {
            Some(user) if user == visitor.user.id => "sedang Anda baca".to_owned(),
            _ => format!("dibaca {}", visible::flat(name)),
        }),
    }
}

/// `sisa 5 hari kerja`.
pub fn left_text(left: i32) -> String {
    match left {
        0 => "batas hari ini".to_owned(),
        1.. => format!("sisa {left} hari kerja"),
        _ => format!("lewat {} hari kerja", -left),
    }
}

/// Name of a contest, or its id when its file is gone.
pub fn contest_name(id: &str, view: &RulesView) -> String {
    let contest = view.set.contests.iter().find(|c| c.id == id);
    contest.map_or_else(|| visible::flat(id), |c| c.name.clone())
}

/// The last row of a page, as the address of the next one carries it.
fn place_of(row: &QueueRow) -> String {
    format!("{}.{}.{}", row.case.level, row.case.detected_at.0, row.case.id)
}

fn place(text: &str) -> Option<(Level, Millis, CaseId)> {
    let mut parts = text.split('.');
    let level = parts.next()?.parse().ok()?;
    let at = parts.next()?.parse().ok()?;
    let id = parts.next()?.parse().ok()?;
    Some((level, Millis(at), CaseId(id)))
}

fn state_options(chosen: &str) -> Vec<Choice> {
    let states = CaseState::ALL
        .iter()
        .map(|s| (s.to_string(), words::state(*s).to_owned()));
    options("Semua yang terbuka", states, chosen)
}

fn level_options(chosen: &str) -> Vec<Choice> {
    let levels = [Level::Tinggi, Level::Sedang].iter();
    options(
        "Semua tingkat",
        levels.map(|l| (l.to_string(), words::level(*l).word.to_owned())),
        chosen,
    )
}

fn contest_options(chosen: &str, view: &RulesView) -> Vec<Choice> {
    let contests = view.set.contests.iter().map(|c| (c.id.clone(), c.name.clone()));
    options("Semua pemilihan", contests, chosen)
}

fn options(all: &str, each: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let first = Choice {
        value: String::new(),
        label: all.to_owned(),
        chosen: chosen.is_empty(),
    };
    let rest = each.map(|(value, label)| Choice {
        chosen: value == chosen,
        value,
        label,
    });
    std::iter::once(first).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_queue_survives_the_address() {
        assert_eq!(
            place("tinggi.1732600000000.12"),
            Some((Level::Tinggi, Millis(1_732_600_000_000), CaseId(12)))
        );
        for bad in ["", "tinggi", "tinggi.x.1", "hebat.1.1"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_way_back_knows_the_filters_and_nothing_else() {
        let asked = Asked {
            tingkat: "tinggi".to_owned(),
            pemilihan: "a&b".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.case(7), "/perkara/7?tingkat=tinggi&pemilihan=a%26b");
        assert_eq!(Asked::default().case(7), "/perkara/7");
        let query = "tingkat=tinggi&pemilihan=a%26b&setelah=x&selesai=9&//contoh.example=1";
        assert_eq!(
            back(query, Some(7)),
            "/antrean?tingkat=tinggi&pemilihan=a%26b&selesai=7"
        );
        assert_eq!(back("", None), "/antrean");
        assert_eq!(back(&format!("unit={}", "9".repeat(9_000)), None), "/antrean");
    }

    #[test]
    fn links_keep_the_filters() {
        let asked = Asked {
            tingkat: "tinggi".to_owned(),
            pemilihan: "a&b".to_owned(),
            ..Asked::default()
        };
        assert_eq!(
            asked.link(true, "x"),
            "/antrean?tingkat=tinggi&pemilihan=a%26b&tabir=buka&setelah=x"
        );
    }
}
