//! A small office: units, people, accounts, users, a contest, posts; and a browser that speaks to the router.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::civil::date;
use jiff::tz::Offset;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::evidence::capture::{Answer as Fetched, capture};
use crate::model::{
    AccountKind, Author, Candidate, CandidateSide, CaseId, Category, Contest, Employment, Hit, Level, Millis, Outcome,
    OwnershipState, Phase, Phases, Platform, Position, Post, PostKind, Role, Span, Suppressed, UserId, Verdict,
};
use crate::rules::{Expr, Rule, RuleSet, Status};
use crate::store::page::{Finding, PageCommit, Schedule, Seen};
use crate::store::register::{NewAccount, NewPerson, NewPledge, NewUnit, Rows};
use crate::store::testing::{self, Fresh};
use crate::store::{By, Look, LookAnswer, Store};
use crate::web::{Desk, RulesView, Settings, router};

/// The password of everybody here.
pub const PASSWORD: &str = "rahasia sekali";
/// The contest of this region.
pub const CONTEST: &str = "2024-pilwalkot-contoh";

/// The office.
pub struct World {
    pub fresh: Fresh,
    pub clock: Arc<AtomicI64>,
    pub router: Router,
    pub rules: watch::Sender<RulesView>,
    posts: AtomicI64,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The value of the form's hidden field.
    pub fn revision(&self) -> i64 {
        let at = self.body.find("name=\"revisi\" value=\"").expect("the page has a form") + 21;
        self.body[at..].split('"').next().unwrap().parse().unwrap()
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "`{text}` is not on the page:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn never_says(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "`{text}` is on the page:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

/// A post that fires.
pub struct Flagged<'a> {
    pub text: &'a str,
    pub marks: &'a [&'a str],
    pub category: Category,
    pub level: Level,
    pub foreign: Option<&'a str>,
    pub kind: PostKind,
}

impl Default for Flagged<'_> {
    fn default() -> Self {
        Self {
            text: "Rabu besok jangan lupa coblos nomor 2 ya, demi kota kita.",
            marks: &["coblos nomor 2"],
            category: Category::Ajakan,
            level: Level::Tinggi,
            foreign: None,
            kind: PostKind::Own,
        }
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(Settings {
            secure_cookies: false,
            ..settings()
        })
        .await
    }

    pub async fn with(settings: Settings) -> Self {
        let fresh = testing::sqlite().await;
        let now: Millis = "2024-11-05T02:00:00Z".parse::<jiff::Timestamp>().unwrap().into();
        let clock = Arc::new(AtomicI64::new(now.0));
        register(&fresh.store, now).await;
        let (rules, receiver) = watch::channel(RulesView::new(Arc::new(rule_set()), now));
        let ticking = Arc::clone(&clock);
        let desk = Desk {
            store: fresh.store.clone(),
            settings,
            clock: Arc::new(move || Millis(ticking.load(Ordering::SeqCst))),
            rules: receiver,
            corpus: None,
            metrics: None,
        };
        Self {
            fresh,
            clock,
            router: router(desk),
            rules,
            posts: AtomicI64::new(0),
        }
    }

    pub fn store(&self) -> &Store {
        &self.fresh.store
    }

    pub fn now(&self) -> Millis {
        Millis(self.clock.load(Ordering::SeqCst))
    }

    pub fn pass(&self, span: Duration) {
        self.clock
            .fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// A post of account 1 (Sri, education) that is flagged.
    pub async fn flag(&self, flagged: &Flagged<'_>) -> CaseId {
        let number = self.posts.fetch_add(1, Ordering::SeqCst);
        self.flag_as(1, &format!("post-{number}"), flagged)
            .await
            .expect("a new case")
    }

    /// A post with this key; the same key again is an edit.
    pub async fn flag_as(&self, account: i64, key: &str, flagged: &Flagged<'_>) -> Option<CaseId> {
        let committed = self
            .store()
            .commit_page(&page(account, key, flagged, self.now()), self.now())
            .await
            .unwrap();
        committed.new_cases.first().copied()
    }

    /// A look whether a case's post still stands, told again an hour later.
    pub async fn look(&self, case: CaseId, answer: LookAnswer, how: &str, at: Millis) {
        let look = Look {
            case,
            at,
            answer,
            how: how.to_owned(),
            confirm_after: Duration::from_hours(1),
            next_at: None,
        };
        self.store().record_look(&look).await.unwrap();
    }

    pub async fn user(&self, name: &str, role: Role, unit: Option<&str>) -> UserId {
        let unit = match unit {
            Some(code) => Some(self.store().unit_by_code(code).await.unwrap().unwrap()),
            None => None,
        };
        let by = By::Cli("test".to_owned());
        self.store()
            .add_user(name, role, unit, PASSWORD, &by, self.now())
            .await
            .unwrap()
    }

    /// Adds a user and signs in; gives the cookie.
    pub async fn enter(&self, name: &str, role: Role, unit: Option<&str>) -> String {
        self.user(name, role, unit).await;
        let answer = self.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        self.post(
            "/masuk",
            "",
            &[("nama", name), ("sandi", password), ("lanjut", "/antrean")],
        )
        .await
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask(
            Request::get(path)
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub async fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header(header::HOST, "meja.example")
            .header(header::ORIGIN, "http://meja.example")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(encode(form))).unwrap()).await
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

pub fn encode(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

pub fn settings() -> Settings {
    Settings {
        institution: "Inspektorat Kota Contoh".to_owned(),
        zone: Offset::constant(8).to_time_zone(),
        holidays: vec![date(2024, 11, 27)],
        page_size: 2,
        ..Settings::default()
    }
}

fn page(account: i64, key: &str, flagged: &Flagged<'_>, now: Millis) -> PageCommit {
    let post = Post {
        key: format!("https://blog.example/{key}"),
        url: Some(format!("https://blog.example/{key}")),
        author: Author {
            key: "sri".to_owned(),
            handle: "sri@blog.example".to_owned(),
        },
        kind: flagged.kind,
        text: flagged.text.to_owned(),
        foreign: flagged
            .foreign
            .map(|words| span(flagged.text, words))
            .into_iter()
            .collect(),
        published_at: Some(now.minus(Duration::from_mins(40))),
        edited_at: None,
        raw: 0..0,
    };
    let body = format!(
        "<rss><item><guid>{key}</guid><description>{}</description></item></rss>",
        flagged.text
    );
    let headers = [
        ("content-type".to_owned(), "application/rss+xml".to_owned()),
        ("etag".to_owned(), "\"7\"".to_owned()),
    ];
    let fetched = Fetched {
        url: "https://blog.example/feed.xml",
        status: 200,
        headers: &headers,
        fetched_at: now,
        body: body.as_bytes(),
        decoded: body.as_bytes(),
        decoded_from: None,
    };
    let mac = {
        let mut mac = [0; 16];
        for (slot, byte) in mac.iter_mut().zip(key.bytes()) {
            *slot = byte;
        }
        mac
    };
    let mut content = [0; 16];
    for (i, byte) in flagged.text.bytes().enumerate() {
        content[i % 16] ^= byte;
    }
    PageCommit {
        account: crate::model::AccountId(account),
        platform_id: None,
        cursor: None,
        seen: vec![Seen { key: mac, content }],
        findings: vec![Finding {
            mac,
            post,
            verdict: verdict(flagged),
            contest: Some(CONTEST.to_owned()),
            phase: Some(Phase::Kampanye),
            ruleset: "5f".repeat(32),
            capture: capture(&fetched, &(5..body.len() - 6)),
        }],
        tallies: Vec::new(),
        done: Some(Schedule {
            next_poll_at: now.plus(Duration::from_mins(20)),
            interval_ms: 1_200_000,
            failures: 0,
            etag: None,
            last_modified: None,
            body_digest: None,
            outcome: "ok".to_owned(),
            success: true,
        }),
        brake: None,
    }
}

fn verdict(flagged: &Flagged<'_>) -> Verdict {
    let hit = Hit {
        rule: "D1-ajakan-calon".to_owned(),
        title: "Ajakan memilih dengan nama atau nomor calon".to_owned(),
        version: "a1b2c3d4e5f6".to_owned(),
        category: flagged.category,
        level: flagged.level,
        basis: vec!["skb2022:disiplin:6".to_owned()],
        contest: Some(CONTEST.to_owned()),
        candidate: Some(2),
        spans: flagged.marks.iter().map(|mark| span(flagged.text, mark)).collect(),
        shadow: false,
    };
    // Without a mark no rule found anything.
    let found = !flagged.marks.is_empty();
    Verdict {
        outcome: if found { Outcome::Flag } else { Outcome::Clear },
        hits: found.then_some(hit).into_iter().collect(),
        suppressed: vec![Suppressed {
            rule: "D2-dukungan".to_owned(),
            by: "penolakan".to_owned(),
        }],
    }
}

fn span(text: &str, words: &str) -> Span {
    let start = text.find(words).expect("the words are in the text");
    Span {
        start: u32::try_from(start).unwrap(),
        end: u32::try_from(start + words.len()).unwrap(),
    }
}

async fn register(store: &Store, now: Millis) {
    let by = By::Cli("test".to_owned());
    let unit = |code: &str, name: &str, parent: Option<&str>| NewUnit {
        code: code.to_owned(),
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
        region: Some("7471".to_owned()),
    };
    let person = |nip: &str, name: &str, unit: &str| NewPerson {
        nip: nip.to_owned(),
        name: name.to_owned(),
        employment: Employment::Pns,
        unit: unit.to_owned(),
        position: Position::Pelaksana,
    };
    let account = |nip: &str, handle: &str, platform, ownership| NewAccount {
        nip: nip.to_owned(),
        platform,
        handle: handle.to_owned(),
        kind: AccountKind::Personal,
        ownership,
        proof: Some("kode di profil, 12 Agustus 2024".to_owned()),
        since: None,
        until: None,
        consent: None,
        active: true,
    };
    let pledge = NewPledge {
        code: "IKR-2024-17".to_owned(),
        place: "Balai Kota".to_owned(),
        signed_on: date(2024, 8, 19),
        points: vec!["Menjaga netralitas".to_owned()],
        nip: Some("198001012005012001".to_owned()),
    };
    for rows in [
        Rows::Units(vec![
            unit("KOTA", "Pemerintah Kota Contoh", None),
            unit("DIK", "Dinas Pendidikan", Some("KOTA")),
            unit("SEH", "Dinas Kesehatan", Some("KOTA")),
            unit("INS", "Inspektorat", Some("KOTA")),
        ]),
        Rows::People(vec![
            person("198001012005012001", "Sri Wahyuni", "DIK"),
            person("198505052010011002", "Budi Santoso", "SEH"),
        ]),
        Rows::Accounts(vec![
            account(
                "198001012005012001",
                "https://blog.example/feed.xml",
                Platform::Feed,
                OwnershipState::Verified,
            ),
            account(
                "198505052010011002",
                "@budi@sosial.example",
                Platform::Mastodon,
                OwnershipState::Declared,
            ),
        ]),
        Rows::Pledges(vec![pledge]),
    ] {
        let imported = store.import(&rows, false, &by, now, &|| ()).await.unwrap();
        assert!(imported.taken, "{imported:?}");
    }
}

pub fn rule_set() -> RuleSet {
    let rule = |id: &str, title: &str, category, level, status| Rule {
        title: title.to_owned(),
        pack: "ajakan".to_owned(),
        level,
        status,
        version: "a1b2c3d4e5f6".to_owned(),
        ..Rule::bare(id.to_owned(), category, Expr::Words(0))
    };
    let side = |name: &str| CandidateSide {
        name: name.to_owned(),
        aliases: Vec::new(),
    };
    let candidate = |number, head: &str, deputy: &str| Candidate {
        number,
        head: side(head),
        deputy: Some(side(deputy)),
        ..Candidate::default()
    };
    let first_day = [
        (Phase::Pendaftaran, date(2024, 8, 27)),
        (Phase::Penetapan, date(2024, 9, 22)),
        (Phase::Kampanye, date(2024, 9, 25)),
        (Phase::Tenang, date(2024, 11, 24)),
        (Phase::Pemungutan, date(2024, 11, 27)),
    ];
    RuleSet {
        rules: vec![
            rule(
                "D1-ajakan-calon",
                "Ajakan memilih dengan nama atau nomor calon",
                Category::Ajakan,
                Level::Tinggi,
                Status::Live,
            ),
            rule(
                "D8-julukan",
                "Julukan kasar bagi calon",
                Category::Julukan,
                Level::Sedang,
                Status::Shadow,
            ),
            rule(
                "S-penolakan",
                "Penolakan dan larangan",
                Category::Penolakan,
                Level::Rendah,
                Status::Live,
            ),
        ],
        words: Vec::new(),
        contests: vec![Contest {
            id: CONTEST.to_owned(),
            name: "Pemilihan Wali Kota dan Wakil Wali Kota Contoh 2024".to_owned(),
            region: "7471".to_owned(),
            zone: Offset::constant(8).to_time_zone(),
            refer_to: "bawaslu-kota-contoh".to_owned(),
            phases: Phases {
                first_day: first_day.into_iter().collect(),
                ends: Some(date(2025, 2, 20)),
            },
            candidates: vec![
                candidate(1, "Anisa Putri", "Joko Lelana"),
                candidate(2, "Rahmat Hidayat", "Siti Aminah"),
            ],
        }],
        norms: Vec::new(),
        candidate_terms: Vec::new(),
        examples: Vec::new(),
        hash: "5f".repeat(32),
    }
}
