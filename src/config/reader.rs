//! Reads a TOML table key by key and collects every fault with its place, where serde would stop at the first.
//!
//! Does: typed values, defaults, unknown keys. Does not: know which keys there are, or touch files.
//! Invariant: a key that nobody asked for is a fault; a fault always has a span in the file.

use std::cell::RefCell;
use std::ops::Range;

use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something wrong in the configuration, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// A table being read. Faults go to the list shared by all sections of a file.
pub struct Section<'i, 'f> {
    name: String,
    table: DeTable<'i>,
    span: Range<usize>,
    faults: &'f RefCell<Vec<Fault>>,
}

impl<'i, 'f> Section<'i, 'f> {
    /// The root of a file; what does not parse at all is a fault too, the rest is still read.
    pub fn root(text: &'i str, faults: &'f RefCell<Vec<Fault>>) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            faults.borrow_mut().push(Fault {
                span: error.span().unwrap_or(0..0),
                message: error.message().to_owned(),
            });
        }
        Self {
            name: String::new(),
            table: root.into_inner(),
            span: 0..0,
            faults,
        }
    }

    /// A value that may be absent.
    pub fn optional<T: DeserializeOwned>(&mut self, key: &str) -> Option<Spanned<T>> {
        let value = self.table.remove(key)?;
        let span = value.span();
        match T::deserialize(value.into_deserializer()) {
            Ok(read) => Some(Spanned::new(span, read)),
            Err(error) => {
                self.fault(
                    error.span().unwrap_or(span),
                    format!("`{}`: {}", self.path(key), error.message()),
                );
                None
            }
        }
    }

    /// A value with a default.
    pub fn or<T: DeserializeOwned>(&mut self, key: &str, default: T) -> T {
        self.optional(key).map_or(default, Spanned::into_inner)
    }

    /// A value that must be there; `T::default()` stands in while the rest is read.
    pub fn required<T: DeserializeOwned + Default>(&mut self, key: &str) -> Spanned<T> {
        if !self.table.contains_key(key) {
            self.fault(self.span.clone(), format!("`{}` is missing", self.path(key)));
        }
        self.optional(key)
            .unwrap_or_else(|| Spanned::new(self.span.clone(), T::default()))
    }

    /// A text turned into `T` by `parse`; its complaint is the fault.
    pub fn parsed<T, E: std::fmt::Display>(
        &mut self,
        key: &str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> T {
        let Some(text) = self.optional::<String>(key) else {
            return default;
        };
        match parse(text.get_ref()) {
            Ok(value) => value,
            Err(error) => {
                self.fault(text.span(), format!("`{}`: {error}", self.path(key)));
                default
            }
        }
    }

    /// A number inside `range`.
    pub fn number(&mut self, key: &str, default: u64, range: std::ops::RangeInclusive<u64>) -> u64 {
        let Some(value) = self.optional::<u64>(key) else {
            return default;
        };
        if range.contains(value.get_ref()) {
            return value.into_inner();
        }
        self.fault(
            value.span(),
            format!(
                "`{}` is {}, outside {} to {}",
                self.path(key),
                value.get_ref(),
                range.start(),
                range.end()
            ),
        );
        default
    }

    /// A table below this one; an absent one is empty.
    pub fn section(&mut self, key: &str) -> Section<'i, 'f> {
        let name = self.path(key);
        match self.table.remove(key) {
            Some(value) => {
                let span = value.span();
                match value.into_inner() {
                    DeValue::Table(table) => Section {
                        name,
                        table,
                        span,
                        faults: self.faults,
                    },
                    other => {
                        self.fault(span.clone(), format!("`{name}` is a {}, not a table", other.type_str()));
                        Section {
                            name,
                            table: DeTable::new(),
                            span,
                            faults: self.faults,
                        }
                    }
                }
            }
            None => Section {
                name,
                table: DeTable::new(),
                span: self.span.clone(),
                faults: self.faults,
            },
        }
    }

    /// Whether a key is there.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Says a fault at `span`.
    pub fn fault(&self, span: Range<usize>, message: String) {
        self.faults.borrow_mut().push(Fault { span, message });
    }

    /// Ends the reading: what is left was unknown.
    pub fn finish(self) {
        for (key, _) in &self.table {
            self.fault(key.span(), format!("unknown key `{}`", self.path(key.get_ref())));
        }
    }

    fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }
}
