//! What Netra logs, every level of its own and all but the noisiest of the crates below, kept to be searched.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use tracing_subscriber::fmt::MakeWriter;

/// One log for all stories of a process; each story searches for words of its own.
static LOG: OnceLock<Log> = OnceLock::new();

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

/// Starts keeping the log.
pub fn capture() {
    LOG.get_or_init(|| {
        let log = Log::default();
        let _ = tracing_subscriber::fmt()
            .with_env_filter("debug,netra=trace")
            .with_ansi(false)
            .with_writer(log.clone())
            .try_init();
        log
    });
}

/// All that was logged so far.
pub fn captured() -> Vec<u8> {
    LOG.get()
        .map(|log| log.0.lock().expect("no writer panics").clone())
        .unwrap_or_default()
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
