//! Paged lists with opaque cursors. A cursor contains the start of the next page and a digest of the list that it
//! belongs to. The partition is never read from a cursor.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::item::{self, Attributes, Stored};
use crate::key::Index;
use crate::request::{Slice, TableError};
use crate::table::{Club, PARTITION_KEY, SORT_KEY};

/// Start of the next page, as a text that is opaque to clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Start of the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

/// Why a list could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The cursor is malformed, or belongs to another club or list.
    #[error("the cursor does not belong to this list")]
    ForeignCursor,
    /// A request to the table failed, or an item of the page cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Maximum items of a page.
pub const LARGEST_PAGE: u16 = 500;

/// Length of the digest in a cursor, in bytes.
const DIGEST: usize = 8;

fn digest(slice: &Slice, start: &str) -> Vec<u8> {
    let index = slice.index.map_or("", Index::name);
    let mut hash = Sha256::new();
    let order = if slice.backwards { "<" } else { ">" };
    for part in [slice.partition.as_str(), index, &slice.from, &slice.to, order, start] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()[..DIGEST].to_vec()
}

/// The cursor of the page that begins after this key.
fn encode(slice: &Slice, key: &Attributes) -> Cursor {
    let text = |name: &str| key.get(name).and_then(|v| v.as_s().ok()).map_or("", String::as_str);
    let start = format!("{}\0{}", text(SORT_KEY), slice.index.map_or("", |i| text(i.name())));
    let mut bytes = digest(slice, &start);
    bytes.extend(start.as_bytes());
    Cursor(URL_SAFE_NO_PAD.encode(bytes))
}

/// The key that a cursor of this slice contains; `None` for a cursor of another slice.
fn decode(slice: &Slice, cursor: &Cursor) -> Option<Attributes> {
    let bytes = URL_SAFE_NO_PAD.decode(&cursor.0).ok()?;
    let (sent, start) = bytes.split_at_checked(DIGEST)?;
    let start = std::str::from_utf8(start).ok()?;
    if sent != digest(slice, start) {
        return None;
    }
    let (sort, by) = start.split_once('\0')?;
    let mut key = HashMap::from([
        (PARTITION_KEY.to_owned(), AttributeValue::S(slice.partition.clone())),
        (SORT_KEY.to_owned(), AttributeValue::S(sort.to_owned())),
    ]);
    if let Some(index) = slice.index {
        key.insert(index.name().to_owned(), AttributeValue::S(by.to_owned()));
    }
    Some(key)
}

impl Club<'_> {
    /// One page of the matching records of a slice, and the number of matches from the cursor on. It reads the slice
    /// from the cursor to its end; records that cannot be read are left out.
    pub(crate) async fn search<T: DeserializeOwned>(
        &self,
        mut slice: Slice,
        cursor: Option<&Cursor>,
        limit: u16,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<(Page<Stored<T>>, u64), ListError> {
        slice.start = cursor.map(|cursor| decode(&slice, cursor).ok_or(ListError::ForeignCursor)).transpose()?;
        let (mut items, mut last, mut count) = (Vec::new(), None, 0);
        for row in self.query(slice.clone()).await? {
            let cursor = encode(&slice, &row);
            let Ok(record) = item::read::<T>(row) else { continue };
            if !wanted(&record.body) {
                continue;
            }
            count += 1;
            if items.len() < usize::from(limit.clamp(1, LARGEST_PAGE)) {
                items.push(record);
                last = Some(cursor);
            }
        }
        let next = last.filter(|_| count > items.len() as u64);
        Ok((Page { items, next }, count))
    }

    /// One page of a slice as records.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        mut slice: Slice,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<T>>, ListError> {
        slice.start = match cursor {
            Some(cursor) => Some(decode(&slice, cursor).ok_or(ListError::ForeignCursor)?),
            None => None,
        };
        slice.limit = Some(i32::from(limit.clamp(1, LARGEST_PAGE)));
        let rows = self.page(&slice).await?;
        let items = rows.items.into_iter().map(item::read).collect::<Result<_, _>>()?;
        Ok(Page { items, next: rows.next.map(|key| encode(&slice, &key)) })
    }
}
