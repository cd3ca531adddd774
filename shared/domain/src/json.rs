//! Strict JSON: a tree that keeps repeated keys, which `serde_json::Value` would drop, and a cursor that reads it. The
//! cursor records every fault with its path, what was found and what was expected.
//!
//! The cursor never guesses: a value that cannot be read is `None`, and the fault is recorded.

use std::cell::RefCell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

mod cursor;

pub use cursor::{JsonCursor, LONGEST_TEXT};

/// One fault of a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The place as a JSON path: `$.events[3].due`.
    pub path: String,
    /// The value there, cut to a readable length.
    pub found: String,
    /// What was expected there.
    pub expected: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}", self.path, self.found, self.expected)
    }
}

/// A refused document, with all its faults (at least one).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", summary(.0))]
pub struct RefusedDocument(pub Vec<Fault>);

/// Maximum number of faults that a message lists. The others are counted.
const FAULTS_LISTED: usize = 50;

fn summary(faults: &[Fault]) -> String {
    let mut lines: Vec<String> = faults.iter().take(FAULTS_LISTED).map(ToString::to_string).collect();
    if faults.len() > FAULTS_LISTED {
        lines.push(format!("and {} more", faults.len() - FAULTS_LISTED));
    }
    lines.join("\n")
}

impl RefusedDocument {
    /// A single fault at the document's root.
    pub fn whole(found: impl Into<String>, expected: impl Into<String>) -> Self {
        RefusedDocument(vec![Fault { path: "$".into(), found: found.into(), expected: expected.into() }])
    }
}

/// A JSON value. Objects keep the order of their keys, and repeated keys.
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

/// Maximum size of a document, in bytes; a larger one is refused unread.
pub const LARGEST_DOCUMENT: usize = 64 * 1024 * 1024;

impl Json {
    /// Parses a whole document.
    ///
    /// A byte order mark is skipped.
    ///
    /// # Errors
    /// [`RefusedDocument`] for bad UTF-8, bad JSON, more than 127 levels of nesting, repeated keys, and a document of
    /// more than [`LARGEST_DOCUMENT`] bytes.
    pub fn parse(bytes: &[u8]) -> Result<Json, RefusedDocument> {
        if bytes.len() > LARGEST_DOCUMENT {
            return Err(RefusedDocument::whole(
                format!("{} bytes", bytes.len()),
                format!("at most {LARGEST_DOCUMENT} bytes"),
            ));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|e| {
            let at = e.valid_up_to();
            let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
            RefusedDocument::whole(format!("byte {:#04x} at offset {at} (line {line})", bytes[at]), "UTF-8 text")
        })?;
        let json: Json = serde_json::from_str(text).map_err(|e| {
            RefusedDocument::whole(if text.trim().is_empty() { "nothing".into() } else { e.to_string() }, "JSON")
        })?;
        let faults = RefCell::default();
        JsonCursor::root(&json, &faults).note_repeated_keys();
        let faults = faults.into_inner();
        if faults.is_empty() { Ok(json) } else { Err(RefusedDocument(faults)) }
    }

    /// The value in short, for a message.
    fn in_short(&self) -> String {
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

/// A text in quotes, cut to 40 characters, with control characters escaped.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_refused(document: &[u8], words: &str) {
        let refused = Json::parse(document).expect_err("refused").to_string();
        assert!(refused.contains(words), "{refused:?} should say {words:?}");
    }

    #[test]
    fn invalid_json_is_refused_with_the_position_of_the_fault() {
        assert_refused(b"", "found nothing, expected JSON");
        assert_refused(b"{\"a\": NaN}", "line 1 column 7");
        assert_refused(b"{\"a\": 1e999}", "number out of range");
        assert_refused(b"{\"a\": 1", "EOF");
        assert_refused(b"{} {}", "trailing characters");
        assert_refused(b"{\"a\": \"\xff\"}", "byte 0xff at offset 7 (line 1), expected UTF-8");
        assert_refused("[".repeat(100_000).as_bytes(), "recursion limit");
        assert_refused(br#"{"a": [{"b": 1, "b": 2}]}"#, "$.a[0].b: found the same key twice");
    }

    #[test]
    fn a_long_text_is_never_echoed_whole() {
        let short = Json::Text("x".repeat(5_000)).in_short();
        assert!(short.len() < 80 && short.contains("5000 characters"), "{short}");
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_float() {
        let faults = RefCell::default();
        let json = Json::parse(b"[390.0, 390.5]").expect("JSON");
        let root = JsonCursor::root(&json, &faults);
        let read: Vec<_> = root.items("a list").iter().map(|c| c.integer_in(1..=1440, "minutes")).collect();
        assert_eq!(read, [Some(390), None]);
        let fault = faults.borrow()[0].to_string();
        assert_eq!(fault, "$[1]: found 390.5, expected minutes, a whole number from 1 to 1440");
    }
}
