//! Which candidates a text names, and which of them by the very same words.
//!
//! Does: drop ambiguous names that nothing backs, list the candidates that are left, tell those apart that no rule can tell
//! apart: every contest has a number 2. Does not: evaluate rules.
//! Invariant: candidates that are alike are named by words of the same classes at the same places, so every condition comes to
//! the same for them.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::Concerned;
use super::compile::{Compiled, Group, Naming};
use super::eval::{Bound, Occurrence};
use super::gaps::Gaps;
use super::vocabulary::SPREAD;
use crate::rules::{CandidateWords, Capitals, is_only_name};
use crate::text::fold::{Folded, Token};

/// A weak name counts within this many words of a strong one or of a word of elections.
const WEAK_REACH: u32 = 8;

/// Words near which an ambiguous name of a candidate is taken for the candidate.
pub(super) const ELECTION: [&str; 25] = [
    "coblos",
    "pilih",
    "paslon",
    "calon",
    "cabup",
    "cagub",
    "cawali",
    "cawalkot",
    "cawabup",
    "cawagub",
    "capres",
    "cawapres",
    "pilkada",
    "pilgub",
    "pilbup",
    "pilwali",
    "pilwalkot",
    "pilpres",
    "pemilu",
    "kampanye",
    "tps",
    "gubernur",
    "bupati",
    "walikota",
    "dukung",
];

/// What is done for a candidate. "Pilih pemimpin yang berani" names nobody called BERANI, "pilih BERANI" does.
pub(super) const ACTS: [&str; 10] = [
    "coblos",
    "nyoblos",
    "mencoblos",
    "pilih",
    "dukung",
    "mendukung",
    "menangkan",
    "memenangkan",
    "paslon",
    "pasangan",
];

/// What campaigns are made of. Right beside one of them capitals are an acronym: "hidup AMIN", "AMIN menang".
pub(super) const CAMPAIGNS: [&str; 29] = [
    "hidup",
    "menang",
    "kemenangan",
    "pemenangan",
    "kawal",
    "mengawal",
    "menangkan",
    "memenangkan",
    "unggul",
    "pendukung",
    "relawan",
    "simpatisan",
    "barisan",
    "stiker",
    "stikernya",
    "kaos",
    "kaus",
    "kalender",
    "spanduk",
    "baliho",
    "kubu",
    "tim",
    "timses",
    "pasangan",
    "paslon",
    "bersama",
    "kampanye",
    "sosialisasikan",
    "mensosialisasikan",
];

/// What is said of those who run. "Bu Andi mantap" is any Andi, "Bu Andi menang" who runs.
pub(super) const RUNNING: [&str; 25] = [
    "menang",
    "menangkan",
    "kemenangan",
    "relawan",
    "pendukung",
    "simpatisan",
    "timses",
    "baliho",
    "spanduk",
    "lanjutkan",
    "jagoan",
    "wabup",
    "cawagub",
    "terpilih",
    "nyalon",
    "debat",
    "survei",
    "visi",
    "blusukan",
    "deklarasi",
    "koalisi",
    "usung",
    "presiden",
    "kandidat",
    "petahana",
];

/// So many neighbours on each side are looked at for that; they are in order, so more would be further away.
const NEIGHBOURS: usize = 4;

/// A candidate who is named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) bound: Bound,
    /// Which of the contests tried.
    pub(super) concerned: usize,
    /// The occurrences that name them, as a range.
    pub(super) at: usize,
    pub(super) end: usize,
    /// How they are named: a bit for each class.
    pub(super) classes: u16,
    /// The first candidate who is named by the same words.
    alike: usize,
}

/// The candidates of a text, those that are alike one after another.
#[derive(Debug, Default)]
pub(super) struct Names {
    list: Vec<Named>,
    /// By hash of the words that name them.
    seen: HashMap<u64, usize, FixedState>,
    backing: Backing,
}

/// Room for what tells which ambiguous names are backed.
#[derive(Debug, Default)]
struct Backing {
    /// By occurrence.
    backed: Vec<bool>,
    /// The ways of naming one candidate, as ranges of that candidate's occurrences.
    groups: Vec<(usize, usize)>,
}

/// The bits of the classes that an expression means.
pub(super) const fn bits(class: CandidateWords) -> u16 {
    match class {
        CandidateWords::Calon => {
            bits(CandidateWords::Nama)
                | bits(CandidateWords::Nomor)
                | bits(CandidateWords::Slogan)
                | bits(CandidateWords::Tagar)
                | bits(CandidateWords::Akun)
        }
        _ => 1 << class as u16,
    }
}

impl Names {
    /// Lists who is named. `occurrences` ascend; those of ambiguous names that nothing backs are dropped.
    pub(super) fn read(
        &mut self,
        compiled: &Compiled,
        contests: &[Concerned],
        written: &Written<'_>,
        occurrences: &mut Vec<Occurrence>,
    ) {
        self.list.clear();
        self.seen.clear();
        drop_unbacked(compiled, written, occurrences, &mut self.backing);
        let naming = |o: &Occurrence| compiled.naming(o.group);
        let mut at = compiled.first_named(occurrences);
        let names = &occurrences[at..];
        for own in names.chunk_by(|a, b| candidate(naming(a)) == candidate(naming(b))) {
            let (from, whose) = (at, candidate(naming(&own[0])));
            at += own.len();
            let Ok(concerned) = contests.binary_search_by_key(&whose.contest, |c| c.contest) else {
                continue;
            };
            let words = |o: &Occurrence| (naming(o).class, o.from, o.to);
            let hash = own.iter().fold(0, |hash, o| mix(hash, words(o)));
            let here = self.list.len();
            let known = *self.seen.entry(hash).or_insert(here);
            let same = |known: &&Named| {
                occurrences[known.at..known.end]
                    .iter()
                    .map(words)
                    .eq(own.iter().map(words))
            };
            let alike = self.list.get(known).filter(same).map_or(here, |_| known);
            self.list.push(Named {
                bound: whose,
                concerned,
                at: from,
                end: at,
                classes: own.iter().fold(0, |classes, o| classes | bits(naming(o).class)),
                alike,
            });
        }
        self.list.sort_unstable_by_key(|named| (named.alike, named.bound));
    }

    /// Everyone who is named.
    pub(super) fn all(&self) -> &[Named] {
        &self.list
    }

    /// Everyone who is named, those that are alike together.
    pub(super) fn alike(&self) -> impl Iterator<Item = &[Named]> {
        self.list.chunk_by(|a, b| a.alike == b.alike)
    }
}

pub(super) fn candidate(naming: &Naming) -> Bound {
    Bound {
        contest: naming.contest,
        candidate: naming.candidate,
    }
}

fn mix(hash: u64, (class, from, to): (CandidateWords, u32, u32)) -> u64 {
    let word = u64::from(from) << 32 ^ u64::from(to) << 4 ^ class as u64;
    (hash ^ word).wrapping_mul(SPREAD).rotate_left(29)
}

/// A text as it was written.
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    pub(super) folded: &'a Folded,
    pub(super) gaps: &'a Gaps,
}

impl Written<'_> {
    /// Whether a word in capitals is in this place, and none on either side: who shouts writes everything so.
    fn stands_out(&self, place: &Occurrence) -> bool {
        let words = |from: u32, to: u32| (from..to).filter_map(|at| self.folded.tokens.get(at as usize));
        let capitals = |token: &Token| {
            let word = self.text.get(token.span.range()).unwrap_or_default();
            word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.chars().any(char::is_lowercase)
        };
        let beside = words(place.from.saturating_sub(1), place.from).chain(words(place.to, place.to + 1));
        words(place.from, place.to).any(capitals) && !beside.into_iter().any(capitals)
    }

    /// Whether a common name stands right behind this one, as part of one longer name: "Abdul Somad" is not called "Abdul".
    fn goes_on(&self, place: &Occurrence) -> bool {
        let token = |at: u32| self.folded.tokens.get(at as usize);
        let (Some(last), Some(next)) = (place.to.checked_sub(1).and_then(token), token(place.to)) else {
            return false;
        };
        let between = self.text.get(last.span.end as usize..next.span.start as usize);
        let written = self.text.get(next.span.range()).unwrap_or_default();
        between == Some(" ") && written.starts_with(char::is_uppercase) && is_only_name(self.folded.form(next))
    }
}

/// Whether one of a group's occurrences lies over this token.
fn covers(group: &[Occurrence], token: u32) -> bool {
    let here = group.partition_point(|o| o.from <= token);
    group[here.saturating_sub(NEIGHBOURS)..here]
        .iter()
        .any(|o| o.to > token)
}

/// Drops ambiguous names that stand near neither a strong name of the same candidate nor a word of elections; what people say
/// anyway stays only right behind what is done for a candidate: beside "MARI 2024" an "ayo, mari" means what it always means, or that
/// pair's posts would be read otherwise than others. What comes last is room.
fn drop_unbacked(
    compiled: &Compiled,
    written: &Written<'_>,
    occurrences: &mut Vec<Occurrence>,
    Backing { backed, groups }: &mut Backing,
) {
    let gaps = written.gaps;
    let at = compiled.first_named(occurrences);
    let naming = |o: &Occurrence| compiled.naming(o.group);
    let (others, names) = occurrences.split_at(at);
    if !names.iter().any(|o| naming(o).weak) {
        return;
    }
    let all = |group: Group| {
        let from = others.partition_point(|o| o.group < group);
        let len = others[from..].partition_point(|o| o.group == group);
        &others[from..from + len]
    };
    let (election, running) = (all(compiled.election), all(compiled.running));
    let (acts, campaigns) = (all(compiled.acts), all(compiled.campaigns));
    backed.clear();
    for own in names.chunk_by(|a, b| candidate(naming(a)) == candidate(naming(b))) {
        groups.clear();
        let mut from = 0;
        for group in own.chunk_by(|a, b| a.group == b.group) {
            groups.push((from, from + group.len()));
            from += group.len();
        }
        backed.extend(own.iter().map(|place| {
            let groups = || groups.iter().map(|(from, to)| &own[*from..*to]);
            let strong = || groups().filter(|group| backs(naming(&group[0])));
            let near = |group: &[Occurrence]| is_near(group, place, gaps);
            let naming = naming(place);
            let called = match naming.capitals {
                Capitals::Same => false,
                Capitals::Nothing => written.stands_out(place),
                Capitals::Beside | Capitals::Only => is_beside(campaigns, place, gaps) && written.stands_out(place),
            };
            if !naming.weak || called {
                true
            } else if naming.capitals == Capitals::Only {
                is_right_behind(acts, place, gaps) && written.stands_out(place)
            } else if naming.everyday {
                is_right_behind(acts, place, gaps)
            } else if written.goes_on(place) && !groups().any(|group| covers(group, place.to)) {
                false
            } else {
                near(election) || strong().any(near) || naming.addressed && near(running)
            }
        }));
    }
    let mut kept = at;
    for (i, backed) in (at..).zip(&*backed) {
        occurrences[kept] = occurrences[i];
        kept += usize::from(*backed);
    }
    occurrences.truncate(kept);
}

/// Whether a name backs the ambiguous ones of the same candidate.
fn backs(naming: &Naming) -> bool {
    !naming.weak && !matches!(naming.class, CandidateWords::Angka | CandidateWords::Partai)
}

/// Whether nothing stands between one of a group's occurrences and the place behind it.
fn is_right_behind(group: &[Occurrence], place: &Occurrence, gaps: &Gaps) -> bool {
    let here = group.partition_point(|o| o.from < place.from);
    let before = &group[here.saturating_sub(NEIGHBOURS)..here];
    before
        .iter()
        .any(|o| o.to <= place.from && gaps.within(o.to, place.from, 0))
}

/// Whether one of a group's occurrences stands right before the place or right behind it.
fn is_beside(group: &[Occurrence], place: &Occurrence, gaps: &Gaps) -> bool {
    let behind = &group[group.partition_point(|o| o.from < place.to)..];
    is_right_behind(group, place, gaps) || behind.first().is_some_and(|o| gaps.within(place.to, o.from, 0))
}

/// Whether any of a group's occurrences stands near the place, not over it.
fn is_near(group: &[Occurrence], place: &Occurrence, gaps: &Gaps) -> bool {
    let here = group.partition_point(|o| o.from < place.from);
    group[here.saturating_sub(NEIGHBOURS)..]
        .iter()
        .take(2 * NEIGHBOURS)
        .any(|o| {
            let overlaps = o.from < place.to && place.from < o.to;
            let (first, second) = if o.from < place.from { (o, place) } else { (place, o) };
            !overlaps && gaps.within(first.to, second.from, WEAK_REACH)
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::matcher::differential::judged;

    const RULES: &str = r#"
[[rule]]
id = "U-sebut"
title = "Nama"
category = "dukungan"
level = "rendah"
match = "any(@nama, @slogan)"
basis = ["skb2022:disiplin:6"]
"#;

    const CALLED: &str = r#"
[[candidate]]
number = 1
head = { name = "Ajinata Kusumadi Pralaya", aliases = ["AKP"] }
deputy = { name = "Gionawati Mertoyo" }
acronyms = ["AMIN"]
slogans = ["AMIN saja dulu"]

[[candidate]]
number = 2
head = { name = "Rumaksi Sulaksana" }
deputy = { name = "Dirasani Suprobo" }
"#;

    /// Which candidates a text names.
    fn named(text: &str) -> BTreeSet<u32> {
        judged(RULES, CALLED, text)
            .hits
            .into_iter()
            .filter_map(|hit| hit.candidate)
            .collect()
    }

    #[test]
    fn capitals_that_stand_out_are_an_acronym() {
        let sure = [
            "Hidup AKP!",
            "menyala AKP, kota senang",
            "AMIN saja dulu",
            "hidup AMIN!",
            "AMIN menang",
        ];
        for text in sure {
            assert_eq!(named(text), [1].into(), "{text}");
        }
        for text in [
            "hidup akp",
            "HIDUP AKP DAN KELUARGA",
            "amin saja dulu",
            "semoga lancar, AMIN",
            "semoga menang ya, AMIN",
            "hidup amin",
            "AMIN YA RABBAL ALAMIN",
        ] {
            assert_eq!(named(text), [].into(), "{text}");
        }
    }

    #[test]
    fn a_name_that_sounds_like_a_word_is_not_called_by_the_word() {
        let called = r#"
[[candidate]]
number = 1
head = { name = "Rumaksi Minggu Suprobo" }
deputy = { name = "Katta Dirasani" }
"#;
        for text in [
            "calon hadir hari Minggu",
            "katanya calon bupati datang",
            "kata pak calon bupati",
        ] {
            assert!(judged(RULES, called, text).hits.is_empty(), "{text}");
        }
        assert!(!judged(RULES, called, "calon kita Rumaksi Suprobbo").hits.is_empty());
    }

    #[test]
    fn a_name_is_known_by_its_sound() {
        for text in [
            "Ajinatta Kusumady",
            "pak Pralayya",
            "Kussumadi-Gionawati",
            "Ajinata Pralaya",
        ] {
            assert_eq!(named(text), [1].into(), "{text}");
        }
    }
}
