//! The desk in a real browser.

use netra::model::{CaseState, Platform};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::world::browser::{Browser, JavaScript, browse};
use crate::world::{PASSWORD, World};

/// Keys as `WebDriver` spells them.
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

/// A story told with scripts off proves nothing if they were on.
#[tokio::test]
async fn the_browser_runs_scripts_only_when_told() {
    let page = "<p>plain</p><script>document.querySelector('p').textContent = 'scripted'</script>";
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(page, "text/html");
    Mock::given(any()).respond_with(answer).mount(&server).await;
    for (javascript, seen) in [(JavaScript::On, "scripted"), (JavaScript::Off, "plain")] {
        browse(&server.uri(), javascript, async |browser| {
            browser.open("/").await;
            assert_eq!(browser.text("p").await, seen);
        })
        .await;
    }
}

/// A world in which one post waits for a supervisor.
async fn waiting() -> World {
    let world = World::new().await;
    let ana = world.person("Ana").await;
    world.account(ana, Platform::Feed, &world.feeds.feed("ana")).await;
    world.feeds.publish(
        "ana",
        "Jangan lupa coblos nomor 2 <script>document.title = 'gotcha'</script>",
    );
    world.poll().await;
    world.supervisor_account("sari").await;
    world
}

async fn sign_in(browser: &Browser) {
    browser.open("/").await;
    assert!(browser.path().await.starts_with("/masuk"), "{}", browser.path().await);
    browser.fill("#nama", "sari").await;
    browser.fill("#sandi", PASSWORD).await;
}

#[tokio::test]
async fn without_scripts_a_supervisor_signs_in_reads_and_decides() {
    let world = waiting().await;
    browse(&world.desk(), JavaScript::Off, async |browser| {
        sign_in(browser).await;
        browser.follow("main form button").await;
        assert_eq!(browser.path().await, "/antrean");
        assert_eq!(browser.count("[data-row]").await, 1);
        browser.follow("a[data-open]").await;
        assert_eq!(browser.path().await, "/perkara/1");
        // The post's own markup is text to read, never a script to run.
        assert!(browser.text(".post").await.contains("<script>"));
        assert_eq!(browser.text(".post mark").await, "coblos");
        browser.click("input[name=putusan][value=teruskan]").await;
        browser
            .fill(
                "#alasan",
                "Mengajak memilih nomor 2 pada masa kampanye, perlu telaah kedua.",
            )
            .await;
        browser.follow("form[data-decision] button").await;
        assert_eq!(
            browser.text(".done[role=status]").await,
            "Perkara 1: keputusan Anda tercatat."
        );
    })
    .await;
    assert_eq!(world.cases().await[0].state, CaseState::Telaah2);
    world.verify_record().await;
}

#[tokio::test]
async fn by_keyboard_alone_a_supervisor_signs_in_reads_and_decides() {
    let world = waiting().await;
    browse(&world.desk(), JavaScript::On, async |browser| {
        sign_in(browser).await;
        browser.leave(async || browser.press(ENTER).await).await;
        assert_eq!(browser.path().await, "/antrean");
        browser.press("j").await;
        browser.leave(async || browser.press("o").await).await;
        assert_eq!(browser.path().await, "/perkara/1");
        assert!(!browser.client().title().await.unwrap().contains("gotcha"));
        let key = browser.attribute("input[name=putusan][value=tolak]", "data-key").await;
        browser.press(&key).await;
        browser
            .fill(
                "#alasan",
                "Kutipan berita tanpa ajakan sendiri, tidak perlu diteruskan.",
            )
            .await;
        browser
            .leave(async || browser.press(&format!("{TAB}{ENTER}")).await)
            .await;
        assert_eq!(
            browser.text(".done[role=status]").await,
            "Perkara 1: keputusan Anda tercatat."
        );
    })
    .await;
    assert_eq!(world.cases().await[0].state, CaseState::Ditolak);
}
