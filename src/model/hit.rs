//! What matching found. *Indikasi*: a lead for a person, never a finding.

use std::ops::Range;

vocabulary! {
    /// Category of a rule (DESIGN §4, domain.md §0).
    Category {
        /// D1 call to vote.
        Ajakan = "ajakan",
        /// D2 support without a call.
        Dukungan = "dukungan",
        /// D3 code: number, pose, colour.
        Kode = "kode",
        /// D4 attributes and campaign accounts.
        Atribut = "atribut",
        /// D5 office resources, mobilisation.
        Fasilitas = "fasilitas",
        /// D6 pressure.
        Intimidasi = "intimidasi",
        /// D7 attack on a candidate.
        Serangan = "serangan",
        /// D8 nicknames and insults.
        Julukan = "julukan",
        /// D9 ethnicity, religion, race, group.
        Sara = "sara",
        /// D10 hoax claims.
        Hoaks = "hoaks",
        /// D11 money.
        PolitikUang = "politik-uang",
        /// Suppressor: the pledge itself.
        Ikrar = "ikrar",
        /// Suppressor: information of KPU, Bawaslu, the office.
        Sosialisasi = "sosialisasi",
        /// Suppressor: news.
        Berita = "berita",
        /// Suppressor: wishes.
        Harapan = "harapan",
        /// Suppressor: another meaning (sport, lottery, carpentry …).
        MaknaLain = "makna-lain",
        /// Suppressor: official duty.
        Tugas = "tugas",
        /// Suppressor: refusal, negation, warning.
        Penolakan = "penolakan",
    }
}

impl Category {
    /// Whether rules of this category lower others instead of flagging.
    pub const fn suppresses(self) -> bool {
        matches!(
            self,
            Self::Ikrar
                | Self::Sosialisasi
                | Self::Berita
                | Self::Harapan
                | Self::MaknaLain
                | Self::Tugas
                | Self::Penolakan
        )
    }
}

vocabulary! {
    /// The order of the desk, not a penalty. Lowest first, so that the greatest is the gravest.
    Level {
        /// Weak.
        Rendah = "rendah",
        /// Middling.
        Sedang = "sedang",
        /// Strong.
        Tinggi = "tinggi",
    }
}

vocabulary! {
    /// What becomes of a post.
    Outcome {
        /// Nothing is kept.
        Clear = "clear",
        /// A weak sign, counted, never queued alone.
        Note = "note",
        /// Queued for a person.
        Flag = "flag",
    }
}

/// A range of bytes in the original text, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// As a range for slicing.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A rule that fired, frozen: nothing here changes when the rules do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hit {
    /// Rule id.
    pub rule: String,
    /// Title of the rule at that moment, for people.
    pub title: String,
    /// Version: a digest of the rule and the word lists it used.
    pub version: String,
    /// Category.
    pub category: Category,
    /// Level.
    pub level: Level,
    /// Legal basis as the rule names it.
    pub basis: Vec<String>,
    /// Contest whose candidate or phase made it fire; `None` for rules without a contest.
    pub contest: Option<String>,
    /// Ballot number of the candidate named.
    pub candidate: Option<u32>,
    /// Where in the original text, ascending.
    pub spans: Vec<Span>,
    /// Whether this rule only watches (status `shadow`): counted, never queued.
    pub shadow: bool,
}

/// A hit that a suppressor lowered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Suppressed {
    /// The rule that would have fired.
    pub rule: String,
    /// The suppressing rule or reason.
    pub by: String,
}

/// The judgement of one text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Rules that fired, gravest first, then by rule id and candidate.
    pub hits: Vec<Hit>,
    /// Rules that were lowered, and by what.
    pub suppressed: Vec<Suppressed>,
}
