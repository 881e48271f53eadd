//! The daemon as systemd sees it: the real binary, a real notify socket, real signals.

use std::fs::{self, File};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

/// Long enough for a debug build on a busy machine; a healthy daemon answers in milliseconds.
const PATIENCE: Duration = Duration::from_mins(1);

struct Daemon {
    child: Child,
    socket: UnixDatagram,
    folder: tempfile::TempDir,
}

impl Daemon {
    fn start(listen: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy_rules(&root.join("rules"), &folder.path().join("rules"));
        let config = format!(
            "data_dir = \"{data}\"\n[rules]\ndir = \"{rules}\"\n[desk]\nlisten = {listen:?}\nsecure_cookies = false\n\
             [crawl]\ncontact = \"tests@netra.example\"\n[source.feed]\nlegal_basis = \"tests of Netra itself\"\n",
            data = folder.path().join("data").display(),
            rules = folder.path().join("rules").display(),
        );
        fs::write(folder.path().join("netra.toml"), config).expect("config written");
        let socket = UnixDatagram::bind(folder.path().join("notify")).expect("a notify socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let child = Command::new(env!("CARGO_BIN_EXE_netra"))
            .args(["run", "--config"])
            .arg(folder.path().join("netra.toml"))
            .env("NOTIFY_SOCKET", folder.path().join("notify"))
            .env("WATCHDOG_USEC", "1500000")
            .env_remove("WATCHDOG_PID")
            .env_remove("JOURNAL_STREAM")
            .env_remove("CREDENTIALS_DIRECTORY")
            .stderr(File::create(folder.path().join("log")).expect("a log file"))
            .spawn()
            .expect("the binary starts");
        Self { child, socket, folder }
    }

    /// Reads what the daemon tells systemd until a message holds `word`.
    fn told(&self, word: &str) -> String {
        let mut buffer = [0_u8; 4096];
        loop {
            let length = self
                .socket
                .recv(&mut buffer)
                .unwrap_or_else(|error| panic!("no `{word}`: {error}\n{}", self.log()));
            let message = String::from_utf8_lossy(&buffer[..length]).into_owned();
            if message.contains(word) {
                return message;
            }
        }
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.child.id().to_string())
            .status();
        assert!(status.expect("kill runs").success());
    }

    fn ended(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it ends");
        (status, self.log())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn rules(&self) -> PathBuf {
        self.folder.path().join("rules")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Already gone when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn copy_rules(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from)
        .expect("the shipped rules")
        .map(|entry| entry.expect("an entry"))
    {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_rules(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn systemd_is_told_of_readiness_life_reload_and_stop() {
    let daemon = Daemon::start("127.0.0.1:0");
    let ready = daemon.told("READY=1");
    let address = ready
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .expect("the desk's address");
    let health = Command::new("curl")
        .args(["-sf", &format!("http://{address}/healthz")])
        .output()
        .expect("curl runs");
    assert!(health.status.success(), "the desk answers once READY was said");

    daemon.told("WATCHDOG=1");

    fs::write(
        daemon.rules().join("salah.toml"),
        "[pack]\nid = \"salah\"\ntitel = \"x\"\n",
    )
    .expect("written");
    daemon.signal("HUP");
    daemon.told("RELOADING=1");
    daemon.told("READY=1");
    daemon.told("WATCHDOG=1");
    assert!(
        daemon.log().contains("salah.toml"),
        "the log says which file is wrong:\n{}",
        daemon.log()
    );

    daemon.signal("TERM");
    daemon.told("STOPPING=1");
    let (status, log) = daemon.ended();
    assert!(status.success(), "{log}");
}

#[test]
fn a_bad_rule_file_does_not_stop_a_restart_either() {
    let daemon = Daemon::start("127.0.0.1:0");
    daemon.told("READY=1");
    daemon.signal("TERM");
    daemon.told("STOPPING=1");
    fs::write(daemon.rules().join("salah.toml"), "kacau").expect("written");
    let socket = daemon.folder.path().join("notify");
    let again = Command::new(env!("CARGO_BIN_EXE_netra"))
        .args(["run", "--once", "--config"])
        .arg(daemon.folder.path().join("netra.toml"))
        .env("NOTIFY_SOCKET", socket)
        .output()
        .expect("the binary starts");
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(again.status.success(), "{said}");
    assert!(said.contains("salah.toml"), "{said}");
}

#[test]
fn a_desk_that_cannot_listen_ends_the_daemon_with_failure() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let daemon = Daemon::start(&taken.local_addr().expect("an address").to_string());
    let (status, log) = daemon.ended();
    assert!(!status.success(), "{log}");
    assert!(log.contains("listen"), "{log}");
}
