//! The folder of one case: words, marks and reasons as JSON, each version's text and evidence byte for byte.

use serde_json::{Value, json};

use crate::store::case_file::{CaseFile, VersionFile};

/// Name of the list of digests, in the form `sha256sum -c` reads.
pub const SUMS: &str = "SHA256SUMS";

/// One file of the folder.
pub struct Part {
    /// Path in the folder, `/` between.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The files of a case, without the record and the list of digests.
pub fn case_folder(file: &CaseFile, record_key: &str) -> Vec<Part> {
    let mut parts = vec![
        Part {
            path: "BACA-SAYA.txt".to_owned(),
            bytes: read_me(file, record_key).into_bytes(),
        },
        Part {
            path: "kasus.json".to_owned(),
            bytes: pretty(&case(file)),
        },
    ];
    for version in &file.versions {
        let folder = format!("versi-{}", version.number);
        parts.push(Part {
            path: format!("{folder}/teks.txt"),
            bytes: version.text.clone().into_bytes(),
        });
        parts.push(Part {
            path: format!("{folder}/bukti.bin"),
            bytes: version.capture.excerpt.clone(),
        });
        parts.push(Part {
            path: format!("{folder}/telaah.json"),
            bytes: pretty(&version_json(version)),
        });
    }
    parts
}

/// The list of digests over files and their SHA-256, in order.
pub fn sums<'a>(files: impl Iterator<Item = (&'a str, String)>) -> String {
    files.fold(String::new(), |list, (path, digest)| {
        list + &digest + "  " + path + "\n"
    })
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("JSON values serialise");
    bytes.push(b'\n');
    bytes
}

/// Everything but the texts and the evidence.
pub fn case(file: &CaseFile) -> Value {
    let case = &file.case;
    json!({
        "kasus": case.id,
        "keadaan": case.state,
        "tingkat": case.level,
        "kontes": case.contest,
        "tahapan": case.phase,
        "ditemukan": case.detected_at.to_string(),
        "diketahui": case.known_at.map(|at| at.to_string()),
        "selesai": file.closed_at.map(|at| at.to_string()),
        "keberadaan_unggahan": case.outlook,
        "kunci_unggahan": file.post_key,
        "orang": {
            "nip": file.person.nip,
            "nama": file.person.name,
            "status": file.person.employment,
            "jabatan": file.person.position,
            "unit": { "kode": file.unit.code, "nama": file.unit.name },
        },
        "akun": {
            "platform": file.account.platform,
            "akun": file.account.handle,
            "id_platform": file.account.platform_id,
            "jenis": file.account.kind,
            "kepemilikan": file.account.ownership.state,
            "bukti_kepemilikan": file.account.ownership.proof,
        },
        "ikrar": file.pledges.iter().map(|pledge| json!({
            "kode": pledge.code, "tempat": pledge.place, "tanggal": pledge.signed_on.to_string(), "butir": pledge.points,
        })).collect::<Vec<_>>(),
        "klarifikasi": {
            "diminta": file.asked_at.map(|at| at.to_string()),
            "batas": file.answer_due_at.map(|at| at.to_string()),
            "dijawab": file.answered_at.map(|at| at.to_string()),
        },
        "putusan": file.decisions.iter().map(|decision| json!({
            "waktu": decision.at.to_string(), "oleh": decision.user_name, "tindakan": decision.action,
            "dari": decision.from, "ke": decision.to, "alasan": decision.reason,
        })).collect::<Vec<_>>(),
        "pengamatan": file.looks.iter().map(|look| json!({
            "waktu": look.at.to_string(), "jawaban": look.answer, "cara": look.how, "kesimpulan": look.outlook,
        })).collect::<Vec<_>>(),
        "versi": file.versions.iter().map(|version| version.number).collect::<Vec<_>>(),
    })
}

/// One version: why it was flagged, and where its evidence is from.
pub fn version_json(version: &VersionFile) -> Value {
    let capture = &version.capture;
    json!({
        "versi": version.number,
        "jenis": version.kind,
        "alamat": version.url,
        "penulis": { "kunci": version.author.key, "akun": version.author.handle },
        "terbit": version.published_at.map(|at| at.to_string()),
        "disunting": version.edited_at.map(|at| at.to_string()),
        "ditemukan": version.detected_at.to_string(),
        "sha256_teks": version.text_sha256,
        "kata_orang_lain": version.foreign,
        "hasil": version.verdict,
        "aturan": version.ruleset,
        "kontes": version.contest,
        "tahapan": version.phase,
        "bukti": {
            "alamat": capture.url,
            "status": capture.status,
            "kepala": capture.headers,
            "diambil": capture.fetched_at.to_string(),
            "alat": capture.tool,
            "sha256": capture.excerpt_sha256,
            "mulai_pada_bita": capture.offset,
            "sha256_jawaban_utuh": capture.answer_sha256,
            "bita_jawaban_utuh": capture.answer_bytes,
            "disandikan_dari": capture.decoded_from,
        },
    })
}

fn read_me(file: &CaseFile, record_key: &str) -> String {
    format!(
        "Berkas kasus {id}. Isinya indikasi yang ditelaah orang, bukan putusan mesin.\n\n\
         kasus.json            keadaan, orang, akun, ikrar, klarifikasi, putusan\n\
         versi-N/teks.txt      teks unggahan versi N\n\
         versi-N/bukti.bin     bita unggahan itu persis seperti dalam jawaban peladen\n\
         versi-N/telaah.json   mengapa ditandai (aturan, letak kata sebagai bita teks), asal bukti\n\
         rekaman.jsonl         rekaman berantai; catatan kasus lain hanya tampak sebagai sidik\n\
         {SUMS}            sidik SHA-256 semua berkas\n\n\
         Memeriksa berkas:    sha256sum -c {SUMS}\n\
         Memeriksa rekaman:   netra audit verify rekaman.jsonl --public-key {key}\n\n\
         Bandingkan kunci publik itu dengan yang diumumkan instansi.\n",
        id = file.case.id,
        key = record_key,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_sha256sum_reads() {
        let files = [
            ("a", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "b/c",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
        ];
        let list = sums(files.into_iter().map(|(path, digest)| (path, digest.to_owned())));
        assert_eq!(
            list,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/c\n"
        );
    }
}
