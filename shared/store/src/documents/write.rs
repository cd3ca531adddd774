//! Reading, listing and writing the documents of a club.

use chrono::NaiveDate;
use domain::snapshot::ClubFacts;

use super::{ClubListing, Dated, Document, Settings};
use crate::changes::Changes;
use crate::cursor::{Cursor, ListError, Page};
use crate::item::{self, Stored};
use crate::key::{CLUBS, ClubId, Key, Part};
use crate::locations::AFTER_LOCATIONS;
use crate::meter::Meter;
use crate::request::{Slice, TableError};
use crate::table::{Club, Table};

/// The stored state that the writer of a document expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Any document, or none.
    Anything,
    /// No document.
    Nothing,
    /// This version.
    Version(u64),
}

/// Why a document was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The document is not in the state that the writer expected.
    #[error("the document has changed{}", at_version(*found))]
    Stale {
        /// The version that is stored; `None` if there is none, or if it was not read.
        found: Option<u64>,
    },
    /// There is no such club.
    #[error("there is no such club")]
    NoClub,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

fn at_version(found: Option<u64>) -> String {
    found.map_or_else(String::new, |version| format!(": it is at version {version}"))
}

impl Table {
    /// All clubs.
    ///
    /// # Errors
    /// [`TableError`] if the table or an item of the list cannot be read.
    pub async fn clubs(&self, meter: &Meter) -> Result<Vec<ClubListing>, TableError> {
        let listings = self.club(&ClubId::of_no_club(), meter).listings().await?;
        Ok(listings.into_iter().map(|listing| listing.body).collect())
    }
}

impl Club<'_> {
    /// The club itself.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn info(&self) -> Result<Option<Stored<ClubFacts>>, TableError> {
        self.single().await
    }

    /// The club's settings; the defaults where none were written.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn settings(&self) -> Result<Stored<Settings>, TableError> {
        let stored = self.single().await?;
        Ok(stored.unwrap_or(Stored { version: 0, body: Settings::default() }))
    }

    /// All clubs.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn listings(&self) -> Result<Vec<Stored<ClubListing>>, TableError> {
        self.query(Slice { from: AFTER_LOCATIONS.to_owned(), ..Slice::whole(CLUBS.to_owned()) })
            .await?
            .into_iter()
            .map(item::read)
            .collect()
    }

    /// One document; `like` is any document with its key.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn document<D: Document>(&self, like: &D) -> Result<Option<Stored<D>>, TableError> {
        self.fetch(&like.key(self.id)).await
    }

    /// Documents of one kind, in order of key, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn documents<D: Document>(
        &self,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<D>>, ListError> {
        self.list(Slice::under(Part::Club.of(self.id), D::PREFIX), cursor, limit).await
    }

    /// Documents of one kind from a date on, in order of date, a page at a time.
    ///
    /// # Errors
    /// [`ListError::ForeignCursor`] for a cursor of another list, [`ListError::Table`] if the table cannot be read.
    pub async fn documents_from<D: Dated>(
        &self,
        from: NaiveDate,
        cursor: Option<&Cursor>,
        limit: u16,
    ) -> Result<Page<Stored<D>>, ListError> {
        let slice = Slice::under(Part::Club.of(self.id), D::PREFIX);
        self.list(Slice { from: format!("{}{from}", D::PREFIX), ..slice }, cursor, limit).await
    }

    /// Number of documents of one kind from a date on.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn count_documents_from<D: Dated>(&self, from: NaiveDate) -> Result<u64, TableError> {
        let slice = Slice::under(Part::Club.of(self.id), D::PREFIX);
        self.count(Slice { from: format!("{}{from}", D::PREFIX), ..slice }).await
    }

    /// Every document of one kind.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn all_documents<D: Document>(&self) -> Result<Vec<Stored<D>>, TableError> {
        let rows = self.query(Slice::under(Part::Club.of(self.id), D::PREFIX)).await?;
        rows.into_iter().map(item::read).collect()
    }

    /// Writes a document without an audit entry, and returns its new version.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the document is not as expected, [`DocumentError::Table`] if the table cannot be
    /// read or written.
    pub async fn put_document<D: Document>(&self, document: &D, expect: Expect) -> Result<u64, DocumentError> {
        let key = document.key(self.id);
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = match expect {
                Expect::Version(version) => Some(version),
                Expect::Nothing => None,
                Expect::Anything => self.version_at(&key).await?,
            };
            let mut changes = Changes::new(self.id);
            changes.replace(read, document)?;
            changes.count_plan_change();
            if self.try_commit(changes).await? {
                return Ok(read.unwrap_or(0) + 1);
            }
            if expect != Expect::Anything {
                return Err(DocumentError::Stale { found: self.version_at(&key).await? });
            }
        }
    }

    async fn version_at(&self, key: &Key) -> Result<Option<u64>, TableError> {
        Ok(self.get(key).await?.map(|item| item::version_of(&item)))
    }
}

/// Checks that the stored version is the expected one.
pub(super) fn require_expected(expect: Expect, found: Option<u64>) -> Result<(), DocumentError> {
    let met = match expect {
        Expect::Anything => true,
        Expect::Nothing => found.is_none(),
        Expect::Version(version) => found == Some(version),
    };
    if met { Ok(()) } else { Err(DocumentError::Stale { found }) }
}
