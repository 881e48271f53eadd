//! The desk in a real browser.

use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::world::browser::{JavaScript, browse};

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
