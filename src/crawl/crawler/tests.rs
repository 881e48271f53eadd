use super::*;

fn is_send<T: Send>(_: &T) {}

#[expect(dead_code, reason = "compiling is the test")]
fn the_daemon_s_future_can_be_spawned(crawler: &Crawler) {
    is_send(&crawler.run(CancellationToken::new()));
    is_send(&crawler.run_once());
}
