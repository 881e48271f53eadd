//! A case: one post of one person, its state, and what is said of the post's whereabouts.

use super::{AccountId, CaseId, Level, Millis, PersonId, Phase, UserId};

vocabulary! {
    /// Where a case stands (DESIGN §7). The words are what the desk shows.
    CaseState {
        /// Found by the machine; no human has seen it.
        Terdeteksi = "terdeteksi",
        /// First reading, by a named person.
        Telaah1 = "telaah-1",
        /// Second reading, by another person.
        Telaah2 = "telaah-2",
        /// Is the account this person's?
        Verifikasi = "verifikasi-kepemilikan",
        /// The person is asked.
        Klarifikasi = "klarifikasi",
        /// The panel decides.
        Putusan = "putusan",
        /// Rejected at a reading.
        Ditolak = "ditolak",
        /// Closed: not proven.
        TidakTerbukti = "tidak-terbukti",
        /// Closed: guidance.
        Pembinaan = "pembinaan",
        /// Closed: to the ethics council.
        KodeEtik = "kode-etik",
        /// Closed: to discipline.
        Disiplin = "disiplin",
        /// Referred to Bawaslu.
        RujukBawaslu = "rujuk-bawaslu",
        /// Referred to BKN.
        RujukBkn = "rujuk-bkn",
        /// Referred to law enforcement.
        RujukPenegakHukum = "rujuk-penegak-hukum",
    }
}

impl CaseState {
    /// Whether nothing more happens to the case by itself.
    pub const fn is_closed(self) -> bool {
        !matches!(
            self,
            Self::Terdeteksi | Self::Telaah1 | Self::Telaah2 | Self::Verifikasi | Self::Klarifikasi | Self::Putusan
        )
    }
}

vocabulary! {
    /// What later looks at the post's address showed. A failed fetch says nothing: never "deleted" from one.
    Outlook {
        /// Seen at the last look.
        Online = "terlihat",
        /// Not seen once; not yet sure.
        Missing = "tidak-terlihat-sekali",
        /// Not seen at two looks at least the confirmation time apart.
        Gone = "tidak-terlihat-lagi",
        /// The last look failed.
        Unknown = "tidak-diketahui",
    }
}

/// A case as the queue shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Row and number for people.
    pub id: CaseId,
    /// Whose post.
    pub person: PersonId,
    /// Which account.
    pub account: AccountId,
    /// State.
    pub state: CaseState,
    /// Gravest level among the hits of the newest version.
    pub level: Level,
    /// Contest id and phase at publication, frozen; `None` when only rules without a contest fired.
    pub contest: Option<String>,
    /// Phase at publication, frozen.
    pub phase: Option<Phase>,
    /// When the machine found it.
    pub detected_at: Millis,
    /// First human knowledge: the 7 days run from here.
    pub known_at: Option<Millis>,
    /// Whereabouts of the post.
    pub outlook: Outlook,
    /// Number of versions of the post (1 = never edited).
    pub versions: u32,
    /// Grows with every change; a form that carries an older one is refused.
    pub revision: i64,
    /// Who holds the reading lease.
    pub leased_by: Option<UserId>,
    /// Until when.
    pub leased_until: Option<Millis>,
}
