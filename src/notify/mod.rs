//! E-mail and webhooks.
