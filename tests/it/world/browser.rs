//! The desk in a real Chromium, as a supervisor sees it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt as _;
use serde_json::json;

/// How long a page may take to come; far more than it needs, so that only a fault meets it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether pages may run scripts. The desk must work either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JavaScript {
    On,
    Off,
}

/// A browser window.
pub struct Browser {
    client: Client,
    desk: String,
}

/// Opens a browser on the desk at `desk` and tells it `story`; the window is closed however the story ends.
pub async fn browse(desk: &str, javascript: JavaScript, story: impl AsyncFnOnce(&Browser)) {
    let driver = std::env::var("TEST_CHROMEDRIVER_URL")
        .expect("TEST_CHROMEDRIVER_URL names a running ChromeDriver; tests/run starts one");
    let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities(javascript))
        .connect(&driver)
        .await
        .expect("ChromeDriver opens a browser");
    let desk = desk.trim_end_matches('/').to_owned();
    let browser = Browser { client, desk };
    let end = AssertUnwindSafe(story(&browser)).catch_unwind().await;
    if end.is_err() {
        println!("the page when the story broke off:\n{}", browser.text("body").await);
    }
    browser.client.close().await.expect("the browser closes");
    end.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

fn capabilities(javascript: JavaScript) -> Capabilities {
    let scripts = match javascript {
        JavaScript::On => 1,
        JavaScript::Off => 2,
    };
    let options = json!({
        // No sandbox: tests may run as root in a container; the pages are our own. No word to anyone outside.
        "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--window-size=1280,1000"],
        "prefs": { "profile.managed_default_content_settings.javascript": scripts },
    });
    Capabilities::from_iter([(String::from("goog:chromeOptions"), options)])
}

impl Browser {
    /// Opens a page of the desk.
    pub async fn open(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.desk)).await.expect(path);
    }

    /// The path and query of the page shown.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("a page is open");
        url[url::Position::BeforePath..].to_owned()
    }

    /// What a reader sees of the first element that fits.
    pub async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.expect(selector)
    }

    /// How many elements fit.
    pub async fn count(&self, selector: &str) -> usize {
        self.client
            .find_all(Locator::Css(selector))
            .await
            .expect(selector)
            .len()
    }

    /// Types into a field.
    pub async fn fill(&self, selector: &str, text: &str) {
        self.find(selector).await.send_keys(text).await.expect(selector);
    }

    /// Picks a choice, without leaving the page.
    pub async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.expect(selector);
    }

    /// An attribute of the first element that fits.
    pub async fn attribute(&self, selector: &str, name: &str) -> String {
        let value = self.find(selector).await.attr(name).await.expect(selector);
        value.unwrap_or_else(|| panic!("`{selector}` has no `{name}`"))
    }

    /// Follows a link or presses a button that leads to another page, and waits until that page is there.
    pub async fn follow(&self, selector: &str) {
        let link = self.find(selector).await;
        self.leave(async || link.click().await.expect(selector)).await;
    }

    /// Does what leads to another page, and waits until the old one is gone.
    pub async fn leave(&self, act: impl AsyncFnOnce()) {
        let old = self.find("html").await;
        act().await;
        let gone = async {
            // The driver answers at once; there is no event to wait for without scripts.
            while old.tag_name().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let left = tokio::time::timeout(PATIENCE, gone).await;
        assert!(left.is_ok(), "still on {} after {PATIENCE:?}", self.path().await);
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: &str) {
        let focus = self.client.active_element().await.expect("something has the focus");
        focus.send_keys(keys).await.expect(keys);
    }

    /// The window itself, for what has no word here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    async fn find(&self, selector: &str) -> fantoccini::elements::Element {
        let found = self.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("`{selector}` on the page: {error}"))
    }
}
