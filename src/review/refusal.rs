//! Why something may not be done, in a sentence for the desk.

use crate::model::{CaseState, Millis, OwnershipState};

/// A reason says something: shorter ones are pressed keys.
pub const REASON_MIN_CHARS: usize = 10;
/// A reason is a reason, not a file.
pub const REASON_MAX_CHARS: usize = 4000;

/// Why an action is refused. The text is what the person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The user is switched off.
    #[error("Akun Anda tidak aktif.")]
    Inactive,
    /// Another role.
    #[error("Hanya pengawas yang dapat menelaah dan memutus kasus.")]
    NotSupervisor,
    /// The user's own unit, or one above or below it.
    #[error("Kasus ini dari unit Anda sendiri, unit atasan, atau unit bawahan Anda. Serahkan kepada penelaah lain.")]
    Recused,
    /// Nobody has opened it yet.
    #[error("Kasus ini belum dibuka. Buka dan baca dahulu sebelum memutuskan.")]
    NotOpened,
    /// Nothing more happens to it.
    #[error("Kasus ini sudah selesai ({state}).")]
    Closed {
        /// How it ended.
        state: CaseState,
    },
    /// Not possible at this stage.
    #[error("Tindakan ini tidak tersedia pada tahap {state}.")]
    NotHere {
        /// The stage.
        state: CaseState,
    },
    /// The second reading by the first reader.
    #[error("Telaah kedua harus dilakukan oleh orang lain, bukan penelaah pertama.")]
    SameReader,
    /// Whose account it is has not been shown.
    #[error(
        "Kepemilikan akun belum terbukti (sekarang: {ownership}). Buktikan dahulu bahwa akun ini milik yang bersangkutan."
    )]
    OwnershipOpen {
        /// What is known.
        ownership: OwnershipState,
    },
    /// The person was not asked.
    #[error("Klarifikasi belum diminta kepada yang bersangkutan.")]
    NotAsked,
    /// The person still has time.
    #[error("Yang bersangkutan masih punya waktu menjawab sampai {until}.")]
    StillTime {
        /// Until when.
        until: Millis,
    },
    /// An answer is there.
    #[error("Yang bersangkutan sudah menjawab.")]
    AnsweredAlready,
    /// A time that is over.
    #[error("Batas waktu jawaban harus di masa depan.")]
    NoTimeToAnswer,
    /// A time shorter than the one given.
    #[error("Batas waktu jawaban tidak boleh dipersingkat; sudah diberikan sampai {until}.")]
    TimeShortened {
        /// Until when.
        until: Millis,
    },
    /// Not an outcome.
    #[error("Ini bukan hasil putusan yang dapat diusulkan.")]
    NoSuchOutcome,
    /// Nothing to agree with.
    #[error("Belum ada putusan yang diusulkan.")]
    NothingProposed,
    /// One's own proposal.
    #[error("Usulan putusan harus disetujui oleh orang lain, bukan pengusulnya.")]
    OwnProposal,
    /// No reason given.
    #[error("Tulis alasan yang jelas, paling sedikit {REASON_MIN_CHARS} huruf.")]
    ReasonTooShort,
    /// Too long.
    #[error("Alasan terlalu panjang, paling banyak {REASON_MAX_CHARS} huruf.")]
    ReasonTooLong,
}

/// A reason as it is kept, or why it is none.
pub fn reason(text: &str) -> Result<&str, Refusal> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars < REASON_MIN_CHARS {
        Err(Refusal::ReasonTooShort)
    } else if chars > REASON_MAX_CHARS {
        Err(Refusal::ReasonTooLong)
    } else {
        Ok(text)
    }
}
