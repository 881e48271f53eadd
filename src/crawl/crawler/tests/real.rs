//! A real server on this machine, posted to, edited and deleted from by its owner's tools.

use std::path::Path;
use std::sync::atomic::Ordering;

use super::world::*;
use crate::model::{CaseId, Platform};

/// Posts, edits and deletes on a real snac server. Its owner's tools are used, so the folder it was installed in is needed.
#[tokio::test]
#[ignore = "wants SNAC_DIR, the folder of a running snac server on 127.0.0.1:8001 with a user `ana`"]
async fn a_real_server_is_read_and_its_edits_and_deletions_are_seen() {
    let folder = std::path::PathBuf::from(std::env::var("SNAC_DIR").unwrap());
    let data = folder.join("data");
    let mark = format!("uji{}", std::process::id());
    let post = |text: String| {
        let mut snac = std::process::Command::new(folder.join("snac2-2.75/snac"));
        let mut snac = snac
            .arg("note")
            .arg(&data)
            .args(["ana", "-"])
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut snac.stdin.take().unwrap(), text.as_bytes()).unwrap();
        assert!(snac.wait().unwrap().success());
    };
    post(format!("jangan lupa coblos nomor 2 ya {mark}"));
    post(format!("selamat pagi rahasia{mark}"));

    let mut world = World::new().await;
    world.settings.allow_private = vec!["127.0.0.1:8001".parse().unwrap()];
    // The server's own clock dates the posts: the contest is moved to today.
    let today = std::time::UNIX_EPOCH.elapsed().unwrap();
    world
        .time
        .store(i64::try_from(today.as_millis()).unwrap(), Ordering::SeqCst);
    world
        .rules
        .send_replace(matcher_in(&CONTEST.replace("2025-02-20", "2099-01-01")));
    let handle = "http://127.0.0.1:8001/@ana";
    world.register(Platform::Mastodon, &[handle], None, "7471").await;
    let closed = world.once().await;
    assert_eq!(
        closed.outcomes.get("robots"),
        Some(&1),
        "its robots.txt closes everything: {closed:?}"
    );
    world
        .register(Platform::Mastodon, &[handle], Some("ana/hari ini"), "7471")
        .await;
    world.later(2 * DAY_MS);
    let first = world.once().await;
    assert!(first.new_cases >= 1, "{first:?}");
    let mut id = CaseId(0);
    for n in 1..=i64::from(first.new_cases) {
        let file = world.store.case_file(CaseId(n)).await.unwrap().unwrap();
        if file.versions[0].text.contains(&mark) {
            id = CaseId(n);
        }
    }
    assert!(!holds(&world.disk(), &format!("rahasia{mark}")));

    let object = find(&data, &format!("coblos nomor 2 ya {mark}")).unwrap();
    let before = std::fs::read_to_string(&object).unwrap();
    std::fs::write(&object, before.replace("coblos nomor 2", "coblos nomor 1")).unwrap();
    world.later(2 * DAY_MS);
    let edited = world.once().await;
    assert_eq!(edited.new_versions, 1, "{edited:?}");
    let file = world.store.case_file(id).await.unwrap().unwrap();
    assert!(
        file.versions.iter().any(|version| version.text.contains("nomor 1")),
        "{}",
        file.versions.len()
    );

    assert_eq!(world.once().await.looks.len(), 0);
    // The server links a post from several folders.
    while let Some(path) = find(&data, &format!("coblos nomor 1 ya {mark}")) {
        std::fs::remove_file(path).unwrap();
    }
    world.later(8 * DAY_MS);
    let missing = world.once().await;
    assert_eq!(missing.looks.get("tidak-terlihat-sekali"), Some(&1), "{missing:?}");
    world.later(DAY_MS / 24);
    let gone = world.once().await;
    assert_eq!(gone.looks.get("tidak-terlihat-lagi"), Some(&1), "{gone:?}");
}

/// The file below `folder` that is a post with these words.
fn find(folder: &Path, words: &str) -> Option<std::path::PathBuf> {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let found = if path.is_dir() {
            find(&path, words)
        } else {
            let text = std::fs::read(&path).unwrap_or_default();
            let is_post = path.extension().is_some_and(|extension| extension == "json");
            (is_post && holds(&text, words)).then_some(path)
        };
        if found.is_some() {
            return found;
        }
    }
    None
}
