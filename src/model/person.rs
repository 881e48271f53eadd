//! Registered people. Their data never reaches a log.

use super::{PersonId, UnitId};

vocabulary! {
    /// Employment status. PPNPN sign the same pledge and are covered by SE MenPANRB 01/2023.
    Employment {
        /// Pegawai Negeri Sipil.
        Pns = "pns",
        /// Pegawai Pemerintah dengan Perjanjian Kerja.
        Pppk = "pppk",
        /// PPPK paruh waktu.
        PppkParuhWaktu = "pppk-paruh-waktu",
        /// Pegawai Pemerintah Non-Pegawai Negeri.
        Ppnpn = "ppnpn",
    }
}

vocabulary! {
    /// Position class (domain.md §6.5); decides who may read a case, never how grave it is.
    Position {
        /// Jabatan pimpinan tinggi.
        Jpt = "jpt",
        /// Jabatan administrator.
        Administrator = "administrator",
        /// Pengawas.
        Pengawas = "pengawas",
        /// Pelaksana.
        Pelaksana = "pelaksana",
        /// Fungsional.
        Fungsional = "fungsional",
        /// Kepala wilayah: camat, lurah.
        KepalaWilayah = "kepala-wilayah",
    }
}

/// A registered civil servant.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Row.
    pub id: PersonId,
    /// NIP (18 digits), or the contract number of a PPNPN.
    pub nip: String,
    /// Full name.
    pub name: String,
    /// Employment status.
    pub employment: Employment,
    /// Where the person works.
    pub unit: UnitId,
    /// Position class.
    pub position: Position,
}

impl std::fmt::Debug for Person {
    /// Only the row number: a person's data is never logged.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("id", &self.id).finish_non_exhaustive()
    }
}
