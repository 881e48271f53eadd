//! Tasks, signals, readiness, watchdog.
