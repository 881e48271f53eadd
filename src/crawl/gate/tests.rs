use std::sync::atomic::{AtomicI64, Ordering};

use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::crawl::budget;
use crate::crawl::fetch::{Limits, Lookup, SystemDns};
use crate::crawl::guard::{Guard, Refusal};

const NOW: i64 = 1_795_290_000_000;

/// A gate that may reach these servers, with a clock to be set by hand.
fn gate(servers: &[&MockServer]) -> (Gate, Arc<AtomicI64>) {
    let guard = Guard::new(servers.iter().map(|server| *server.address()).collect());
    let fetcher = Fetcher::new("", Limits::default(), guard, &(Arc::new(SystemDns) as Arc<dyn Lookup>)).unwrap();
    let budget = Budget::new(budget::Limits {
        per_minute: 60_000,
        ..budget::Limits::default()
    });
    let time = Arc::new(AtomicI64::new(NOW));
    let clock = Arc::clone(&time);
    (
        Gate::new(fetcher, budget, Arc::new(move || Millis(clock.load(Ordering::SeqCst)))),
        time,
    )
}

fn ask(url: &str) -> Ask {
    Ask::new(Url::parse(url).unwrap(), "*/*")
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET"))
        .and(path(at))
        .respond_with(answer)
        .mount(server)
        .await;
}

fn to(location: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", location)
}

fn text(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_string(body)
}

async fn get(gate: &Gate, url: &str) -> Result<Fetched, Error> {
    gate.get(&ask(url), &Manners::default(), Body::Whole).await
}

/// Requests for anything but robots.txt.
async fn asked(server: &MockServer) -> usize {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .filter(|request| request.url.path() != "/robots.txt")
        .count()
}

#[tokio::test]
async fn redirects_to_private_addresses_are_never_followed() {
    for target in [
        "http://127.0.0.1/",
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://[::ffff:7f00:1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "gopher://example.org/",
    ] {
        let server = MockServer::start().await;
        serve(&server, "/robots.txt", ResponseTemplate::new(404)).await;
        serve(&server, "/feed", to(target)).await;
        let (gate, _) = gate(&[&server]);
        let error = get(&gate, &format!("{}/feed", server.uri())).await.unwrap_err();
        assert!(
            matches!(error, Error::Blocked(Refusal::Private | Refusal::Scheme)),
            "{target}: {error}"
        );
    }
}

#[tokio::test]
async fn a_robots_txt_that_redirects_to_a_private_address_closes_nothing_else_and_reaches_nothing() {
    let server = MockServer::start().await;
    serve(&server, "/robots.txt", to("http://169.254.169.254/robots.txt")).await;
    serve(&server, "/feed", text("x")).await;
    let (gate, _) = gate(&[&server]);
    let error = get(&gate, &format!("{}/feed", server.uri())).await.unwrap_err();
    assert_eq!(error, Error::Blocked(Refusal::Private));
    assert_eq!(asked(&server).await, 0);
}

#[tokio::test]
async fn redirect_loops_end() {
    let server = MockServer::start().await;
    serve(&server, "/robots.txt", ResponseTemplate::new(404)).await;
    serve(&server, "/self", to("/self")).await;
    serve(&server, "/a", to("/b")).await;
    serve(&server, "/b", to("/a")).await;
    serve(&server, "/nowhere", ResponseTemplate::new(302)).await;
    let (gate, _) = gate(&[&server]);
    for at in ["/self", "/a", "/nowhere"] {
        assert_eq!(
            get(&gate, &format!("{}{at}", server.uri())).await.unwrap_err(),
            Error::Redirects,
            "{at}"
        );
    }
    assert_eq!(asked(&server).await, 1 + 6 + 1);
}

#[tokio::test]
async fn a_permanent_redirect_is_said_and_a_temporary_one_is_not() {
    let server = MockServer::start().await;
    serve(&server, "/robots.txt", ResponseTemplate::new(404)).await;
    serve(
        &server,
        "/old",
        ResponseTemplate::new(301).insert_header("location", "/mid"),
    )
    .await;
    serve(
        &server,
        "/mid",
        ResponseTemplate::new(308).insert_header("location", "/new"),
    )
    .await;
    serve(&server, "/new", text("isi")).await;
    serve(&server, "/now", to("/new")).await;
    let (gate, _) = gate(&[&server]);
    let old = get(&gate, &format!("{}/old", server.uri())).await.unwrap();
    assert!(old.moved && old.url.path() == "/new" && old.response.body == b"isi");
    assert!(!get(&gate, &format!("{}/now", server.uri())).await.unwrap().moved);
    assert!(!get(&gate, &format!("{}/new", server.uri())).await.unwrap().moved);
}

#[tokio::test]
async fn robots_txt_is_asked_once_and_obeyed_unless_the_owner_consented() {
    let server = MockServer::start().await;
    serve(&server, "/robots.txt", text("User-agent: *\nDisallow: /\n")).await;
    serve(&server, "/feed", text("isi")).await;
    let (gate, time) = gate(&[&server]);
    let url = format!("{}/feed", server.uri());
    for _ in 0..3 {
        assert_eq!(get(&gate, &url).await.unwrap_err(), Error::Robots);
    }
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
    let consented = Manners {
        consent: true,
        ..Manners::default()
    };
    assert!(gate.get(&ask(&url), &consented, Body::Whole).await.is_ok());
    assert_eq!(server.received_requests().await.unwrap().len(), 2);
    time.fetch_add(25 * 3_600_000, Ordering::SeqCst);
    assert_eq!(get(&gate, &url).await.unwrap_err(), Error::Robots);
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn consent_opens_one_host_and_no_other() {
    let (home, other) = (MockServer::start().await, MockServer::start().await);
    for server in [&home, &other] {
        serve(server, "/robots.txt", text("User-agent: *\nDisallow: /\n")).await;
    }
    serve(&home, "/feed", to(&format!("{}/feed", other.uri()))).await;
    let (gate, _) = gate(&[&home, &other]);
    let consented = Manners {
        consent: true,
        ..Manners::default()
    };
    let result = gate
        .get(&ask(&format!("{}/feed", home.uri())), &consented, Body::Whole)
        .await;
    assert_eq!(result.unwrap_err(), Error::Robots);
    assert_eq!(asked(&other).await, 0);
}

#[tokio::test]
async fn a_robots_txt_that_cannot_be_had_closes_for_a_while_and_a_missing_one_opens() {
    for (status, expected) in [(500, Some(Error::RobotsUnknown)), (404, None), (403, None), (410, None)] {
        let server = MockServer::start().await;
        serve(&server, "/robots.txt", ResponseTemplate::new(status)).await;
        serve(&server, "/feed", text("isi")).await;
        let (gate, time) = gate(&[&server]);
        let url = format!("{}/feed", server.uri());
        assert_eq!(get(&gate, &url).await.err(), expected, "{status}");
        if expected.is_some() {
            server.reset().await;
            serve(&server, "/robots.txt", ResponseTemplate::new(404)).await;
            serve(&server, "/feed", text("isi")).await;
            time.fetch_add(11 * 60_000, Ordering::SeqCst);
            assert!(get(&gate, &url).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_redirected_robots_txt_binds_the_host_that_was_asked() {
    let (home, other) = (MockServer::start().await, MockServer::start().await);
    serve(&home, "/robots.txt", to(&format!("{}/rules.txt", other.uri()))).await;
    serve(&other, "/rules.txt", text("user-agent: netra\ndisallow: /feed")).await;
    serve(&other, "/robots.txt", ResponseTemplate::new(404)).await;
    serve(&other, "/feed", text("isi")).await;
    let (gate, _) = gate(&[&home, &other]);
    assert_eq!(
        get(&gate, &format!("{}/feed", home.uri())).await.unwrap_err(),
        Error::Robots
    );
    assert!(get(&gate, &format!("{}/feed", other.uri())).await.is_ok());
}

#[tokio::test]
async fn a_host_that_asks_for_silence_gets_it() {
    let server = MockServer::start().await;
    serve(&server, "/robots.txt", ResponseTemplate::new(404)).await;
    serve(
        &server,
        "/feed",
        ResponseTemplate::new(429).insert_header("retry-after", "300"),
    )
    .await;
    serve(&server, "/bare", ResponseTemplate::new(429)).await;
    let (gate, time) = gate(&[&server]);
    let url = |at: &str| format!("{}{at}", server.uri());
    assert_eq!(get(&gate, &url("/feed")).await.unwrap().response.status, 429);
    let silent = Error::RateLimited {
        until: Some(Millis(NOW + 300_000)),
    };
    for at in ["/feed", "/other"] {
        assert_eq!(get(&gate, &url(at)).await.unwrap_err(), silent);
    }
    assert_eq!(asked(&server).await, 1);
    time.store(NOW + 300_000, Ordering::SeqCst);
    assert_eq!(get(&gate, &url("/bare")).await.unwrap().response.status, 429);
    assert!(matches!(
        get(&gate, &url("/feed")).await.unwrap_err(),
        Error::RateLimited { until: Some(_) }
    ));
}

#[tokio::test]
async fn validators_go_back_byte_for_byte() {
    let server = MockServer::start().await;
    serve(&server, "/robots.txt", ResponseTemplate::new(404)).await;
    Mock::given(path("/feed"))
        .and(header("if-none-match", "W/\"a b\""))
        .and(header("if-modified-since", "kemarin"))
        .respond_with(ResponseTemplate::new(304))
        .mount(&server)
        .await;
    let (gate, _) = gate(&[&server]);
    let mut ask = ask(&format!("{}/feed", server.uri()));
    let manners = Manners {
        etag: Some("W/\"a b\""),
        last_modified: Some("kemarin"),
        ..Manners::default()
    };
    ask.conditional = true;
    assert_eq!(
        gate.get(&ask, &manners, Body::Whole).await.unwrap().response.status,
        304
    );
    ask.conditional = false;
    assert_eq!(
        gate.get(&ask, &manners, Body::Whole).await.unwrap().response.status,
        404
    );
}
