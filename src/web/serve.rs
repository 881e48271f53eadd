//! Serves the router on a listener until it is told to stop.
//!
//! Does: bound the connections, end them gently, then firmly. Does not: TLS (a proxy's work), bind, spawn.
//! Invariant: returns soon after `stop`, whatever the callers do.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::listen::Bounded;

/// What answers under way may still take after the stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until `stop`.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let gentle = stop.clone();
    let bounded = Bounded::new(listener).tap_io(|_| ()); // tapped, for then axum hands the peer's address on
    let serving = axum::serve(bounded, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move { gentle.cancelled().await });
    let firm = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = firm => {
            tracing::warn!(drain_ms = u64::try_from(DRAIN.as_millis()).unwrap_or(0), "the desk dropped connections that would not end");
            Ok(())
        }
    }
}
