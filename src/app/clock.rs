//! The clock: the one place that asks what time it is. Everyone else is handed the answer, so that tests set it by hand.

use std::sync::Arc;

use crate::model::Millis;

/// Something that tells the time.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// The machine's clock.
pub fn system() -> Clock {
    Arc::new(now)
}

/// The machine's time now.
#[expect(clippy::disallowed_methods, reason = "this is the clock's home")]
pub fn now() -> Millis {
    jiff::Timestamp::now().into()
}
