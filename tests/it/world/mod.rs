//! A made-up world round a whole Netra: hosts where people post, a clock set by hand, a temporary database, the real crawler
//! over real HTTP, the real desk on a port of its own. A test reads as a story.

pub mod browser;
mod desk;
mod host;
mod log;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use netra::app::in_force::InForce;
use netra::crawl::schedule::Tempo;
use netra::crawl::{self, Crawler, Summary};
use netra::evidence::chain::Verifier;
use netra::lifecycle::Lifecycle;
use netra::model::{
    AccountKind, Case, CaseState, Employment, Millis, OwnershipState, PersonId, Platform, Position, Role,
};
use netra::store::register::{NewAccount, NewPerson, NewUnit, Rows};
use netra::store::{Brake, By, Store};
use netra::web::{self, Settings};
use tempfile::TempDir;

pub use desk::Desk;
pub use host::Host;

/// 10 October 2024, 09:00 in Kendari: a fortnight into the campaign.
const BEGINNING: Millis = Millis(1_728_522_000_000);

/// Rules of this world: few and plain, so that no story hangs on the shipped packs.
pub const PACK: &str = r#"
[pack]
id = "uji"
title = "Paket uji"
pledge = "P1"

[[rule]]
id = "D1-uji"
title = "Ajakan memilih"
category = "ajakan"
level = "tinggi"
match = "near('coblos', 'nomor', 12)"
phases = ["pendaftaran", "penetapan", "kampanye", "tenang", "pemungutan", "penghitungan"]
basis = ["skb2022:disiplin:6"]
"#;

const CONTEST: &str = r#"
[contest]
id = "2024-pilwalkot-uji"
name = "Pemilihan Wali Kota Uji 2024"
region = "7471"
timezone = "Asia/Makassar"
refer_to = "bawaslu-kota-uji"
[contest.phases]
pendaftaran = 2024-08-27
penetapan = 2024-09-22
kampanye = 2024-09-25
tenang = 2024-11-24
pemungutan = 2024-11-27
penghitungan = 2024-11-28
selesai = 2025-02-20

[[candidate]]
number = 1
head = { name = "Sarimin Contoh", aliases = [] }
[[candidate]]
number = 2
head = { name = "Wulandari Misal", aliases = [] }
"#;

/// Everybody's password here.
pub const PASSWORD: &str = "empat kuda di padang rumput";

/// Which database the world stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file in the world's folder.
    Sqlite,
    /// A database of its own on the server that tests/run starts.
    Postgres,
}

/// The world.
pub struct World {
    /// A host of feeds.
    pub feeds: Host,
    /// A host with Mastodon's interface.
    pub social: Host,
    folder: TempDir,
    store: Store,
    clock: Arc<AtomicI64>,
    /// Where the packs lie.
    packs: TempDir,
    rules: Arc<InForce>,
    crawler: Mutex<Arc<Crawler>>,
    desk: SocketAddr,
    lifecycle: Lifecycle,
    people: AtomicU32,
}

/// What is left of a world whose program has ended.
pub struct Remains {
    folder: TempDir,
}

impl World {
    /// A world on SQLite.
    pub async fn new() -> Self {
        Self::on(Database::Sqlite).await
    }

    /// A world on the database of choice.
    pub async fn on(database: Database) -> Self {
        log::capture();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match database {
            Database::Sqlite => format!("sqlite:{}", folder.path().join("netra.db").display()),
            Database::Postgres => fresh_database().await,
        };
        let store = Store::open(&url, SigningKey::from_bytes(&[7; 32]))
            .await
            .expect("the store opens");
        store.migrate().await.expect("the store migrates");
        let clock = Arc::new(AtomicI64::new(BEGINNING.0));
        let packs = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(packs.path().join("contests")).expect("a folder can be made");
        for (name, text) in [("uji.toml", PACK), ("contests/uji.toml", CONTEST)] {
            std::fs::write(packs.path().join(name), text).expect("a file can be written");
        }
        let rules = InForce::load(packs.path(), packs.path(), hand(&clock), store.clone()).await;
        let rules = Arc::new(rules.expect("the rules are right"));
        let lifecycle = Lifecycle::new();
        let desk = open_desk(&lifecycle, &store, &clock, &rules).await;
        let (feeds, social) = (Host::start(BEGINNING).await, Host::start(BEGINNING).await);
        let crawler = crawler(&store, &clock, &rules, &[&feeds, &social]);
        let world = Self {
            feeds,
            social,
            folder,
            store,
            clock,
            packs,
            rules,
            crawler: Mutex::new(Arc::new(crawler)),
            desk,
            lifecycle,
            people: AtomicU32::new(0),
        };
        let unit = NewUnit {
            code: String::from("DINAS-1"),
            name: String::from("Dinas Contoh"),
            parent: None,
            region: Some(String::from("7471")),
        };
        world.register(Rows::Units(vec![unit])).await;
        world
    }

    /// Registers a person.
    pub async fn person(&self, name: &str) -> PersonId {
        let number = self.people.fetch_add(1, Ordering::Relaxed) + 1;
        let person = NewPerson {
            nip: nip(number),
            name: name.to_owned(),
            employment: Employment::ALL[0],
            unit: String::from("DINAS-1"),
            position: Position::ALL[0],
        };
        self.register(Rows::People(vec![person])).await;
        PersonId(i64::from(number))
    }

    /// Registers an account that is verified to be the person's.
    pub async fn account(&self, of: PersonId, platform: Platform, handle: &str) {
        self.account_of(of, platform, handle, None).await;
    }

    /// As [`Self::account`], with the owner's consent to be read in spite of robots.txt.
    pub async fn account_with_consent(&self, of: PersonId, platform: Platform, handle: &str, consent: &str) {
        self.account_of(of, platform, handle, Some(consent.to_owned())).await;
    }

    async fn account_of(&self, of: PersonId, platform: Platform, handle: &str, consent: Option<String>) {
        let account = NewAccount {
            nip: nip(u32::try_from(of.0).expect("this world's people are few")),
            platform,
            handle: handle.to_owned(),
            kind: AccountKind::Personal,
            ownership: OwnershipState::Verified,
            proof: Some(String::from("Surat pernyataan 1/2024")),
            since: None,
            until: None,
            consent,
            active: true,
        };
        self.register(Rows::Accounts(vec![account])).await;
    }

    async fn register(&self, rows: Rows) {
        let done = self
            .store
            .import(&rows, false, &By::Cli(String::from("uji")), self.now(), &|| ())
            .await;
        let done = done.expect("the store takes rows");
        assert!(done.taken && done.bad.is_empty(), "{done:?}");
    }

    /// Writes the pack anew and has it looked at, as the daemon does every few seconds.
    pub async fn write_pack(&self, text: &str) {
        std::fs::write(self.packs.path().join("uji.toml"), text).expect("a file can be written");
        self.look_at_rules().await;
    }

    /// Looks at the rule files and the steps of their lives, as the daemon does.
    pub async fn look_at_rules(&self) {
        self.rules.reload().await.expect("the store answers");
    }

    /// What the log has said so far.
    pub fn log() -> String {
        String::from_utf8_lossy(&log::captured()).into_owned()
    }

    /// The actions of the record, oldest first, each with its subject.
    pub async fn recorded(&self) -> Vec<String> {
        let entries = self
            .store
            .journal_page(0, i64::MAX, u32::MAX)
            .await
            .expect("the record can be read");
        entries
            .iter()
            .map(|e| format!("{} {}", e.words.action, e.words.subject))
            .collect()
    }

    /// Whether everything in the database is as the record says.
    pub async fn audit(&self) {
        let audit = self.store.audit(None, &|_, _| ()).await.expect("the store answers");
        assert_eq!(audit.findings, Vec::<String>::new());
    }

    /// The time of this world.
    pub fn now(&self) -> Millis {
        Millis(self.clock.load(Ordering::Relaxed))
    }

    /// Lets time pass.
    pub fn pass(&self, span: Duration) {
        let now = self.now().plus(span);
        self.clock.store(now.0, Ordering::Relaxed);
        self.feeds.set_clock(now);
        self.social.set_clock(now);
    }

    /// Polls every account that is due once, and looks again at every case that is due.
    pub async fn poll(&self) -> Summary {
        let crawler = self.crawler();
        let summary = crawler.run_once().await.expect("the round ends");
        assert_eq!(summary.store_errors, 0, "{summary:?}");
        for host in [&self.feeds, &self.social] {
            assert_eq!(host.unexpected(), Vec::<String>::new());
        }
        summary
    }

    /// Begins to poll and is gone, as by SIGKILL, when `host` has been asked `questions` times; then starts anew.
    pub async fn poll_and_break_off(&self, host: &Host, questions: usize) {
        let crawler = self.crawler();
        tokio::select! {
            biased;
            () = host.questions(questions) => {}
            ended = crawler.run_once() => panic!("nothing was broken off: {ended:?}"),
        }
        self.restart();
    }

    /// Starts the crawler anew: whatever was not in the database is gone.
    pub fn restart(&self) {
        let crawler = crawler(&self.store, &self.clock, &self.rules, &[&self.feeds, &self.social]);
        *self.crawler.lock().expect("no story panics inside") = Arc::new(crawler);
    }

    fn crawler(&self) -> Arc<Crawler> {
        Arc::clone(&self.crawler.lock().expect("no story panics inside"))
    }

    /// Every case, oldest first.
    pub async fn cases(&self) -> Vec<Case> {
        let filter = netra::store::queue::QueueFilter {
            states: CaseState::ALL.to_vec(),
            limit: 1000,
            ..Default::default()
        };
        let page = self.store.queue(&filter).await.expect("the queue can be read");
        let mut cases: Vec<Case> = page.rows.into_iter().map(|row| row.case).collect();
        cases.sort_by_key(|case| case.id);
        cases
    }

    /// A supervisor from outside every unit, signed in.
    pub async fn supervisor(&self, name: &str) -> Desk {
        self.enter(name, Role::Supervisor).await
    }

    /// Somebody of a role, signed in.
    pub async fn enter(&self, name: &str, role: Role) -> Desk {
        self.user(name, role).await;
        Desk::new(self.desk).login(name, PASSWORD).await
    }

    /// As [`Self::supervisor`], still to sign in, with [`PASSWORD`].
    pub async fn supervisor_account(&self, name: &str) {
        self.user(name, Role::Supervisor).await;
    }

    async fn user(&self, name: &str, role: Role) {
        let by = By::Cli(String::from("uji"));
        let added = self.store.add_user(name, role, None, PASSWORD, &by, self.now()).await;
        added.expect("the store takes a user");
    }

    /// Where the desk is.
    pub fn desk(&self) -> String {
        format!("http://{}", self.desk)
    }

    /// Checks the record from its first entry to its signed head.
    pub async fn verify_record(&self) {
        let head = self
            .store
            .head()
            .await
            .expect("the head can be read")
            .expect("something was recorded");
        let entries = self
            .store
            .journal_page(0, head.seq, u32::MAX)
            .await
            .expect("the record can be read");
        let mut verifier = Verifier::default();
        for entry in &entries {
            verifier
                .entry(entry)
                .unwrap_or_else(|fault| panic!("entry {}: {fault}", entry.seq));
        }
        verifier
            .finish(&head, &self.store.record_key())
            .expect("the record ends at its signed head");
    }

    /// Names of the files, and the log, in which `word` stands.
    pub fn traces(&self, word: &str) -> Vec<String> {
        traces(self.folder.path(), word)
    }

    /// Ends the program in good order.
    pub async fn close(self) -> Remains {
        self.lifecycle.stop().cancel();
        self.store.close().await;
        Remains { folder: self.folder }
    }
}

impl Remains {
    /// As [`World::traces`].
    pub fn traces(&self, word: &str) -> Vec<String> {
        traces(self.folder.path(), word)
    }
}

/// The clock that the world's hand sets.
fn hand(clock: &Arc<AtomicI64>) -> web::Clock {
    let hand = Arc::clone(clock);
    Arc::new(move || Millis(hand.load(Ordering::Relaxed)))
}

fn crawler(store: &Store, clock: &Arc<AtomicI64>, rules: &InForce, hosts: &[&Host]) -> Crawler {
    let settings = crawl::Settings {
        contact: String::from("uji@netra.example"),
        fingerprint_key: [9; 32],
        concurrency: 4,
        host_per_minute: 60_000,
        // So that one answer comes before the next question.
        host_concurrency: 1,
        tempo: Tempo {
            min: Duration::from_mins(5),
            max: Duration::from_mins(5),
        },
        // A crowd in this world is small.
        brake: Brake {
            least: 20,
            ..Brake::default()
        },
        allow_private: hosts.iter().map(|host| host.address()).collect(),
        ..crawl::Settings::default()
    };
    Crawler::new(store.clone(), settings, rules.matcher(), hand(clock)).expect("the crawler is put together")
}

/// Serves the desk on a port of its own until the life ends.
async fn open_desk(life: &Lifecycle, store: &Store, clock: &Arc<AtomicI64>, rules: &InForce) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("loopback has room");
    let address = listener.local_addr().expect("it is bound");
    let router = web::router(web::Desk {
        store: store.clone(),
        settings: Settings {
            secure_cookies: false,
            ..Settings::default()
        },
        clock: hand(clock),
        rules: rules.view(),
        corpus: None,
        metrics: None,
    });
    life.tasks().spawn(
        "desk",
        |stop| async move { Ok(web::serve(listener, router, stop).await?) },
    );
    address
}

fn traces(folder: &Path, word: &str) -> Vec<String> {
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| contains(&std::fs::read(path).expect("files can be read"), word))
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    if contains(&log::captured(), word) {
        found.push(String::from("the log"));
    }
    found.sort();
    found
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

fn nip(number: u32) -> String {
    format!("19800101200501{number:04}")
}

async fn fresh_database() -> String {
    let server = std::env::var("TEST_POSTGRES_URL").expect("TEST_POSTGRES_URL names a server; tests/run starts one");
    let mut name = [0; 8];
    getrandom::fill(&mut name).expect("the system gives random bytes");
    let name = format!("netra_world_{:016x}", u64::from_ne_bytes(name));
    let pool = sqlx::PgPool::connect(&server).await.expect("the server answers");
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&pool).await.expect("a database can be made");
    pool.close().await;
    let mut url = url::Url::parse(&server).expect("TEST_POSTGRES_URL is an address");
    url.set_path(&name);
    url.into()
}
