//! The set-up of the tests that read: the small club, the function, and a viewer.

use std::ops::Deref;

use axum::Router;
use cloud::{Answer, TestCaller};
use serde_json::Value;
use testkit::TestClub;
use testkit::crossmark::NOWHERE;

/// The small club, the function, and a viewer. It is 2 in the morning there.
pub struct ReviewTest {
    test: TestClub,
    pub router: Router,
    pub viewer: TestCaller,
}

impl Deref for ReviewTest {
    type Target = TestClub;

    fn deref(&self) -> &TestClub {
        &self.test
    }
}

impl ReviewTest {
    pub async fn new() -> ReviewTest {
        ReviewTest::of(&testkit::small_club()).await
    }

    /// The same with another club.
    pub async fn of(club: &Value) -> ReviewTest {
        let test = TestClub::new(club).await;
        // Routes that only read never ask Crossmark.
        let router = review::router(&test.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
        let viewer = TestCaller::new(&router, "val@club.example", "8135:viewer");
        ReviewTest { test, router, viewer }
    }

    /// Reads a path. The answer must be 200 and must take this many requests to the table.
    pub async fn read(&self, path: &str, requests: u64) -> Value {
        let answer = self.viewer.get(path).await;
        assert_eq!((answer.status, answer.requests()), (200, Some(requests)), "{path}: {}", answer.body);
        answer.body
    }

    /// The status of a request that has the `ETag` of an earlier answer.
    pub async fn status_with_tag_of(&self, first: &Answer, path: &str) -> u16 {
        self.viewer.send("GET", path, &[("if-none-match", first.header("etag"))], "").await.status
    }
}
