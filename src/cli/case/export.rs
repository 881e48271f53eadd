//! Writing the folder of a case.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;

use crate::evidence::digest::{hex, sha256_hex};
use crate::evidence::file::{entry_line, head_line, start_line, withheld_line};
use crate::report::{self, Part, SUMS};
use crate::store::Store;
use crate::store::case_file::CaseFile;

/// Entries of the record read at a time.
const PAGE: u32 = 1000;
const RECORD: &str = "rekaman.jsonl";

/// Writes everything; files are for their owner only.
pub async fn write(store: &Store, file: &CaseFile, folder: &Path) -> anyhow::Result<()> {
    let parts = report::case_folder(file, &hex(&store.record_key().to_bytes()));
    let mut digests = Vec::new();
    for Part { path, bytes } in parts {
        let target = folder.join(&path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
        }
        create(&target)?
            .write_all(&bytes)
            .with_context(|| target.display().to_string())?;
        digests.push((path, sha256_hex(&bytes)));
    }
    let target = folder.join(RECORD);
    slice(store, file, &target)
        .await
        .with_context(|| target.display().to_string())?;
    digests.push((RECORD.to_owned(), sha256_hex(&std::fs::read(&target)?)));
    let list = report::sums(digests.iter().map(|(path, digest)| (path.as_str(), digest.clone())));
    let target = folder.join(SUMS);
    create(&target)?
        .write_all(list.as_bytes())
        .with_context(|| target.display().to_string())
}

fn create(path: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.with_context(|| format!("making `{}`", path.display()))
}

/// The record from the case's first entry to the signed head; of entries about anything else only the digest.
async fn slice(store: &Store, file: &CaseFile, path: &Path) -> anyhow::Result<()> {
    let subject = format!("case:{}", file.case.id);
    let head = store.head().await?.context("the record is empty")?;
    let first = store
        .journal_first(&subject)
        .await?
        .context("the record knows nothing of this case")?;
    let mut out = BufWriter::new(create(path)?);
    out.write_all(start_line(first.seq, &first.prev).as_bytes())?;
    let mut after = first.seq - 1;
    loop {
        let page = store.journal_page(after, head.seq, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in &page {
            let line = if entry.words.subject == subject {
                entry_line(entry)
            } else {
                withheld_line(entry)
            };
            out.write_all(line.as_bytes())?;
        }
    }
    out.write_all(head_line(&head).as_bytes())?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::evidence::file::verify;
    use crate::store::testing::on_both;
    use crate::store::tests::world::{NOW, accounts, flagged, page, populate};

    on_both! {
        async fn an_exported_case_checks_with_sha256sum_and_its_record_verifies(fresh) {
            let store = &fresh.store;
            populate(store, 1).await;
            let account = accounts(store).await[0].id;
            let found = vec![flagged("p", "coblos nomor 2"), flagged("q", "kata rahasia orang lain")];
            store.commit_page(&page(account, found), NOW).await.unwrap();
            store.commit_page(&page(account, vec![flagged("p", "diubah\u{0}")]), NOW).await.unwrap();
            let mut cases = Vec::new();
            for id in 1..=2 {
                cases.push(store.case_file(crate::model::CaseId(id)).await.unwrap().unwrap());
            }
            let file = cases.iter().find(|file| file.post_key == "p").unwrap();
            let folder = tempfile::tempdir().unwrap();
            write(store, file, folder.path()).await.unwrap();
            let sums = Command::new("sha256sum").args(["--check", "--strict", SUMS]).current_dir(folder.path()).output().unwrap();
            assert!(sums.status.success());
            assert_eq!(String::from_utf8(sums.stdout).unwrap().lines().count(), 9);
            assert_eq!(std::fs::read(folder.path().join("versi-1/bukti.bin")).unwrap(), b"coblos nomor 2");
            let record = std::fs::read(folder.path().join(RECORD)).unwrap();
            let checked = verify(record.as_slice(), Some(&store.record_key())).unwrap();
            assert!(checked.sound.withheld >= 1);
            let other = cases.iter().find(|file| file.post_key == "q").unwrap().case.id;
            assert!(!String::from_utf8(record).unwrap().contains(&format!("case:{other}\"")), "other cases stay closed");
        }
    }
}
