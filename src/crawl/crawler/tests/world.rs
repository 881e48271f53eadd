//! A store, a made-up platform, a contest and a rule; and a crawler among them whose clock is set by hand.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use ed25519_dalek::SigningKey;
use tokio::sync::watch;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::crawl::crawler::{Crawler, Summary};
use crate::crawl::schedule::Tempo;
use crate::crawl::{Clock, Settings};
use crate::matcher::Matcher;
use crate::model::{AccountId, AccountKind, Employment, Millis, OwnershipState, Platform, Position};
use crate::rules::{SourceFile, check};
use crate::store::register::{NewAccount, NewPerson, NewUnit, Rows};
use crate::store::{By, Store};

/// 2024-11-10, in the campaign.
pub const NOW: i64 = 1_731_200_000_000;
pub const DAY_MS: i64 = 86_400_000;

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

/// The one contest there is.
pub const CONTEST: &str = r#"
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

/// The rules, with this contest in place of the one there is.
pub fn matcher_in(contest: &str) -> Arc<Matcher> {
    let file = |path: &str, text: &str| SourceFile::new(path, text);
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

/// What a story plays in.
pub struct World {
    pub store: Store,
    pub server: MockServer,
    site: Site,
    pub time: Arc<AtomicI64>,
    folder: tempfile::TempDir,
    pub settings: Settings,
    pub rules: watch::Sender<Arc<Matcher>>,
}

impl World {
    pub async fn new() -> Self {
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

    pub fn later(&self, span_ms: i64) {
        self.time.fetch_add(span_ms, Ordering::SeqCst);
    }

    pub fn show(&self, path: &str, answer: ResponseTemplate) {
        self.site.0.lock().unwrap().insert(path.to_owned(), answer);
    }

    pub fn hide(&self, path: &str) {
        self.site.0.lock().unwrap().remove(path);
    }

    /// A feed of (guid, text); the newest first.
    pub fn feed(&self, path: &str, posts: &[(&str, &str)]) {
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

    pub async fn register(&self, platform: Platform, handles: &[&str], consent: Option<&str>, region: &str) {
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

    pub fn crawler(&self) -> Crawler {
        let time = Arc::clone(&self.time);
        let clock: Clock = Arc::new(move || Millis(time.load(Ordering::SeqCst)));
        Crawler::new(self.store.clone(), self.settings.clone(), self.rules.subscribe(), clock).unwrap()
    }

    pub async fn once(&self) -> Summary {
        self.crawler().run_once().await.unwrap()
    }

    pub async fn outcome(&self, account: i64) -> String {
        let accounts = self.store.accounts(AccountId(0), 100).await.unwrap();
        let status = accounts
            .into_iter()
            .find(|status| status.account.id == AccountId(account))
            .unwrap();
        status.last_outcome.unwrap_or_default()
    }

    pub async fn asked(&self) -> Vec<String> {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().map(|request| request.url.path().to_owned()).collect()
    }

    /// Every byte that is on disk, the write-ahead log included.
    pub fn disk(&self) -> Vec<u8> {
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

/// Whether these bytes hold the word.
pub fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}
