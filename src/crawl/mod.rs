//! Due accounts → fetch → source → matcher → store.
