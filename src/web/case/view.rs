//! From what the store keeps of a case to what its page says.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use crate::evidence::chain::Entry;
use crate::model::{CaseState, Hit, Millis, Outlook, OwnershipState, PostKind};
use crate::review::{self, Action, Actor, Clarification, Facts, Proposal, REASON_MAX_CHARS, REASON_MIN_CHARS, Refusal};
use crate::store::Opened;
use crate::store::case_file::{CaseFile, DecisionRow, LookRow, VersionFile};
use crate::web::chrome::Chrome;
use crate::web::error::Error;
use crate::web::guard::Visitor;
use crate::web::moment::{self, Stamp};
use crate::web::settings::{Desk, RulesView};
use crate::web::{accounts, diff, marked, queue, record, rules, visible, words};

use super::page::{
    AccountView, CasePage, ChoiceView, ClockView, ClueView, EventView, EvidenceView, FormView, LookView, PersonView,
    SuppressedView, VersionView,
};

/// Longest text laid out on a page; the rest is in the evidence.
const LONGEST_TEXT: usize = 200_000;
/// Words quoted of one clue, and the longest of them.
const MOST_WORDS: usize = 8;
const LONGEST_WORD: usize = 160;

/// A form that comes back with a fault.
#[derive(Default)]
pub struct Draft {
    /// The decision chosen.
    pub chosen: String,
    /// The reason written.
    pub reason: String,
    /// What is wrong.
    pub fault: Option<String>,
    /// The view of the queue that the case was opened from, as a query.
    pub from: String,
}

/// What every part of the page needs.
pub struct Room<'a> {
    /// The desk.
    pub desk: &'a Desk,
    /// Who reads.
    pub visitor: &'a Visitor,
    /// Names by the record's words for users.
    pub names: &'a HashMap<String, String>,
    /// The rules in force, for names of contests and candidates.
    pub rules: RulesView,
    /// Now.
    pub now: Millis,
    /// The zone of the case: its contest's, else the desk's.
    pub zone: TimeZone,
    /// Whether the reader is not to know yet why the case was forwarded.
    pub apart: bool,
}

impl<'a> Room<'a> {
    /// For a case.
    pub fn new(desk: &'a Desk, visitor: &'a Visitor, names: &'a HashMap<String, String>, file: &CaseFile) -> Self {
        let rules = desk.rules.borrow().clone();
        let mut contests = rules.set.contests.iter();
        let contest = contests.find(|c| file.case.contest.as_ref() == Some(&c.id));
        let zone = contest.map_or_else(|| desk.settings.zone.clone(), |c| c.zone.clone());
        Self {
            desk,
            visitor,
            names,
            rules,
            now: (desk.clock)(),
            zone,
            apart: review::reads_apart(&facts(file), actor(visitor)),
        }
    }

    /// The whole page.
    pub fn case<'f>(&self, opened: &'f Opened, draft: &Draft) -> Result<CasePage<'f>, Error> {
        let file = &opened.file;
        let case = &file.case;
        let Some(newest) = file.versions.last() else {
            return Err(Error::Internal(format!("case {} has no version", case.id)));
        };
        // An edit that takes the clues away must not take the reasons from who decides: what brought the post here is shown.
        let found = |version: &&VersionFile| !version.verdict.hits.is_empty();
        let shown = file.versions.iter().rev().find(found).unwrap_or(newest);
        let text = &shown.text[..shown.text.floor_char_boundary(LONGEST_TEXT)];
        let hits = &shown.verdict.hits;
        let clues: Vec<_> = hits
            .iter()
            .enumerate()
            .map(|(i, h)| (i + 1, h.spans.as_slice()))
            .collect();
        let heading = hits.first().map_or("Tanpa petunjuk", |h| h.title.as_str());
        let (form, closed) = self.form(opened, draft);
        Ok(CasePage {
            chrome: Chrome::inside(&self.desk.settings, &self.visitor.user, ""),
            id: case.id.0,
            back: queue::back(&draft.from, None),
            heading: visible::flat(heading),
            level: words::level(case.level),
            state: words::state(case.state),
            phase: case.phase.map(words::phase),
            contest: case.contest.as_deref().map(|id| queue::contest_name(id, &self.rules)),
            ruleset: shown.ruleset.chars().take(16).collect(),
            outlook: outlook(file),
            note: (shown.number != newest.number).then(|| {
                format!(
                    "Tulisan ini telah disunting; versi terbarunya tidak lagi memunculkan aturan. Yang tampil di sini versi {}, yang \
                     memunculkannya. Perubahannya ada di bawah.",
                    shown.number
                )
            }),
            blocks: marked::blocks(text, &shown.foreign, &clues),
            cut: text.len() < shown.text.len(),
            latest: if shown.number == newest.number {
                Vec::new()
            } else {
                let text = &newest.text[..newest.text.floor_char_boundary(LONGEST_TEXT)];
                marked::blocks(text, &newest.foreign, &[])
            },
            author: (shown.kind == PostKind::Repost).then(|| visible::flat(&shown.author.handle)).filter(|h| !h.is_empty()),
            kind: words::post_kind(shown.kind),
            published: shown.published_at.map(|at| self.stamp(at)),
            link: shown.url.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            version_number: shown.number,
            version_count: file.versions.len(),
            clues: shown.verdict.hits.iter().enumerate().map(|(i, hit)| self.clue(i + 1, hit, &shown.text)).collect(),
            suppressed: newest
                .verdict
                .suppressed
                .iter()
                .map(|s| SuppressedView { rule: self.rule(&s.rule), by: self.rule(&s.by) })
                .collect(),
            versions: file.versions.windows(2).rev().map(|pair| self.change(&pair[0], &pair[1])).collect(),
            looks: self.looks(&file.looks),
            evidence: file.versions.iter().rev().map(|version| self.evidence(version)).collect(),
            history: self.events(&file.history, &file.decisions),
            form,
            closed,
            clock: self.clock(file),
            over: case.state.is_closed(),
            detected: self.stamp(case.detected_at),
            person: person(file),
            account: account(file),
        })
    }

    /// Entries of the record, with the reasons that belong to them.
    pub fn events(&self, entries: &[Entry], decisions: &[DecisionRow]) -> Vec<EventView> {
        entries.iter().map(|entry| self.event(entry, decisions)).collect()
    }

    fn event(&self, entry: &Entry, decisions: &[DecisionRow]) -> EventView {
        let detail: serde_json::Value = serde_json::from_str(&entry.words.detail).unwrap_or_default();
        let decision = detail.get("decision").and_then(serde_json::Value::as_i64);
        let decision = decision.and_then(|id| decisions.iter().find(|d| d.id == id));
        let moved = decision.map(|d| format!("{} → {}", words::state(d.from), words::state(d.to)));
        let what = words::act(&entry.words.action);
        let withheld = self.apart && decision.is_some_and(|d| d.to == CaseState::Telaah2);
        EventView {
            seq: entry.seq,
            at: self.stamp(entry.words.at),
            what: moved.map_or_else(|| what.clone(), |moved| format!("{what}: {moved}")),
            who: record::actor(&entry.words.actor, self.names),
            reason: decision.filter(|_| !withheld).map(|d| visible::flat(&d.reason)),
            withheld,
        }
    }

    fn stamp(&self, at: Millis) -> Stamp {
        Stamp::new(at, &self.zone)
    }

    fn clue(&self, number: usize, hit: &Hit, text: &str) -> ClueView {
        let contest = hit
            .contest
            .as_deref()
            .and_then(|id| self.rules.set.contests.iter().find(|c| c.id == id));
        let candidate = hit.candidate.map(|number| {
            let named = contest.and_then(|c| c.candidates.iter().find(|c| c.number == number));
            named.map_or_else(
                || format!("calon nomor {number}"),
                |c| format!("calon {}", rules::candidate_name(c)),
            )
        });
        ClueView {
            number,
            title: visible::flat(&hit.title),
            level: words::level(hit.level),
            category: words::category(hit.category),
            words: quoted(hit, text),
            candidate,
            contest: hit.contest.as_deref().map(|id| queue::contest_name(id, &self.rules)),
            rule: hit.rule.clone(),
            version: hit.version.clone(),
            basis: hit.basis.iter().map(|id| self.norm(id)).collect(),
            shadow: hit.shadow,
        }
    }

    /// What a norm is called; its name in the rules if no pack says.
    fn norm(&self, id: &str) -> String {
        let norm = self.rules.set.norm(id);
        visible::flat(norm.map_or(id, |norm| &norm.title))
    }

    /// Title and id of a rule; what lowers a hit without being one is called by its name.
    fn rule(&self, id: &str) -> (String, String) {
        let rules = &self.rules.set.rules;
        let rule = rules.binary_search_by(|rule| rule.id.as_str().cmp(id));
        match rule {
            Ok(at) => (visible::flat(&rules[at].title), visible::flat(id)),
            Err(_) => (visible::flat(id), String::new()),
        }
    }

    fn change(&self, old: &VersionFile, new: &VersionFile) -> VersionView {
        let short = |text: &str| visible::flat(&text[..text.floor_char_boundary(LONGEST_TEXT)]);
        VersionView {
            from: old.number,
            to: new.number,
            seen: moment::local(new.detected_at, &self.zone),
            runs: diff::words(&short(&old.text), &short(&new.text)),
        }
    }

    /// Looks that said the same one after the other are told once: the last of them, since when, and how many there were.
    fn looks(&self, looks: &[LookRow]) -> Vec<LookView> {
        let same = |a: &LookRow, b: &LookRow| (&a.answer, &a.how, a.outlook) == (&b.answer, &b.how, b.outlook);
        let runs = looks.chunk_by(same);
        runs.filter_map(|run| Some(self.look(run.first()?, run.last()?, run.len())))
            .collect()
    }

    fn look(&self, first: &LookRow, look: &LookRow, times: usize) -> LookView {
        LookView {
            at: self.stamp(look.at),
            since: (times > 1).then(|| (self.stamp(first.at), times)),
            answer: match look.answer.as_str() {
                "there" => "Terlihat",
                "gone" => "Platform menjawab: tidak ada",
                _ => "Pemeriksaan gagal",
            },
            how: visible::flat(&look.how),
            outlook: words::outlook(look.outlook).word,
        }
    }

    fn evidence(&self, version: &VersionFile) -> EvidenceView {
        let capture = &version.capture;
        EvidenceView {
            version: version.number,
            at: self.stamp(capture.fetched_at),
            url: visible::flat(&capture.url),
            status: capture.status,
            bytes: accounts::thousands(capture.excerpt.len() as u64),
            offset: capture.offset,
            decoded_from: capture.decoded_from.clone(),
            sha256: capture.excerpt_sha256.clone(),
            answer_bytes: accounts::thousands(capture.answer_bytes),
            answer_sha256: capture.answer_sha256.clone(),
            tool: visible::flat(&capture.tool),
            headers: capture
                .headers
                .iter()
                .map(|(n, v)| (visible::flat(n), visible::flat(v)))
                .collect(),
        }
    }

    fn clock(&self, file: &CaseFile) -> Option<ClockView> {
        let known = file.case.known_at.filter(|_| !file.case.state.is_closed())?;
        let clock = moment::deadline(known, self.now, &self.zone, &self.desk.settings.holidays)?;
        Some(ClockView {
            number: clock.left.unsigned_abs().to_string(),
            unit: if clock.left < 0 {
                "hari kerja lewat batas"
            } else {
                "hari kerja lagi"
            },
            last: format!("{}, {}", moment::weekday(clock.last), moment::day(clock.last)),
            known: self.stamp(known),
        })
    }

    /// The form with what this person may do now; or, when that is nothing, why.
    fn form(&self, opened: &Opened, draft: &Draft) -> (Option<FormView>, Option<String>) {
        let file = &opened.file;
        let (facts, actor) = (facts(file), actor(self.visitor));
        let may = |action| review::step(&facts, actor, action, self.now);
        let (forward, reject) = (may(Action::Forward), may(Action::Reject));
        let mut choices = Vec::new();
        if reject.is_ok() {
            choices.push(ChoiceView {
                value: "tolak",
                key: "t",
                label: "Tolak",
                hint: "Bukan indikasi yang perlu diteruskan. Perkara ditutup; jejaknya tetap ada.",
                chosen: draft.chosen == "tolak",
            });
        }
        if let Ok(step) = &forward {
            choices.push(ChoiceView {
                value: "teruskan",
                key: "r",
                label: "Teruskan",
                hint: forward_hint(step.to),
                chosen: draft.chosen == "teruskan",
            });
        }
        if choices.is_empty() {
            let why = forward.err().unwrap_or(Refusal::NotHere { state: file.case.state });
            return (None, Some(words::refusal(&why, &self.zone)));
        }
        let form = FormView {
            revision: file.case.revision,
            legend: legend(file.case.state),
            choices,
            reason: draft.reason.clone(),
            fault: draft.fault.clone(),
            from: draft.from.clone(),
            least: REASON_MIN_CHARS,
            most: REASON_MAX_CHARS,
            until: Some(moment::clock(opened.lease_until, &self.zone)),
        };
        (Some(form), None)
    }
}

/// Whereabouts; before the first later look all that is known is that it was there when it was found.
fn outlook(file: &CaseFile) -> words::Badge {
    match file.case.outlook {
        Outlook::Online if file.looks.is_empty() => words::Badge {
            word: "Terlihat saat ditemukan",
            ..words::outlook(Outlook::Online)
        },
        known => words::outlook(known),
    }
}

/// Who reads; whoever must hold back does not come as far as this page.
const fn actor(visitor: &Visitor) -> Actor {
    Actor {
        id: visitor.user.id,
        role: visitor.user.role,
        active: visitor.user.active,
        related: false,
    }
}

fn facts(file: &CaseFile) -> Facts {
    Facts {
        state: file.case.state,
        ownership: file.account.ownership.state,
        first_reader: file.first_reader,
        clarification: match (file.answered_at, file.answer_due_at) {
            (Some(_), _) => Clarification::Answered,
            (None, Some(due)) => Clarification::Asked { due },
            (None, None) => Clarification::NotAsked,
        },
        proposal: file.proposed.map(|(outcome, by)| Proposal { outcome, by }),
    }
}

const fn legend(state: CaseState) -> &'static str {
    match state {
        CaseState::Telaah2 => "Telaah kedua: apa putusan Anda?",
        CaseState::Verifikasi => "Kepemilikan akun sudah terbukti",
        CaseState::Klarifikasi => "Klarifikasi selesai",
        _ => "Telaah pertama: apa putusan Anda?",
    }
}

const fn forward_hint(to: CaseState) -> &'static str {
    match to {
        CaseState::Telaah2 => "Layak ditelaah lebih lanjut. Orang lain membaca ulang dari awal.",
        CaseState::Verifikasi => "Dua pembaca sependapat. Berikutnya: pastikan akun ini milik yang bersangkutan.",
        CaseState::Klarifikasi => "Berikutnya: yang bersangkutan diminta menjelaskan.",
        _ => "Berikutnya: putusan panel.",
    }
}

fn quoted(hit: &Hit, text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for span in hit.spans.iter().take(MOST_WORDS) {
        let range = span.range();
        let start = text.floor_char_boundary(range.start.min(text.len()));
        let end = text.ceil_char_boundary(range.end.clamp(start, text.len()).min(start + LONGEST_WORD));
        let word = visible::flat(&text[start..end]);
        if !word.is_empty() && !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

fn person(file: &CaseFile) -> PersonView {
    let person = &file.person;
    PersonView {
        name: visible::flat(&person.name),
        nip: visible::flat(&person.nip),
        employment: words::employment(person.employment),
        position: words::position(person.position),
        unit: visible::flat(&file.unit.name),
        pledges: file
            .pledges
            .iter()
            .map(|p| {
                format!(
                    "{}, {} {}",
                    visible::flat(&p.code),
                    visible::flat(&p.place),
                    moment::day(p.signed_on)
                )
            })
            .collect(),
    }
}

fn account(file: &CaseFile) -> AccountView {
    let account = &file.account;
    AccountView {
        handle: visible::flat(&account.handle),
        platform: words::platform(account.platform),
        kind: words::account_kind(account.kind),
        ownership: words::ownership(account.ownership.state),
        proof: account.ownership.proof.as_deref().map(visible::flat),
        platform_id: account.platform_id.as_deref().map(visible::flat),
        verified: account.ownership.state == OwnershipState::Verified,
    }
}
