//! The real program from registration to a case: `netra run` with its own clock, its own waiting, its own configuration file.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use netra::app::{self, clock};
use netra::config::Config;
use netra::model::{AccountKind, Employment, OwnershipState, Platform, Position};
use netra::store::By;
use netra::store::register::{NewAccount, NewPerson, NewUnit, Rows};

use crate::world::{Desk, Host, PACK};

/// How long anything may take; far more than it needs, so that only a fault meets it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ends the program whatever becomes of the story.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn what_is_published_while_the_daemon_runs_becomes_a_case() {
    let host = Host::start(clock::now()).await;
    host.feed("ana");
    host.publish("ana", "Ayo coblos nomor 2");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("rules/contests")).unwrap();
    fs::write(root.join("rules/uji.toml"), PACK).unwrap();
    fs::write(root.join("rules/contests/uji.toml"), contest()).unwrap();
    let config = configuration(root, host.address());
    fs::write(root.join("netra.toml"), &config).unwrap();
    register(&Config::parse(&config).unwrap(), &host).await;

    let notify = UnixDatagram::bind(root.join("notify")).unwrap();
    notify.set_read_timeout(Some(PATIENCE)).unwrap();
    let log = || fs::read_to_string(root.join("log")).unwrap_or_default();
    let child = Command::new(env!("CARGO_BIN_EXE_netra"))
        .args(["run", "--config"])
        .arg(root.join("netra.toml"))
        .env("NOTIFY_SOCKET", root.join("notify"))
        .env_remove("JOURNAL_STREAM")
        .stdin(Stdio::null())
        .stderr(fs::File::create(root.join("log")).unwrap())
        .spawn()
        .unwrap();
    let _running = Running(child);
    let mut buffer = [0; 4096];
    let length = notify
        .recv(&mut buffer)
        .unwrap_or_else(|error| panic!("not ready: {error}\n{}", log()));
    let ready = String::from_utf8_lossy(&buffer[..length]).into_owned();
    let address = ready
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .expect("the desk's address");
    let mut desk = Desk::new(address.parse::<SocketAddr>().unwrap());

    let end = Instant::now() + PATIENCE;
    loop {
        let page = desk.get("/metrics").await.text;
        if page.contains("netra_cases_total 1") {
            break;
        }
        assert!(Instant::now() < end, "no case in\n{page}\n{}", log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(!log().contains("coblos"), "{}", log());
}

fn configuration(root: &Path, host: SocketAddr) -> String {
    format!(
        "data_dir = '{0}'\nlog = 'debug'\n[rules]\ndir = '{0}/rules'\n[desk]\nlisten = '127.0.0.1:0'\n\
         secure_cookies = false\n[crawl]\ncontact = 'uji@netra.example'\nallow_private = ['{host}']\n\
         [source.feed]\nlegal_basis = 'Uji pada loopback'\n",
        root.display()
    )
}

/// A contest in its campaign today.
fn contest() -> String {
    let today = clock::now().date_in(&jiff::tz::TimeZone::UTC).unwrap();
    let day = |days: i64| today.saturating_add(jiff::Span::new().days(days));
    format!(
        "[contest]\nid = 'uji'\nname = 'Pemilihan uji'\nregion = '7471'\ntimezone = 'Asia/Makassar'\n\
         refer_to = 'bawaslu-uji'\n[contest.phases]\npendaftaran = {}\npenetapan = {}\nkampanye = {}\ntenang = {}\n\
         pemungutan = {}\npenghitungan = {}\nselesai = {}\n\
         [[candidate]]\nnumber = 1\nhead = {{ name = 'Sarimin Contoh', aliases = [] }}\n\
         [[candidate]]\nnumber = 2\nhead = {{ name = 'Wulandari Misal', aliases = [] }}\n",
        day(-90),
        day(-60),
        day(-40),
        day(40),
        day(43),
        day(44),
        day(90)
    )
}

async fn register(config: &Config, host: &Host) {
    let store = app::open_store(config).await.unwrap();
    let (by, now) = (By::Cli(String::from("uji")), clock::now());
    let unit = NewUnit {
        code: String::from("DINAS-1"),
        name: String::from("Dinas Contoh"),
        parent: None,
        region: Some(String::from("7471")),
    };
    let person = NewPerson {
        nip: String::from("198001012005011001"),
        name: String::from("Ana"),
        employment: Employment::ALL[0],
        unit: String::from("DINAS-1"),
        position: Position::ALL[0],
    };
    let account = NewAccount {
        nip: person.nip.clone(),
        platform: Platform::Feed,
        handle: host.feed("ana"),
        kind: AccountKind::Personal,
        ownership: OwnershipState::Verified,
        proof: None,
        since: None,
        until: None,
        consent: None,
        active: true,
    };
    for rows in [
        Rows::Units(vec![unit]),
        Rows::People(vec![person]),
        Rows::Accounts(vec![account]),
    ] {
        let done = store.import(&rows, false, &by, now, &|| ()).await.unwrap();
        assert!(done.taken, "{done:?}");
    }
    store.close().await;
}
