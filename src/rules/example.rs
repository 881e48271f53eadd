//! Examples inside rules, and the made-up contest that fills their placeholders.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::tz::TimeZone;
use toml::Spanned;

use super::diagnostic as codes;
use super::fields::Sink;
use crate::model::{Candidate, CandidateSide, Contest, Given, Outcome, Phase, Phases};

/// A text with the outcome its author expects of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The rule it belongs to.
    pub rule: String,
    /// The text as written.
    pub template: String,
    /// The text, placeholders filled from the sample contest.
    pub text: String,
    /// What must become of it.
    pub expect: Outcome,
    /// What kind of post it is.
    pub kind: Given,
    /// File it stands in.
    pub file: String,
    /// Where.
    pub span: Range<usize>,
}

/// The texts as written, each once.
pub(super) fn templates(examples: &[Example]) -> Vec<String> {
    let all: BTreeSet<&String> = examples.iter().map(|example| &example.template).collect();
    all.into_iter().cloned().collect()
}

/// What examples may hold in braces.
const PLACEHOLDERS: [&str; 6] = ["{calon}", "{wakil}", "{nomor}", "{lawan}", "{partai}", "{tagar}"];

/// Puts one candidate of a contest into a template: `{calon}` and `{wakil}` as `call` names head and deputy, `{lawan}` as it names
/// the head of the `other` candidate. `None` when the candidate has nothing for a placeholder.
pub fn fill(
    template: &str,
    contest: &Contest,
    candidate: usize,
    other: usize,
    call: impl Fn(&CandidateSide) -> Option<String>,
) -> Option<String> {
    let one = contest.candidates.get(candidate)?;
    let mut filled = template.to_owned();
    for placeholder in PLACEHOLDERS.into_iter().filter(|p| template.contains(p)) {
        let value = match placeholder {
            "{calon}" => call(&one.head)?,
            "{wakil}" => call(one.deputy.as_ref()?)?,
            "{nomor}" => one.number.to_string(),
            "{lawan}" => call(&contest.candidates.get(other)?.head)?,
            "{partai}" => one.parties.first()?.clone(),
            _ => format!("#{}", one.hashtags.first()?),
        };
        filled = filled.replace(placeholder, &value);
    }
    Some(filled)
}

/// A made-up contest: three pairs nobody is called, every phase dated. Examples are judged in it.
pub fn sample_contest() -> Contest {
    let side = |name: &str, alias: &str| CandidateSide {
        name: name.to_owned(),
        aliases: vec![alias.to_owned()],
    };
    let pair = |number, head, deputy, slogan: &str, hashtag: &str, party: &str, account: &str| Candidate {
        number,
        head,
        deputy: Some(deputy),
        slogans: vec![slogan.to_owned()],
        hashtags: vec![hashtag.to_owned()],
        parties: vec![party.to_owned()],
        accounts: vec![account.to_owned()],
        ..Candidate::default()
    };
    let day = |month, day| jiff::civil::date(2024, month, day);
    Contest {
        id: "contoh".to_owned(),
        name: "Pemilihan contoh".to_owned(),
        region: "00".to_owned(),
        zone: TimeZone::get("Asia/Jakarta").unwrap_or(TimeZone::UTC),
        refer_to: "bawaslu-contoh".to_owned(),
        phases: Phases {
            first_day: BTreeMap::from([
                (Phase::Persiapan, day(6, 1)),
                (Phase::Pendaftaran, day(8, 27)),
                (Phase::Penetapan, day(9, 22)),
                (Phase::Kampanye, day(9, 25)),
                (Phase::Tenang, day(11, 24)),
                (Phase::Pemungutan, day(11, 27)),
                (Phase::Penghitungan, day(11, 28)),
            ]),
            ends: Some(day(12, 31)),
        },
        candidates: vec![
            pair(
                1,
                side("Darmawangsa Tirtoaji", "Darmawangsa"),
                side("Nawangsih Prabasari", "Nawangsih"),
                "Lereng Makmur Berseri",
                "DarmawangsaNawangsih",
                "Partai Ombak Samudra",
                "darmawangsa.nawangsih",
            ),
            pair(
                2,
                side("Bramasta Wiradipraja", "Bramasta"),
                side("Kirani Sasmitahardja", "Kirani"),
                "Hulu Hilir Sejahtera",
                "BramastaKirani",
                "Partai Padi Menguning",
                "bramasta.kirani",
            ),
            pair(
                3,
                side("Yudhasmara Lokapala", "Yudhasmara"),
                side("Retnaning Adikusuma", "Retnaning"),
                "Pesisir Bangkit Bersama",
                "YudhasmaraRetnaning",
                "Partai Bukit Serumpun",
                "yudhasmara.retnaning",
            ),
        ],
    }
}

/// The made-up contest in the first of these regions, where a rule that holds in some only holds.
pub fn sample_contest_in(regions: &[String]) -> Contest {
    let mut sample = sample_contest();
    if let Some(first) = regions.first() {
        sample.region.clone_from(first);
    }
    sample
}

/// The example with its placeholders filled; one that does not exist is a fault.
pub(super) fn fill_checked(sink: &mut Sink, text: &Spanned<String>) -> String {
    let sample = sample_contest();
    let alias = |side: &CandidateSide| side.aliases.first().cloned();
    let filled = fill(text.get_ref(), &sample, 1, 0, alias).unwrap_or_else(|| text.get_ref().clone());
    let unknown = filled.find('{').and_then(|open| {
        let close = filled[open..].find('}')? + open;
        let name = &filled[open + 1..close];
        (!name.is_empty() && name.len() <= 30 && name.chars().all(char::is_alphanumeric)).then(|| name.to_owned())
    });
    if let Some(name) = unknown {
        let known = PLACEHOLDERS.join(" ");
        let whole = text.span();
        let written = sink.file.text.get(whole.clone());
        let at = written.and_then(|written| written.find(&format!("{{{name}}}")));
        let span = at.map_or(whole.clone(), |at| whole.start + at..whole.start + at + name.len() + 2);
        sink.add(
            codes::PLACEHOLDER,
            span,
            format!("there is no placeholder `{{{name}}}`"),
        )
        .label("not known")
        .help(format!("known: {known}"));
    }
    filled
}
