//! A cursor at a place in a document. It reads the value of this place, and records a fault if another value was
//! expected.

use std::cell::RefCell;

use super::{Fault, Json, quoted};
use crate::bounds::{ID, is_id};

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

/// A value with its place in the document and the list of faults.
#[derive(Clone, Copy)]
pub struct JsonCursor<'a> {
    value: &'a Json,
    step: Step<'a>,
    parent: Option<&'a JsonCursor<'a>>,
    faults: &'a RefCell<Vec<Fault>>,
}

/// The value of a missing member.
static MISSING: Json = Json::Null;

impl<'a> JsonCursor<'a> {
    /// The cursor at the root of a document.
    pub fn root(value: &'a Json, faults: &'a RefCell<Vec<Fault>>) -> Self {
        JsonCursor { value, step: Step::Root, parent: None, faults }
    }

    /// The JSON path of this place.
    pub fn path(&self) -> String {
        let parent = self.parent.map(JsonCursor::path).unwrap_or_default();
        match self.step {
            Step::Root => "$".into(),
            Step::Index(i) => format!("{parent}[{i}]"),
            Step::Key(k) if is_plain(k) => format!("{parent}.{k}"),
            Step::Key(k) => format!("{parent}[{}]", quoted(k)),
        }
    }

    /// Records that something else was expected here.
    pub fn fault(&self, expected: impl Into<String>) {
        self.fault_with_found(self.value.in_short(), expected);
    }

    /// Records a fault here with another description of what was found.
    pub fn fault_with_found(&self, found: impl Into<String>, expected: impl Into<String>) {
        self.fault_at(self.path(), found, expected);
    }

    /// Records a fault at the given path.
    pub fn fault_at(&self, path: String, found: impl Into<String>, expected: impl Into<String>) {
        self.faults.borrow_mut().push(Fault { path, found: found.into(), expected: expected.into() });
    }

    /// Whether the value is absent or null.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Json::Null)
    }

    /// The member with this name; null if there is none. Check first that `self` is an object (see
    /// [`JsonCursor::object`]).
    #[must_use]
    pub fn at(&'a self, key: &'a str) -> JsonCursor<'a> {
        let value = match self.value {
            Json::Object(entries) => entries.iter().find(|(k, _)| k == key).map_or(&MISSING, |(_, v)| v),
            _ => &MISSING,
        };
        JsonCursor { value, step: Step::Key(key), parent: Some(self), faults: self.faults }
    }

    /// `Some` if the value is an object; otherwise records a fault.
    pub fn object(&self, expected: &str) -> Option<()> {
        let found = matches!(self.value, Json::Object(_));
        if !found {
            self.fault(expected);
        }
        found.then_some(())
    }

    /// The members of an object, in the order of the document.
    pub fn members(&'a self, expected: &str) -> Vec<(&'a str, JsonCursor<'a>)> {
        match self.value {
            Json::Object(entries) => entries
                .iter()
                .map(|(k, value)| {
                    let step = Step::Key(k);
                    (k.as_str(), JsonCursor { value, step, parent: Some(self), faults: self.faults })
                })
                .collect(),
            _ => {
                self.fault(expected);
                Vec::new()
            }
        }
    }

    /// The items of a list.
    pub fn items(&'a self, expected: &str) -> Vec<JsonCursor<'a>> {
        match self.value {
            Json::List(items) => items
                .iter()
                .enumerate()
                .map(|(i, value)| JsonCursor { value, step: Step::Index(i), parent: Some(self), faults: self.faults })
                .collect(),
            _ => {
                self.fault(expected);
                Vec::new()
            }
        }
    }

    /// The items of a list that may be missing or null.
    pub fn items_or_none(&'a self, expected: &str) -> Vec<JsonCursor<'a>> {
        if self.is_null() { Vec::new() } else { self.items(expected) }
    }

    /// A text of up to 1,000 characters, which may be empty.
    pub fn text(&self, expected: &str) -> Option<&'a str> {
        match self.value {
            Json::Text(t) if t.chars().count() <= LONGEST_TEXT => Some(t),
            Json::Text(_) => {
                self.fault(format!("{expected} of at most {LONGEST_TEXT} characters"));
                None
            }
            _ => {
                self.fault(expected);
                None
            }
        }
    }

    /// A text that is an id; see [`is_id`].
    pub fn id(&self, expected: &str) -> Option<&'a str> {
        let text = match self.value {
            Json::Text(text) if is_id(text) => Some(text.as_str()),
            _ => None,
        };
        if text.is_none() {
            self.fault(format!("{expected}, {ID}"));
        }
        text
    }

    /// A text that `read` converts. Records a fault if it returns `None`.
    pub fn parsed<T>(&self, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let read = match self.value {
            Json::Text(t) => read(t),
            _ => None,
        };
        if read.is_none() {
            self.fault(expected);
        }
        read
    }

    /// A whole number that fits in an `i64`. A float without a fraction counts, if it is smaller than 9e15 (`390.0`).
    pub fn integer(&self, expected: &str) -> Option<i64> {
        let read = match self.value {
            Json::Number(n) => n.as_i64().or_else(|| whole_float(n)),
            _ => None,
        };
        if read.is_none() {
            self.fault(expected);
        }
        read
    }

    /// A whole number in `range`.
    pub fn integer_in(&self, range: std::ops::RangeInclusive<i64>, what: &str) -> Option<i64> {
        let read = match self.value {
            Json::Number(n) => n.as_i64().or_else(|| whole_float(n)).filter(|n| range.contains(n)),
            _ => None,
        };
        if read.is_none() {
            self.fault(format!("{what}, a whole number from {} to {}", range.start(), range.end()));
        }
        read
    }

    /// A number in `range`.
    pub fn number(&self, range: std::ops::RangeInclusive<f64>, what: &str) -> Option<f64> {
        let read = match self.value {
            Json::Number(n) => n.as_f64().filter(|n| range.contains(n)),
            _ => None,
        };
        if read.is_none() {
            self.fault(format!("{what}, a number from {} to {}", range.start(), range.end()));
        }
        read
    }

    /// `true` or `false`; `default` if it is missing or null.
    pub fn flag(&self, default: bool) -> Option<bool> {
        match self.value {
            Json::Null => Some(default),
            Json::Bool(b) => Some(*b),
            _ => {
                self.fault("true or false");
                None
            }
        }
    }

    /// The raw value.
    pub fn value(&self) -> &'a Json {
        self.value
    }

    /// Records a fault for each repeated key of the value and of the values in it.
    pub(super) fn note_repeated_keys(&self) {
        match self.value {
            Json::Object(entries) => {
                let mut seen = std::collections::HashSet::new();
                for (key, value) in entries {
                    let member = JsonCursor { value, step: Step::Key(key), parent: Some(self), faults: self.faults };
                    if !seen.insert(key.as_str()) {
                        member.fault_with_found("the same key twice", "each key once");
                    }
                    member.note_repeated_keys();
                }
            }
            Json::List(items) => {
                for (i, value) in items.iter().enumerate() {
                    let item = JsonCursor { value, step: Step::Index(i), parent: Some(self), faults: self.faults };
                    item.note_repeated_keys();
                }
            }
            _ => {}
        }
    }
}

/// Maximum length of a text such as a name, in characters. An id is shorter; see [`is_id`].
pub const LONGEST_TEXT: usize = 1_000;

/// A float without a fraction, as an integer. Beyond 2^53, about 9e15, a float no longer holds every integer exactly.
fn whole_float(n: &serde_json::Number) -> Option<i64> {
    let value = n.as_f64()?;
    (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
