//! Which address leads where, and which right it needs. The whole desk at a glance.
//!
//! Invariant: a route stands in exactly one group; a group without a guard shows nothing personal.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::guard::{Right, require};
use super::settings::Desk;
use super::throttle::Throttle;
use super::{accounts, assets, case, evidence, frame, health, help, login, queue, record, rules, session};

/// The longest form: a reason of 4,000 characters, every one of them percent-encoded.
pub(super) const LARGEST_FORM: usize = 64 * 1024;
/// The longest an answer may take; verifying a long record is the slowest.
const SLOWEST: Duration = Duration::from_secs(30);

/// What the handlers share: what the desk was given, and the sign-in's limits.
#[derive(Clone)]
struct Room {
    desk: Desk,
    throttle: Arc<Throttle>,
}

impl FromRef<Room> for Desk {
    fn from_ref(room: &Room) -> Self {
        room.desk.clone()
    }
}

impl FromRef<Room> for Arc<Throttle> {
    fn from_ref(room: &Room) -> Self {
        Self::clone(&room.throttle)
    }
}

/// The desk as a service.
pub fn router(desk: Desk) -> Router {
    let behind = |right: Right, routes: &[(&str, MethodRouter<Room>)]| {
        routes
            .iter()
            .fold(Router::new(), |router, (path, method)| {
                router.route(path, method.clone())
            })
            .route_layer(from_fn_with_state((desk.clone(), right), require))
    };
    Router::new()
        .route("/aset/{name}", get(assets::serve))
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .route("/masuk", get(login::form).post(login::submit))
        .merge(behind(
            Right::Enter,
            &[
                ("/", get(login::home)),
                ("/keluar", post(session::leave)),
                ("/bantuan", get(help::show)),
            ],
        ))
        .merge(behind(
            Right::Read,
            &[
                ("/antrean", get(queue::show)),
                ("/perkara/{id}", get(case::show)),
                ("/perkara/{id}/bukti/{version}", get(evidence::download)),
            ],
        ))
        .merge(behind(Right::Decide, &[("/perkara/{id}/putusan", post(case::decide))]))
        .merge(behind(Right::Coverage, &[("/akun", get(accounts::show))]))
        .merge(behind(
            Right::Rules,
            &[
                ("/aturan", get(rules::show)),
                ("/aturan/satu/{id}", get(rules::one::show)),
            ],
        ))
        .merge(behind(
            Right::Steps,
            &[
                ("/aturan/uji", get(rules::trial::form).post(rules::trial::run)),
                ("/aturan/langkah", post(rules::act::step)),
                ("/aturan/kukuhkan", post(rules::act::confirm)),
            ],
        ))
        .merge(behind(
            Right::Record,
            &[
                ("/catatan", get(record::show)),
                ("/catatan/periksa", post(record::verify)),
            ],
        ))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::disable()) // the limit below counts what is read, whatever the extractor
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .layer(CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, SLOWEST))
        .layer(CatchPanicLayer::custom(frame::panicked))
        .layer(from_fn_with_state(desk.clone(), frame::frame))
        .with_state(Room {
            desk,
            throttle: Arc::new(Throttle::new()),
        })
}
