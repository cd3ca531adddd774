//! Pages of a list.

use chrono_tz::Tz;

use api::{ApiError, TimeZone, Total};
use serde::Serialize;
use store::Club;
use store::TableError;
use store::cursor::{ListError, Page};
use store::documents::ClubDocuments;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    items: Vec<T>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    time_zone: TimeZone,
}

/// A page of a list as read from the table, with the club's documents.
pub struct StoredPage<T> {
    page: Page<T>,
    total: Option<u64>,
    /// The documents of the club.
    pub club_documents: ClubDocuments,
    zone: Tz,
}

impl<T> StoredPage<T> {
    /// Reads a page, the documents of the club and, if requested, the length of the list concurrently.
    ///
    /// # Errors
    /// 404 if the club was never loaded, 400 for a cursor of another list, 503 or 500 if the table cannot be read.
    pub async fn read(
        club: &Club<'_>,
        total: Total,
        page: impl Future<Output = Result<Page<T>, ListError>>,
        count: impl Future<Output = Result<u64, TableError>>,
    ) -> Result<StoredPage<T>, ApiError> {
        let page = async { Ok::<_, ApiError>(page.await?) };
        let club_documents = async { Ok(club.club_documents().await?) };
        let (page, total, club_documents) = tokio::try_join!(page, total.of(count), club_documents)?;
        StoredPage::new(page, total, club_documents)
    }

    /// A page and documents that were already read, with the length of the list if it was requested.
    ///
    /// # Errors
    /// 404 if the club was never loaded.
    pub fn new(page: Page<T>, total: Option<u64>, club_documents: ClubDocuments) -> Result<StoredPage<T>, ApiError> {
        let zone = club_documents.zone()?;
        Ok(StoredPage { page, total, club_documents, zone })
    }

    /// The items of the page.
    pub fn items(&self) -> &[T] {
        &self.page.items
    }

    /// The answer, with each item in the API's representation.
    pub fn into_list<V>(self, view: impl Fn(&ClubDocuments, T) -> V) -> List<V> {
        let StoredPage { page, total, club_documents, zone } = self;
        let items = page.items.into_iter().map(|item| view(&club_documents, item)).collect();
        List { items, next: page.next.map(|c| c.0), total, time_zone: zone.into() }
    }
}
