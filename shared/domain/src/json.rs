//! Strict JSON: a tree that keeps what `serde_json::Value` would swallow (repeated keys), and a cursor that
//! reads it and writes down every fault with its path, what was found and what was expected.
//!
//! It never guesses: a reader gets `None` for what it could not read, and the fault is on the list.

use std::cell::RefCell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// Where, as a JSON path: `$.events[3].due`.
    pub path: String,
    /// What stands there, cut to a readable length.
    pub found: String,
    /// What should stand there.
    pub expected: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}", self.path, self.found, self.expected)
    }
}

/// A document that was refused, with all that is wrong with it (never empty).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", summary(.0))]
pub struct Refused(pub Vec<Fault>);

/// So many faults are told; the rest is counted.
const FAULTS_TOLD: usize = 50;

fn summary(faults: &[Fault]) -> String {
    let mut lines: Vec<String> = faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
    if faults.len() > FAULTS_TOLD {
        lines.push(format!("and {} more", faults.len() - FAULTS_TOLD));
    }
    lines.join("\n")
}

impl Refused {
    /// A single fault at the document's root.
    pub fn whole(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Refused(vec![Fault { path: "$".into(), found: found.into(), expected: expected.into() }])
    }
}

/// A JSON value; objects keep their keys in order, repeated ones too.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Any number.
    Number(serde_json::Number),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in the order of the document.
    Object(Vec<(String, Json)>),
}

/// A document larger than this is refused unread, in bytes.
pub const LARGEST_DOCUMENT: usize = 64 * 1024 * 1024;

impl Json {
    /// Parses a whole document. Bad UTF-8, bad JSON, over-deep nesting (128) and repeated keys are refused.
    pub fn parse(bytes: &[u8]) -> Result<Json, Refused> {
        if bytes.len() > LARGEST_DOCUMENT {
            return Err(Refused::whole(format!("{} bytes", bytes.len()), format!("at most {LARGEST_DOCUMENT} bytes")));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let at = e.valid_up_to();
            let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
            Refused::whole(format!("byte {:#04x} at offset {at} (line {line})", bytes[at]), "UTF-8 text")
        })?;
        let json: Json = serde_json::from_str(text).map_err(|e| {
            Refused::whole(if text.trim().is_empty() { "nothing".into() } else { e.to_string() }, "JSON")
        })?;
        let faults = RefCell::default();
        Cursor::root(&json, &faults).note_repeated_keys();
        let faults = faults.into_inner();
        if faults.is_empty() { Ok(json) } else { Err(Refused(faults)) }
    }

    /// The value as a person reads it in a message: short, and never a long text whole.
    fn brief(&self) -> String {
        match self {
            Json::Null => "null".into(),
            Json::Bool(b) => b.to_string(),
            Json::Number(n) => n.to_string(),
            Json::Text(t) => quoted(t),
            Json::List(items) => format!("a list of {}", items.len()),
            Json::Object(_) => "an object".into(),
        }
    }
}

/// A text in quotes, cut to 40 characters, control characters escaped.
pub fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    let cut: String = text.chars().take(SHOWN).collect();
    match text.chars().count() {
        n if n > SHOWN => format!("{cut:?}… ({n} characters)"),
        _ => format!("{cut:?}"),
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tree;
        impl<'de> Visitor<'de> for Tree {
            type Value = Json;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E>(self, v: bool) -> Result<Json, E> {
                Ok(Json::Bool(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Json, E> {
                Ok(Json::Number(v.into()))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Json, E> {
                Ok(Json::Number(v.into()))
            }
            fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Json, E> {
                serde_json::Number::from_f64(v).map(Json::Number).ok_or_else(|| E::custom("number out of range"))
            }
            fn visit_str<E>(self, v: &str) -> Result<Json, E> {
                Ok(Json::Text(v.to_owned()))
            }
            fn visit_string<E>(self, v: String) -> Result<Json, E> {
                Ok(Json::Text(v))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Json::Object(entries))
            }
        }
        deserializer.deserialize_any(Tree)
    }
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

/// A value with its place in the document and the list on which faults are written down.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    value: &'a Json,
    step: Step<'a>,
    above: Option<&'a Cursor<'a>>,
    faults: &'a RefCell<Vec<Fault>>,
}

/// What a missing member reads as.
static MISSING: Json = Json::Null;

impl<'a> Cursor<'a> {
    /// The cursor at the root of a document.
    pub fn root(value: &'a Json, faults: &'a RefCell<Vec<Fault>>) -> Self {
        Cursor { value, step: Step::Root, above: None, faults }
    }

    /// The JSON path of this place.
    pub fn path(&self) -> String {
        let above = self.above.map(Cursor::path).unwrap_or_default();
        match self.step {
            Step::Root => "$".into(),
            Step::Index(i) => format!("{above}[{i}]"),
            Step::Key(k) if is_plain(k) => format!("{above}.{k}"),
            Step::Key(k) => format!("{above}[{}]", quoted(k)),
        }
    }

    /// Writes down that something else was expected here.
    pub fn fault(&self, expected: impl Into<String>) {
        self.fault_found(self.value.brief(), expected);
    }

    /// Writes down a fault, with words of one's own for what was found.
    pub fn fault_found(&self, found: impl Into<String>, expected: impl Into<String>) {
        self.fault_at(self.path(), found, expected);
    }

    /// Writes down a fault that stands elsewhere.
    pub fn fault_at(&self, path: String, found: impl Into<String>, expected: impl Into<String>) {
        self.faults.borrow_mut().push(Fault { path, found: found.into(), expected: expected.into() });
    }

    /// Whether the value is absent or null.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Json::Null)
    }

    /// The member of that name; null where there is none. `self` must be an object (see [`Cursor::object`]).
    #[must_use]
    pub fn at(&'a self, key: &'a str) -> Cursor<'a> {
        let value = match self.value {
            Json::Object(entries) => entries.iter().find(|(k, _)| k == key).map_or(&MISSING, |(_, v)| v),
            _ => &MISSING,
        };
        Cursor { value, step: Step::Key(key), above: Some(self), faults: self.faults }
    }

    /// `Some` when the value is an object, else a fault that says so.
    pub fn object(&self, expected: &str) -> Option<()> {
        let found = matches!(self.value, Json::Object(_));
        if !found {
            self.fault(expected);
        }
        found.then_some(())
    }

    /// The members of an object, in the order of the document.
    pub fn members(&'a self, expected: &str) -> Vec<(&'a str, Cursor<'a>)> {
        match self.value {
            Json::Object(entries) => entries
                .iter()
                .map(|(k, value)| {
                    let step = Step::Key(k);
                    (k.as_str(), Cursor { value, step, above: Some(self), faults: self.faults })
                })
                .collect(),
            _ => {
                self.fault(expected);
                Vec::new()
            }
        }
    }

    /// The items of a list.
    pub fn items(&'a self, expected: &str) -> Vec<Cursor<'a>> {
        match self.value {
            Json::List(items) => items
                .iter()
                .enumerate()
                .map(|(i, value)| Cursor { value, step: Step::Index(i), above: Some(self), faults: self.faults })
                .collect(),
            _ => {
                self.fault(expected);
                Vec::new()
            }
        }
    }

    /// The items of a list that may be missing or null.
    pub fn items_or_none(&'a self, expected: &str) -> Vec<Cursor<'a>> {
        if self.is_null() { Vec::new() } else { self.items(expected) }
    }

    /// A text of up to 1,000 characters, maybe empty.
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

    /// A text that names a thing: not empty, up to 1,000 characters.
    pub fn id(&self, expected: &str) -> Option<&'a str> {
        let text = self.text(expected)?;
        if text.is_empty() {
            self.fault(format!("{expected}, not empty"));
            return None;
        }
        Some(text)
    }

    /// A text that is turned into something by `read`; what `read` refuses is a fault.
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

    /// A whole number in `range`.
    pub fn whole(&self, range: std::ops::RangeInclusive<i64>, what: &str) -> Option<i64> {
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

    /// `true` or `false`; `default` where it is missing or null.
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

    fn note_repeated_keys(&self) {
        match self.value {
            Json::Object(entries) => {
                let mut seen = std::collections::HashSet::new();
                for (key, value) in entries {
                    let member = Cursor { value, step: Step::Key(key), above: Some(self), faults: self.faults };
                    if !seen.insert(key.as_str()) {
                        member.fault_found("the same key twice", "each key once");
                    }
                    member.note_repeated_keys();
                }
            }
            Json::List(items) => {
                for (i, value) in items.iter().enumerate() {
                    let item = Cursor { value, step: Step::Index(i), above: Some(self), faults: self.faults };
                    item.note_repeated_keys();
                }
            }
            _ => {}
        }
    }
}

/// Names and ids are at most so many characters long.
pub const LONGEST_TEXT: usize = 1_000;

fn whole_float(n: &serde_json::Number) -> Option<i64> {
    let value = n.as_f64()?;
    (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(document: &[u8], words: &str) {
        let refused = Json::parse(document).expect_err("refused").to_string();
        assert!(refused.contains(words), "{refused:?} should say {words:?}");
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        refuses(b"", "found nothing, expected JSON");
        refuses(b"{\"a\": NaN}", "line 1 column 7");
        refuses(b"{\"a\": 1e999}", "number out of range");
        refuses(b"{\"a\": 1", "EOF");
        refuses(b"{} {}", "trailing characters");
        refuses(b"{\"a\": \"\xff\"}", "byte 0xff at offset 7 (line 1), expected UTF-8");
        refuses("[".repeat(100_000).as_bytes(), "recursion limit");
        refuses(br#"{"a": [{"b": 1, "b": 2}]}"#, "$.a[0].b: found the same key twice");
    }

    #[test]
    fn a_long_text_is_never_echoed_whole() {
        let brief = Json::Text("x".repeat(5_000)).brief();
        assert!(brief.len() < 80 && brief.contains("5000 characters"), "{brief}");
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_float() {
        let faults = RefCell::default();
        let json = Json::parse(b"[390.0, 390.5]").expect("JSON");
        let root = Cursor::root(&json, &faults);
        let read: Vec<_> = root.items("a list").iter().map(|c| c.whole(1..=1440, "minutes")).collect();
        assert_eq!(read, [Some(390), None]);
        let told = faults.borrow()[0].to_string();
        assert_eq!(told, "$[1]: found 390.5, expected minutes, a whole number from 1 to 1440");
    }
}
