//! Lists by page: how every one is answered.

use chrono_tz::Tz;

use api::{ApiError, TimeZone, Total};
use serde::Serialize;
use store::Club;
use store::TableError;
use store::cursor::{ListError, Page};
use store::documents::Book;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    items: Vec<T>,
    /// Where the next page starts; none on the last.
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    time_zone: TimeZone,
}

/// A page of a list with the club's book beside it.
pub struct Read<T> {
    page: Page<T>,
    total: Option<u64>,
    /// The book.
    pub book: Book,
    zone: Tz,
}

impl<T> Read<T> {
    /// Reads a page, the book and, where asked for, the count at the same time.
    ///
    /// # Errors
    /// 404 where the club was never loaded, 400 for a foreign cursor, or the table's.
    pub async fn of(
        club: &Club<'_>,
        total: Total,
        page: impl Future<Output = Result<Page<T>, ListError>>,
        count: impl Future<Output = Result<u64, TableError>>,
    ) -> Result<Read<T>, ApiError> {
        let page = async { Ok::<_, ApiError>(page.await?) };
        let book = async { Ok(club.book().await?) };
        let (page, total, book) = tokio::try_join!(page, total.of(count), book)?;
        let zone = book.zone()?;
        Ok(Read { page, total, book, zone })
    }

    /// A page and a book that were read before.
    ///
    /// # Errors
    /// 404 where the club was never loaded.
    pub fn from(page: Page<T>, book: Book) -> Result<Read<T>, ApiError> {
        let zone = book.zone()?;
        Ok(Read { page, total: None, book, zone })
    }

    /// What is on the page.
    pub fn items(&self) -> &[T] {
        &self.page.items
    }

    /// The same with a count that was found elsewhere.
    #[must_use]
    pub fn with_total(self, total: Option<u64>) -> Read<T> {
        Read { total, ..self }
    }

    /// The answer, each item as the API writes it.
    pub fn list<V>(self, view: impl Fn(&Book, T) -> V) -> List<V> {
        let Read { page, total, book, zone } = self;
        let items = page.items.into_iter().map(|item| view(&book, item)).collect();
        List { items, next: page.next.map(|c| c.0), total, time_zone: zone.into() }
    }
}
