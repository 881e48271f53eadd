//! The demo's hosts: four small web servers on loopback, each with its own robots.txt and its own manners.
//!
//! Does: bind to free ports, count what is asked and answered. Does not: spawn anything itself; the lifecycle's tasks do.
//! Invariant: nothing listens on an address that is not loopback.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use super::region::Place;
use super::world::World;
use super::{feed, masto};
use crate::lifecycle::Tasks;

/// How long the busy host asks to be left alone, counted from the first request.
pub const BUSY_SECS: i64 = 20;

/// What a handler needs.
#[derive(Clone)]
pub struct Site {
    /// The region.
    pub world: Arc<World>,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// What this host serves.
    pub places: &'static [Place],
    /// What robots.txt says.
    robots: &'static str,
    /// When the busy host was first asked; 0 = not yet, negative = not a busy host.
    first_asked: Arc<AtomicI64>,
    traffic: Arc<Traffic>,
}

impl Site {
    /// Whether accounts of this place are served here.
    pub fn serves(&self, place: Place) -> bool {
        self.places.contains(&place)
    }
}

/// What was asked of a host and how it answered.
#[derive(Debug, Default)]
pub struct Traffic {
    robots: AtomicI64,
    answers: Mutex<BTreeMap<u16, u64>>,
}

impl Traffic {
    /// Times robots.txt was read.
    pub fn robots(&self) -> i64 {
        self.robots.load(Ordering::Relaxed)
    }

    /// Everything else: how often each status was answered.
    pub fn answers(&self) -> BTreeMap<u16, u64> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A running host.
pub struct Host {
    /// What it is, for people.
    pub title: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it serves.
    pub places: &'static [Place],
    /// What was asked.
    pub traffic: Arc<Traffic>,
}

const OPEN: &str = "User-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n";
const CLOSED: &str = "User-agent: *\nDisallow: /\n";

/// Title, what is served, robots.txt, whether it is busy at first.
const HOSTS: [(&str, &[Place], &str, bool); 4] = [
    ("Mastodon API", &[Place::Masto], OPEN, false),
    (
        "blogs",
        &[Place::Rss, Place::Atom, Place::Rdf, Place::Json],
        OPEN,
        false,
    ),
    ("closed by robots.txt", &[Place::Closed], CLOSED, false),
    ("busy (429)", &[Place::Busy], OPEN, true),
];

/// Starts every host.
pub async fn start(world: &Arc<World>, tasks: &Tasks) -> anyhow::Result<Vec<Host>> {
    let mut hosts = Vec::new();
    for (title, places, robots, busy) in HOSTS {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .with_context(|| format!("opening a port for the demo's host `{title}`"))?;
        let address = listener.local_addr().context("reading the port")?;
        let traffic = Arc::new(Traffic::default());
        let site = Site {
            world: Arc::clone(world),
            base: format!("http://{address}"),
            places,
            robots,
            first_asked: Arc::new(AtomicI64::new(if busy { 0 } else { -1 })),
            traffic: Arc::clone(&traffic),
        };
        let router = router(site);
        tasks.spawn("demo host", |stop| async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(stop.cancelled_owned())
                .await
                .with_context(|| format!("serving the demo's host `{title}`"))
        });
        hosts.push(Host {
            title,
            address,
            places,
            traffic,
        });
    }
    Ok(hosts)
}

fn router(site: Site) -> Router {
    let routes = if site.serves(Place::Masto) {
        masto::routes()
    } else {
        feed::routes()
    };
    let routes = routes.with_state(site.clone());
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(site, door))
}

/// robots.txt, the busy host's patience, and the count.
async fn door(State(site): State<Site>, request: Request, next: Next) -> Response {
    if request.uri().path() == "/robots.txt" {
        site.traffic.robots.fetch_add(1, Ordering::Relaxed);
        return ([(header::CONTENT_TYPE, "text/plain")], site.robots).into_response();
    }
    let response = match wait_secs(&site) {
        Some(secs) => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, secs.to_string())]).into_response(),
        None => next.run(request).await,
    };
    let mut answers = site.traffic.answers.lock().unwrap_or_else(PoisonError::into_inner);
    *answers.entry(response.status().as_u16()).or_default() += 1;
    drop(answers);
    response
}

/// How long a busy host still wants to be left alone.
fn wait_secs(site: &Site) -> Option<i64> {
    let now = site.world.now().0.max(1);
    let first = match site
        .first_asked
        .compare_exchange(0, now, Ordering::SeqCst, Ordering::SeqCst)
    {
        Ok(_) => now,
        Err(first) => first,
    };
    let left = BUSY_SECS - (now - first) / 1000;
    (first > 0 && left > 0).then_some(left)
}

#[cfg(test)]
pub mod tests {
    use axum::body::Body;
    use axum::http::HeaderMap;
    use tower::ServiceExt as _;

    use super::super::world::tests::world;
    use super::*;

    pub fn site() -> (Site, Arc<AtomicI64>) {
        site_of(&[Place::Masto])
    }

    pub fn site_of(places: &'static [Place]) -> (Site, Arc<AtomicI64>) {
        let (world, hand) = world();
        let site = Site {
            world: Arc::new(world),
            base: String::from("http://127.0.0.1:9"),
            places,
            robots: OPEN,
            first_asked: Arc::new(AtomicI64::new(-1)),
            traffic: Arc::default(),
        };
        (site, hand)
    }

    pub async fn get(router: Router, path: &str) -> (u16, HeaderMap, String) {
        get_with(router, path, &[]).await
    }

    pub async fn get_with(router: Router, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let body = body.iter().map(|byte| char::from(*byte)).collect::<String>();
        // Latin-1 stays Latin-1, UTF-8 becomes text.
        let bytes: Vec<u8> = body.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
        (
            parts.status.as_u16(),
            parts.headers,
            String::from_utf8(bytes).unwrap_or(body),
        )
    }

    #[tokio::test]
    async fn the_busy_host_answers_once_its_time_is_over() {
        let (mut site, hand) = site_of(&[Place::Busy]);
        site.first_asked = Arc::new(AtomicI64::new(0));
        let path = "/pojok-gita/feed.xml";
        let (status, headers, _) = get(router(site.clone()), path).await;
        assert_eq!(
            (status, headers[header::RETRY_AFTER].to_str().expect("ASCII")),
            (429, "20")
        );
        hand.fetch_add(BUSY_SECS * 1000, Ordering::SeqCst);
        assert_eq!(get(router(site.clone()), path).await.0, 200);
        assert_eq!(site.traffic.answers(), BTreeMap::from([(200, 1), (429, 1)]));
    }

    #[tokio::test]
    async fn robots_is_answered_and_counted_apart() {
        let (mut site, _) = site_of(&[Place::Closed]);
        site.robots = CLOSED;
        let (_, _, body) = get(router(site.clone()), "/robots.txt").await;
        assert_eq!(body, CLOSED);
        assert_eq!((site.traffic.robots(), site.traffic.answers().len()), (1, 0));
    }
}
