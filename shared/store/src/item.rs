//! An item of the table: its keys, its version, and its body as a typed record.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::key::{ClubId, Index, Key, Part, read_version_sort, version_sort};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::{EXPIRES, PARTITION_KEY, SORT_KEY};

/// An item as the SDK represents it.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The attribute that counts the writes of an item. A write without a condition sets it to 1.
pub(crate) const VERSION: &str = "version";
/// The attribute that names the state of a record that has one.
pub(crate) const STATE: &str = "state";
/// The attribute that holds the record as one JSON text. A nested map would take four times as long to read.
const BODY: &str = "body";

/// A record that is stored as one item. Its key is computed from its content.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// The record's key.
    fn key(&self, club: &ClubId) -> Key;

    /// The sparse indexes that list the record, with its sort key in each.
    fn indexes(&self, _version: u64) -> Vec<(Index, String)> {
        Vec::new()
    }

    /// The name of the record's state, on which a change is conditioned; `None` for a record without states.
    fn state(&self) -> Option<&'static str> {
        None
    }

    /// When the record expires; `None` if it is kept.
    fn expires(&self) -> Option<Timestamp> {
        None
    }
}

/// A record that exists once per club, in the club's own partition.
pub(crate) trait Single: Serialize + DeserializeOwned {
    /// The record's sort key.
    const SORT: &'static str;
}

impl<T: Single> Record for T {
    fn key(&self, club: &ClubId) -> Key {
        single_key::<T>(club)
    }
}

/// The key of a club's only record of this type.
pub(crate) fn single_key<T: Single>(club: &ClubId) -> Key {
    Part::Club.key(club, T::SORT)
}

/// A record as it was read, with the version on which a change of it is conditioned.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// Number of writes; a write without a condition sets it to 1.
    pub version: u64,
    /// The record.
    pub body: T,
}

/// The attributes of a record at a version.
pub(crate) fn write<T: Record>(club: &ClubId, record: &T, version: u64) -> Result<Attributes, TableError> {
    let key = record.key(club);
    let body = serde_json::to_string(record).map_err(|e| TableError::corrupt(&key, &e))?;
    let mut item = HashMap::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S(key.partition)),
        (SORT_KEY.to_owned(), AttributeValue::S(key.sort)),
        (VERSION.to_owned(), AttributeValue::N(version.to_string())),
        (BODY.to_owned(), AttributeValue::S(body)),
    ]);
    if let Some(at) = record.expires() {
        expire(&mut item, at);
    }
    item.extend(record.state().map(|state| (STATE.to_owned(), AttributeValue::S(state.to_owned()))));
    let indexes = record.indexes(version).into_iter();
    item.extend(indexes.map(|(index, sort)| (index.name().to_owned(), AttributeValue::S(sort))));
    Ok(item)
}

/// Reads a record.
pub(crate) fn read<T: DeserializeOwned>(mut item: Attributes) -> Result<Stored<T>, TableError> {
    let key = key_of(&item);
    let version = item.get(VERSION).and_then(|v| v.as_n().ok()?.parse().ok());
    let version = version.ok_or_else(|| TableError::corrupt(&key, &"no version"))?;
    let Some(AttributeValue::S(body)) = item.remove(BODY) else {
        return Err(TableError::corrupt(&key, &"no body"));
    };
    let body = serde_json::from_str(&body).map_err(|e| TableError::corrupt(&key, &e))?;
    Ok(Stored { version, body })
}

/// The body of an item as JSON text; `None` for a counter.
pub(crate) fn body(item: &Attributes) -> Option<&str> {
    item.get(BODY).and_then(|body| body.as_s().ok()).map(String::as_str)
}

/// The next version of an item, with this sort key, and with another body if one is given. If the item is in the index
/// of versions, its place there changes too, because readers query the index for versions above the one that they know.
pub(crate) fn rewritten(read: &Attributes, sort: String, body: Option<String>) -> Attributes {
    let version = version_of(read) + 1;
    let mut item = read.clone();
    item.insert(SORT_KEY.to_owned(), AttributeValue::S(sort));
    item.insert(VERSION.to_owned(), AttributeValue::N(version.to_string()));
    item.extend(body.map(|body| (BODY.to_owned(), AttributeValue::S(body))));
    change_text(&mut item, Index::Line.name(), |known| {
        read_version_sort(known).map(|(_, event)| version_sort(version, event))
    });
    item
}

/// Changes a text attribute, if the item has it and `change` returns a new text.
pub(crate) fn change_text(item: &mut Attributes, name: &str, change: impl Fn(&str) -> Option<String>) {
    if let Some(AttributeValue::S(text)) = item.get_mut(name)
        && let Some(changed) = change(text)
    {
        *text = changed;
    }
}

/// Reads records. Those that cannot be read are left out, so that they do not stop a club; the second list has their
/// sort keys.
pub(crate) fn read_usable<T: DeserializeOwned>(items: Vec<Attributes>) -> (Vec<Stored<T>>, Vec<String>) {
    let (mut records, mut unreadable) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        let key = key_of(&item);
        match read(item) {
            Ok(record) => records.push(record),
            Err(_) => unreadable.push(key.sort),
        }
    }
    (records, unreadable)
}

/// The version of an item; 0 if it has none.
pub(crate) fn version_of(item: &Attributes) -> u64 {
    number(item, VERSION)
}

/// A number of a counter item; 0 if it is absent.
pub(crate) fn number(item: &Attributes, name: &str) -> u64 {
    item.get(name).and_then(|v| v.as_n().ok()?.parse().ok()).unwrap_or(0)
}

/// The key of an item.
pub(crate) fn key_of(item: &Attributes) -> Key {
    let text = |name| item.get(name).and_then(|v| v.as_s().ok()).cloned().unwrap_or_default();
    Key { partition: text(PARTITION_KEY), sort: text(SORT_KEY) }
}

/// A key as the SDK represents it.
pub(crate) fn key_attributes(key: &Key) -> Attributes {
    HashMap::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S(key.partition.clone())),
        (SORT_KEY.to_owned(), AttributeValue::S(key.sort.clone())),
    ])
}

/// Sets when an item expires. DynamoDB deletes it some time after that.
pub(crate) fn expire(item: &mut Attributes, at: Timestamp) {
    item.insert(EXPIRES.to_owned(), AttributeValue::N(at.seconds().to_string()));
}

/// When an item expires, in seconds since 1970; `None` if it is kept.
pub(crate) fn expiry(item: &Attributes) -> Option<i64> {
    item.get(EXPIRES).and_then(|v| v.as_n().ok()?.parse().ok())
}

/// Whether an item has not expired. An expired item may still be in the table.
pub(crate) fn has_not_expired(item: &Attributes, now: Timestamp) -> bool {
    expiry(item).is_none_or(|at| now.seconds() < at)
}
