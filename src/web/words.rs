//! The Indonesian words for the closed vocabularies. *Indikasi* and *telaah*; nobody is called an offender.

use crate::model::{
    AccountKind, CaseState, Category, Content, Employment, Level, Outlook, OwnershipState, Phase, Platform, Position,
    PostKind, Role, Stage,
};
use jiff::tz::TimeZone;

use crate::review::Refusal;
use crate::rules::{Effect, Reach, Rule, Status, Voice};

use super::moment;

/// A word with a sign and a CSS class, so that colour is never the only carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// Shown before the word, hidden from screen readers.
    pub sign: &'static str,
    /// The word.
    pub word: &'static str,
    /// CSS class.
    pub class: &'static str,
}

const fn badge(sign: &'static str, word: &'static str, class: &'static str) -> Badge {
    Badge { sign, word, class }
}

/// Level: the order of the desk.
pub const fn level(level: Level) -> Badge {
    match level {
        Level::Tinggi => badge("▲", "Tinggi", "tinggi"),
        Level::Sedang => badge("◆", "Sedang", "sedang"),
        Level::Rendah => badge("○", "Rendah", "rendah"),
    }
}

/// Where a case stands.
pub const fn state(state: CaseState) -> &'static str {
    match state {
        CaseState::Terdeteksi => "Terdeteksi",
        CaseState::Telaah1 => "Telaah 1",
        CaseState::Telaah2 => "Telaah 2",
        CaseState::Verifikasi => "Verifikasi kepemilikan",
        CaseState::Klarifikasi => "Klarifikasi",
        CaseState::Putusan => "Putusan panel",
        CaseState::Ditolak => "Ditolak",
        CaseState::TidakTerbukti => "Tidak terbukti",
        CaseState::Pembinaan => "Pembinaan",
        CaseState::KodeEtik => "Kode etik",
        CaseState::Disiplin => "Disiplin",
        CaseState::RujukBawaslu => "Dirujuk ke Bawaslu",
        CaseState::RujukBkn => "Dirujuk ke BKN",
        CaseState::RujukPenegakHukum => "Dirujuk ke penegak hukum",
    }
}

/// Phase of a contest.
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Persiapan => "Persiapan",
        Phase::Pendaftaran => "Pendaftaran calon",
        Phase::Penetapan => "Penetapan calon",
        Phase::Kampanye => "Masa kampanye",
        Phase::Tenang => "Masa tenang",
        Phase::Pemungutan => "Hari pemungutan suara",
        Phase::Penghitungan => "Penghitungan suara",
    }
}

/// Category of a rule.
pub const fn category(category: Category) -> &'static str {
    match category {
        Category::Ajakan => "Ajakan memilih",
        Category::Dukungan => "Pernyataan dukungan",
        Category::Kode => "Kode nomor, pose, warna",
        Category::Atribut => "Atribut dan akun kampanye",
        Category::Fasilitas => "Fasilitas dan pengerahan",
        Category::Intimidasi => "Tekanan",
        Category::Serangan => "Serangan terhadap calon",
        Category::Julukan => "Julukan dan hinaan",
        Category::Sara => "SARA",
        Category::Hoaks => "Indikasi hoaks",
        Category::PolitikUang => "Politik uang",
        Category::Ikrar => "Ikrar netralitas",
        Category::Sosialisasi => "Sosialisasi resmi",
        Category::Berita => "Berita",
        Category::Harapan => "Harapan umum",
        Category::MaknaLain => "Makna lain",
        Category::Tugas => "Tugas kedinasan",
        Category::Penolakan => "Penolakan atau larangan",
    }
}

/// Whose words a rule holds in; an empty list stands for all.
pub fn content(kinds: &[Content]) -> String {
    if kinds.is_empty() {
        return "semua kata dalam kiriman".to_owned();
    }
    let word = |kind: &Content| match kind {
        Content::Own => "kata pemilik akun sendiri",
        Content::Quote => "kata orang lain yang dikutip",
        Content::Repost => "kiriman yang dibagikan ulang tanpa kata sendiri",
        Content::Link => "judul atau kartu tautan",
    };
    let words: Vec<&str> = kinds.iter().map(word).collect();
    words.join("; ")
}

/// What a rule makes of another's words.
pub const fn voice(voice: Voice) -> &'static str {
    match voice {
        Voice::Own => "hanya menjadi catatan, kecuali dalam kiriman yang dibagikan ulang tanpa kata sendiri",
        Voice::Any => "dihitung seperti kata sendiri",
    }
}

/// In which regions a rule holds, by their codes.
pub fn regions(rule: &Rule) -> String {
    if rule.is_everywhere() {
        return "semua".to_owned();
    }
    rule.regions.join(", ")
}

/// What a suppressor makes of a hit that it lowers.
pub const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Clear => "tidak ada; hanya tersimpan sebagai diredam",
        Effect::Note => "catatan",
    }
}

/// How far a suppressor lowers, and from how far a rule is lowered.
pub fn reach(reach: Reach) -> String {
    match reach {
        Reach::Post => "seluruh kiriman".to_owned(),
        Reach::Sentence => "kalimat yang sama".to_owned(),
        Reach::Clause => "kalimat yang sama, tidak melewati “tapi” atau ajakan yang baru".to_owned(),
        Reach::Tokens(words) => format!("kalimat yang sama, jarak paling jauh {words} kata"),
    }
}

/// Whether a snippet of this category may hurt the reader and is covered until asked for.
pub const fn is_harsh(category: Category) -> bool {
    matches!(
        category,
        Category::Julukan | Category::Sara | Category::Serangan | Category::Intimidasi
    )
}

/// Whereabouts of a post; said with the certainty there is.
pub const fn outlook(outlook: Outlook) -> Badge {
    match outlook {
        Outlook::Online => badge("●", "Terlihat pada pemeriksaan terakhir", "terlihat"),
        Outlook::Missing => badge("◐", "Satu kali tidak terlihat; belum pasti", "samar"),
        Outlook::Gone => badge("○", "Tidak terlihat lagi (dua pemeriksaan terpisah)", "hilang"),
        Outlook::Unknown => badge("?", "Tidak diketahui: pemeriksaan terakhir gagal", "samar"),
    }
}

/// How sure it is whose account it is.
pub const fn ownership(state: OwnershipState) -> Badge {
    match state {
        OwnershipState::Verified => badge("✓", "Terverifikasi", "baik"),
        OwnershipState::Declared => badge("…", "Dinyatakan, belum diverifikasi", "samar"),
        OwnershipState::Disputed => badge("!", "Disangkal pemilik", "awas"),
        OwnershipState::Impersonation => badge("!", "Akun tiruan", "awas"),
        OwnershipState::Revoked => badge("×", "Dicabut", "awas"),
    }
}

/// Whose voice an account is.
pub const fn account_kind(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Personal => "pribadi",
        AccountKind::Office => "dinas",
        AccountKind::Business => "usaha",
        AccountKind::Shared => "dipakai bersama",
    }
}

/// Platform.
pub const fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::Feed => "Situs (RSS/Atom)",
        Platform::Mastodon => "Mastodon",
    }
}

/// Employment status.
pub const fn employment(employment: Employment) -> &'static str {
    match employment {
        Employment::Pns => "PNS",
        Employment::Pppk => "PPPK",
        Employment::PppkParuhWaktu => "PPPK paruh waktu",
        Employment::Ppnpn => "PPNPN",
    }
}

/// Position class.
pub const fn position(position: Position) -> &'static str {
    match position {
        Position::Jpt => "Jabatan pimpinan tinggi",
        Position::Administrator => "Administrator",
        Position::Pengawas => "Pengawas",
        Position::Pelaksana => "Pelaksana",
        Position::Fungsional => "Fungsional",
        Position::KepalaWilayah => "Kepala wilayah",
    }
}

/// What a post is to its account.
pub const fn post_kind(kind: PostKind) -> &'static str {
    match kind {
        PostKind::Own => "Tulisan sendiri",
        PostKind::Reply => "Balasan",
        PostKind::Quote => "Kutipan dengan tanggapan",
        PostKind::Repost => "Membagikan tulisan orang lain",
    }
}

/// Role.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Supervisor => "Pengawas",
        Role::Tuner => "Penyusun aturan",
        Role::Registrar => "Petugas register",
        Role::Operator => "Operator sistem",
        Role::Auditor => "Auditor",
    }
}

/// Where a rule stands in its life.
pub const fn status(status: Status) -> &'static str {
    match status {
        Status::Draft => "Konsep",
        Status::Shadow => "Bayangan",
        Status::Live => "Berlaku",
        Status::Retired => "Dipensiunkan",
    }
}

/// What a rule does now.
pub const fn running(status: Status) -> Badge {
    match status {
        Status::Live => badge("●", "Berlaku", "baik"),
        Status::Shadow => badge("◐", "Bayangan", "samar"),
        Status::Draft => badge("○", "Konsep", "samar"),
        Status::Retired => badge("×", "Dipensiunkan", "samar"),
    }
}

/// Where people have let a version come.
pub const fn stage(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "Belum diajukan",
        Some(Stage::Draft) => "Konsep",
        Some(Stage::Shadow) => "Bayangan",
        Some(Stage::Live) => "Berlaku",
        Some(Stage::Retired) => "Dipensiunkan",
    }
}

/// What an entry of the record says was done; an unknown word is shown as it is.
pub fn act(action: &str) -> String {
    let known = match action {
        "account.active" => "Pembacaan akun dihidupkan atau dihentikan",
        "account.consent" => "Persetujuan pemilik akun dicatat",
        "account.ownership" => "Kepemilikan akun dicatat",
        "case.decided" => "Keputusan dicatat",
        "case.detected" => "Ditemukan",
        "case.evidence" => "Cuplikan bukti diunduh",
        "case.exported" => "Berkas perkara diekspor",
        "case.look" => "Keberadaan diperiksa",
        "case.read" => "Perkara dibuka dan dibaca",
        "case.shown" => "Perkara ditampilkan lewat baris perintah",
        "case.version" => "Tulisan disunting, versi baru disimpan",
        "register.imported" => "Register diimpor",
        "rule.braked" => "Rem menurunkan aturan ke bayangan",
        "rule.step" => "Keadaan aturan diubah",
        "rules.adopted" => "Aturan bawaan diadopsi saat pemasangan",
        "rules.compared" => "Perbandingan aturan diperlihatkan",
        "rules.confirmed" => "Aturan bawaan dikukuhkan",
        "rules.in-force" => "Susunan aturan yang berlaku berganti",
        "user.added" => "Pengguna ditambahkan",
        "user.disabled" => "Pengguna dinonaktifkan",
        "user.enabled" => "Pengguna diaktifkan",
        "user.login" => "Masuk ke meja telaah",
        "user.password" => "Kata sandi diganti",
        _ => return super::visible::flat(action),
    };
    known.to_owned()
}

/// What an entry of the record is about.
pub fn subject(subject: &str) -> String {
    let (kind, id) = subject.split_once(':').unwrap_or((subject, ""));
    let word = match kind {
        "case" => "perkara",
        "user" => "pengguna",
        "account" => "akun",
        "person" => "orang",
        "unit" => "unit",
        "pledge" => "ikrar",
        "register" => "register",
        "rule" | "rules" => "aturan",
        "trial" => "perbandingan",
        _ => return super::visible::flat(subject),
    };
    format!("{word} {}", super::visible::flat(id))
}

/// Why something may not be done, with times as they are read here.
pub fn refusal(refusal: &Refusal, zone: &TimeZone) -> String {
    match refusal {
        Refusal::StillTime { until } => {
            format!(
                "Yang bersangkutan masih punya waktu menjawab sampai {}.",
                moment::local(*until, zone)
            )
        }
        Refusal::TimeShortened { until } => {
            format!(
                "Batas waktu jawaban tidak boleh dipersingkat; sudah diberikan sampai {}.",
                moment::local(*until, zone)
            )
        }
        Refusal::Closed { state: ended } => format!("Perkara ini sudah selesai: {}.", state(*ended)),
        Refusal::NotHere { state: here } => format!("Tindakan ini tidak tersedia pada tahap {}.", state(*here)),
        Refusal::OwnershipOpen { ownership: known } => format!(
            "Kepemilikan akun belum terbukti ({}). Petugas register membuktikannya dahulu.",
            ownership(*known).word.to_lowercase()
        ),
        Refusal::NotOpened => "Perkara ini belum dibuka. Buka dan baca dahulu sebelum memutuskan.".to_owned(),
        Refusal::NotSupervisor => "Hanya pengawas yang dapat menelaah dan memutus perkara.".to_owned(),
        other => other.to_string(),
    }
}
