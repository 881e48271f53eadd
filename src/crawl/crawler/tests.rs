use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::*;
use crate::crawl::schedule::Tempo;
use crate::model::{AccountId, AccountKind, CaseId, Employment, OwnershipState, Platform, Position};
use crate::rules::{SourceFile, check};
use crate::store::By;
use crate::store::register::{NewAccount, NewPerson, NewUnit, Rows};

fn is_send<T: Send>(_: &T) {}

#[expect(dead_code, reason = "compiling is the test")]
fn the_daemon_s_future_can_be_spawned(crawler: &Crawler) {
    is_send(&crawler.run(CancellationToken::new()));
    is_send(&crawler.run_once());
}

/// 2024-11-10, in the campaign.
const NOW: i64 = 1_731_200_000_000;
const DAY_MS: i64 = 86_400_000;

const PACK: &str = r#"
[pack]
id = "uji"
title = "Uji"
pledge = "P1"
[words.seru]
terms = ["coblos"]
[[rule]]
id = "D1-uji"
title = "Ajakan"
category = "ajakan"
level = "tinggi"
status = "live"
match = "near(@seru, @calon, 6)"
basis = ["skb2022:disiplin:6"]
[[rule.example]]
text = "coblos nomor {nomor}"
expect = "flag"
"#;

const CONTEST: &str = r#"
[contest]
id = "2024-uji"
name = "Pemilihan Uji 2024"
region = "7471"
timezone = "Asia/Makassar"
refer_to = "bawaslu-uji"
[contest.phases]
kampanye = 2024-09-25
tenang = 2024-11-24
pemungutan = 2024-11-27
penghitungan = 2024-11-28
selesai = 2025-02-20
[[candidate]]
number = 1
head = { name = "Sarwono Ujipertama", aliases = [] }
[[candidate]]
number = 2
head = { name = "Marlina Ujikedua", aliases = [] }
"#;

fn matcher() -> Arc<Matcher> {
    matcher_in(CONTEST)
}

fn matcher_in(contest: &str) -> Arc<Matcher> {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let files = [file("uji.toml", PACK), file("contests/2024-uji.toml", contest)];
    let checked = check(&files);
    let faults: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|fault| fault.render(&files, false))
        .collect();
    Arc::new(Matcher::new(Arc::new(
        checked.set.unwrap_or_else(|| panic!("{}", faults.join("\n"))),
    )))
}

/// What the made-up platform shows: path → answer; all else is 404.
#[derive(Clone, Default)]
struct Site(Arc<Mutex<BTreeMap<String, ResponseTemplate>>>);

impl Respond for Site {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let pages = self.0.lock().unwrap();
        pages
            .get(request.url.path())
            .cloned()
            .unwrap_or_else(|| ResponseTemplate::new(404))
    }
}

struct World {
    store: Store,
    server: MockServer,
    site: Site,
    time: Arc<AtomicI64>,
    folder: tempfile::TempDir,
    settings: Settings,
    rules: watch::Sender<Arc<Matcher>>,
}

impl World {
    async fn new() -> Self {
        let server = MockServer::start().await;
        let site = Site::default();
        Mock::given(wiremock::matchers::any())
            .respond_with(site.clone())
            .mount(&server)
            .await;
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            allow_private: vec![*server.address()],
            host_per_minute: 60_000,
            fingerprint_key: [9; 32],
            tempo: Tempo::default(),
            ..Settings::default()
        };
        Self {
            store: open(folder.path()).await,
            server,
            site,
            time: Arc::new(AtomicI64::new(NOW)),
            folder,
            settings,
            rules: watch::Sender::new(matcher()),
        }
    }

    fn now(&self) -> Millis {
        Millis(self.time.load(Ordering::SeqCst))
    }

    fn later(&self, span_ms: i64) {
        self.time.fetch_add(span_ms, Ordering::SeqCst);
    }

    fn show(&self, path: &str, answer: ResponseTemplate) {
        self.site.0.lock().unwrap().insert(path.to_owned(), answer);
    }

    fn hide(&self, path: &str) {
        self.site.0.lock().unwrap().remove(path);
    }

    /// A feed of (guid, text); the newest first.
    fn feed(&self, path: &str, posts: &[(&str, &str)]) {
        let mut items = String::new();
        for (guid, text) in posts {
            let url = format!("{}/p/{guid}", self.server.uri());
            items += &[
                "<item><guid>",
                &url,
                "</guid><link>",
                &url,
                "</link><description>",
                text,
                "</description></item>",
            ]
            .concat();
        }
        let body = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
        self.show(
            path,
            ResponseTemplate::new(200).set_body_raw(body, "application/rss+xml"),
        );
    }

    async fn register(&self, platform: Platform, handles: &[&str], consent: Option<&str>, region: &str) {
        let take = async |rows: Rows| {
            let by = By::Cli("uji".to_owned());
            let taken = self.store.import(&rows, false, &by, self.now(), &|| {}).await.unwrap();
            assert!(taken.taken, "{:?}", taken.bad);
        };
        take(Rows::Units(vec![NewUnit {
            code: region.to_owned(),
            name: "Dinas".to_owned(),
            parent: None,
            region: Some(region.to_owned()),
        }]))
        .await;
        take(Rows::People(vec![NewPerson {
            nip: format!("nip-{region}"),
            name: "Nama".to_owned(),
            employment: Employment::Pns,
            unit: region.to_owned(),
            position: Position::Pelaksana,
        }]))
        .await;
        let account = |handle: &&str| NewAccount {
            nip: format!("nip-{region}"),
            platform,
            handle: handle.replace("SERVER", &self.server.uri()),
            kind: AccountKind::Personal,
            ownership: OwnershipState::Verified,
            proof: None,
            since: None,
            until: None,
            consent: consent.map(str::to_owned),
            active: true,
        };
        take(Rows::Accounts(handles.iter().map(account).collect())).await;
    }

    fn crawler(&self) -> Crawler {
        let time = Arc::clone(&self.time);
        let clock: Clock = Arc::new(move || Millis(time.load(Ordering::SeqCst)));
        Crawler::new(self.store.clone(), self.settings.clone(), self.rules.subscribe(), clock).unwrap()
    }

    async fn once(&self) -> Summary {
        self.crawler().run_once().await.unwrap()
    }

    async fn outcome(&self, account: i64) -> String {
        let accounts = self.store.accounts(AccountId(0), 100).await.unwrap();
        let status = accounts
            .into_iter()
            .find(|status| status.account.id == AccountId(account))
            .unwrap();
        status.last_outcome.unwrap_or_default()
    }

    async fn asked(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().map(|request| request.url.path().to_owned()).collect()
    }

    /// Every byte that is on disk, the write-ahead log included.
    fn disk(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }
}

async fn open(folder: &Path) -> Store {
    let url = format!("sqlite:{}", folder.join("netra.db").display());
    let store = Store::open(&url, SigningKey::from_bytes(&[3; 32])).await.unwrap();
    store.migrate().await.unwrap();
    store
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[tokio::test]
async fn a_flagged_post_becomes_a_case_and_of_others_nothing_stays() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed(
        "/feed",
        &[
            ("2", "selamat pagi burungkenari"),
            ("1", "jangan lupa coblos nomor 2 ya"),
        ],
    );
    let summary = world.once().await;
    assert_eq!(
        (summary.polled, summary.posts, summary.new_cases),
        (1, 2, 1),
        "{summary:?}"
    );
    assert_eq!(world.outcome(1).await, "ok");
    let file = world.store.case_file(CaseId(1)).await.unwrap().unwrap();
    let version = &file.versions[0];
    assert_eq!(version.text, "jangan lupa coblos nomor 2 ya");
    let excerpt = String::from_utf8(version.capture.excerpt.clone()).unwrap();
    assert!(
        excerpt.starts_with("<item>") && excerpt.ends_with("</item>"),
        "{excerpt}"
    );
    assert!(!excerpt.contains("burungkenari"));
    assert_eq!(version.contest.as_deref(), Some("2024-uji"));
    let disk = world.disk();
    assert!(holds(&disk, "jangan lupa coblos"));
    assert!(!holds(&disk, "burungkenari"));
}

#[tokio::test]
async fn what_was_read_is_not_read_twice_and_an_edit_is_a_version() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    assert_eq!(world.once().await.new_cases, 1);
    assert_eq!(world.once().await.polled, 0, "not due");
    world.later(2 * DAY_MS);
    let again = world.once().await;
    assert_eq!((again.polled, again.outcomes.get("unchanged")), (1, Some(&1)));
    world.later(2 * DAY_MS);
    world.feed("/feed", &[("3", "halo"), ("1", "coblos nomor 2")]);
    let more = world.once().await;
    assert_eq!(
        (more.posts, more.fresh, more.new_cases, more.new_versions),
        (2, 1, 0, 0)
    );
    world.later(2 * DAY_MS);
    world.feed("/feed", &[("1", "maaf, salah tulis")]);
    let edited = world.once().await;
    assert_eq!((edited.fresh, edited.flagged, edited.new_versions), (1, 0, 1));
}

#[tokio::test]
async fn a_closed_robots_txt_is_obeyed_unless_the_row_carries_consent() {
    let world = World::new().await;
    let closed = ResponseTemplate::new(200).set_body_string("User-agent: *\nDisallow: /\n");
    world.show("/robots.txt", closed);
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    let summary = world.once().await;
    assert_eq!((summary.new_cases, summary.outcomes.get("robots")), (0, Some(&1)));
    assert_eq!(world.asked().await, ["/robots.txt"]);
    world
        .register(Platform::Feed, &["SERVER/feed"], Some("pemilik/2024-11-01"), "7471")
        .await;
    world.later(2 * DAY_MS);
    assert_eq!(world.once().await.new_cases, 1);
}

#[tokio::test]
async fn outside_every_contest_nothing_is_asked() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    world.time.store(NOW + 200 * DAY_MS, Ordering::SeqCst);
    let summary = world.once().await;
    assert!(summary.idle && summary.polled == 0);
    assert!(world.asked().await.is_empty());
}

#[tokio::test]
async fn people_whom_no_contest_concerns_are_not_read() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "3275").await;
    let summary = world.once().await;
    assert_eq!(summary.outcomes.get("no-contest"), Some(&1));
    assert!(world.asked().await.is_empty());
}

#[tokio::test]
async fn failures_are_told_apart_and_put_off() {
    let world = World::new().await;
    let expected = [
        ("/tiada", ResponseTemplate::new(404), "not-found"),
        ("/pergi", ResponseTemplate::new(410), "gone"),
        ("/tutup", ResponseTemplate::new(401), "closed"),
        ("/rusak", ResponseTemplate::new(500), "error:server"),
        (
            "/html",
            ResponseTemplate::new(200).set_body_string("<html>masuk</html>"),
            "error:unreadable",
        ),
        (
            "/besar",
            ResponseTemplate::new(200).set_body_bytes(vec![b'x'; 9 << 20]),
            "error:too-large",
        ),
        (
            "/keluar",
            ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/"),
            "error:blocked",
        ),
        (
            "/lambat",
            ResponseTemplate::new(429).insert_header("retry-after", "3600"),
            "rate-limited",
        ),
    ];
    for (path, answer, _) in &expected {
        world.show(path, answer.clone());
    }
    for (path, _, _) in &expected {
        // One after the other: the last one silences the host.
        world
            .register(Platform::Feed, &[&format!("SERVER{path}")], None, "7471")
            .await;
        world.once().await;
    }
    for (n, (path, _, code)) in (1..).zip(&expected) {
        assert_eq!(world.outcome(n).await, *code, "{path}");
    }
    assert_eq!(world.once().await.polled, 0, "all are put off");
}

#[tokio::test]
async fn a_mastodon_account_is_read_page_by_page() {
    let world = World::new().await;
    world.register(Platform::Mastodon, &["SERVER/@ana"], None, "7471").await;
    let profile = json!({"id": "1", "username": "ana", "acct": "ana"});
    let status = |n: i64, text: &str, visibility: &str| {
        json!({
            "id": n.to_string(), "uri": format!("{}/p/{n}", world.server.uri()), "account": profile, "content": text,
            "created_at": Millis(NOW - n * 1000).to_string(), "visibility": visibility,
        })
    };
    world.show(
        "/api/v1/accounts/lookup",
        ResponseTemplate::new(200).set_body_json(&profile),
    );
    let list: Vec<Value> = vec![
        status(1, "<p>coblos nomor 2</p>", "public"),
        status(2, "<p>coblos nomor 1</p>", "private"),
        status(3, "<p>halo</p>", "public"),
    ];
    world.show(
        "/api/v1/accounts/1/statuses",
        ResponseTemplate::new(200).set_body_json(&list),
    );
    let summary = world.once().await;
    assert_eq!(
        (summary.new_cases, summary.dropped.not_public),
        (1, 1 + 1),
        "read twice: this server ignores paging"
    );
    assert!(!holds(&world.disk(), "coblos nomor 1"));
    let accounts = world.store.accounts(AccountId(0), 10).await.unwrap();
    assert_eq!(accounts[0].account.platform_id.as_deref(), Some("1"));
}

#[tokio::test]
async fn a_deleted_post_is_gone_after_two_looks_far_enough_apart_and_a_failure_says_nothing() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("1", "coblos nomor 2")]);
    world.show("/p/1", ResponseTemplate::new(200).set_body_string("ada"));
    world.once().await;
    world.later(DAY_MS / 24 + 1);
    assert_eq!(world.once().await.looks.get("terlihat"), Some(&1));
    world.show("/p/1", ResponseTemplate::new(503));
    world.later(DAY_MS);
    assert_eq!(world.once().await.looks.get("tidak-diketahui"), Some(&1));
    world.hide("/p/1");
    world.later(DAY_MS);
    assert_eq!(world.once().await.looks.get("tidak-terlihat-sekali"), Some(&1));
    world.later(DAY_MS / 24);
    assert_eq!(world.once().await.looks.get("tidak-terlihat-lagi"), Some(&1));
}

#[tokio::test]
async fn a_poll_that_was_cut_off_is_taken_up_again_and_ends_the_same() {
    let world = World::new().await;
    world.register(Platform::Feed, &["SERVER/feed"], None, "7471").await;
    world.feed("/feed", &[("2", "coblos nomor 1"), ("1", "coblos nomor 2")]);
    {
        let crawler = world.crawler();
        let mut poll = Box::pin(crawler.run_once());
        // Dropped somewhere on the way, as a killed process would be.
        for _ in 0..20 {
            let _ = futures_util::poll!(&mut poll);
            tokio::task::yield_now().await;
        }
    }
    let summary = world.once().await;
    let (state, cases) = world.store.case_counts().await.unwrap().remove(0);
    assert_eq!((state.as_str(), cases), ("terdeteksi", 2), "{summary:?}");
}

#[tokio::test]
async fn the_daemon_polls_what_is_due_and_drains_when_asked() {
    let world = World::new().await;
    world
        .register(Platform::Feed, &["SERVER/a", "SERVER/b"], None, "7471")
        .await;
    world.feed("/a", &[("1", "coblos nomor 2")]);
    world.feed("/b", &[("2", "coblos nomor 1")]);
    let crawler = world.crawler();
    let stop = CancellationToken::new();
    let watch = async {
        for _ in 0..500 {
            if world.store.case_counts().await.unwrap().iter().any(|(_, n)| *n == 2) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
    };
    let (ended, ()) = tokio::join!(crawler.run(stop.clone()), watch);
    ended.unwrap();
    assert_eq!(world.store.case_counts().await.unwrap()[0].1, 2);
    assert_eq!(
        world.store.release_leases("netra").await.unwrap(),
        0,
        "nothing is left claimed"
    );
}

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

/// Accounts polled per second over loopback, first reading and unchanged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: prints what the note says"]
async fn accounts_per_second_on_loopback() {
    let mut world = World::new().await;
    world.settings.host_per_minute = 6_000_000;
    world.settings.host_concurrency = 32;
    let posts: Vec<(String, String)> = (0..15)
        .map(|n| (n.to_string(), format!("selamat pagi semuanya {n}")))
        .collect();
    let posts: Vec<(&str, &str)> = posts
        .iter()
        .map(|(guid, text)| (guid.as_str(), text.as_str()))
        .collect();
    let handles: Vec<String> = (0..1000).map(|n| format!("SERVER/feed/{n}")).collect();
    for n in 0..1000 {
        world.feed(&format!("/feed/{n}"), &posts);
    }
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    world.register(Platform::Feed, &handles, None, "7471").await;
    for round in ["first reading", "unchanged"] {
        let begun = Instant::now();
        let summary = world.once().await;
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{round}: {} accounts, {} posts in {seconds:.1} s, {:.0}/s",
            summary.polled,
            summary.posts,
            f64::from(summary.polled) / seconds
        );
        world.later(2 * DAY_MS);
    }
}
