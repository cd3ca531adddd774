//! The set-up of every test: the function, the table embedded in the test's process, and callers.

use axum::Router;
use cloud::{Answer, Cloud, FaultInjector, TestCaller};
use serde_json::Value;
use store::Club;
use store::key::ClubId;
use store::meter::Meter;
use testkit::{BEGIN, SMALL_CLUB, TestClub};

/// The function with its embedded table, and callers with different roles.
pub struct RosterTest {
    pub cloud: Cloud,
    pub router: Router,
    pub admin: TestCaller,
    pub viewer: TestCaller,
    pub nobody: TestCaller,
    pub manager: TestCaller,
    /// A manager of another club.
    pub stranger: TestCaller,
}

impl RosterTest {
    /// A table without the club.
    pub async fn empty() -> RosterTest {
        RosterTest::over(Cloud::in_memory(TestClub::clock_at(BEGIN).clock(), 7).await.expect("a cloud"))
    }

    /// The small club, with a fault injector in front of the table.
    pub async fn with_fault_injector() -> (RosterTest, FaultInjector) {
        let mut cloud = Cloud::in_memory(TestClub::clock_at(BEGIN).clock(), 7).await.expect("a cloud");
        let fault_injector = cloud.put_fault_injector_in_front_of_table().await.expect("a fault injector");
        let test = RosterTest::over(cloud);
        assert_eq!(test.load(SMALL_CLUB).await.status, 201);
        (test, fault_injector)
    }

    fn over(cloud: Cloud) -> RosterTest {
        let router = roster::router(&cloud.environment()).expect("a router");
        let caller = |roles: &str| TestCaller::new(&router, "pat@club.example", roles);
        RosterTest {
            admin: caller("8135:admin"),
            viewer: caller("8135:viewer"),
            nobody: TestCaller::nobody(&router),
            manager: caller("8135:manager"),
            stranger: caller("8136:manager"),
            cloud,
            router,
        }
    }

    /// The small club, loaded as an admin loads it.
    pub async fn new() -> RosterTest {
        let test = RosterTest::empty().await;
        assert_eq!(test.load(SMALL_CLUB).await.status, 201);
        test
    }

    pub async fn load(&self, document: &str) -> Answer {
        self.admin.send("POST", "/api/snapshot", &[], document).await
    }

    /// Calls a function with the club's part of the table.
    pub async fn with_club<T>(&self, call: impl AsyncFnOnce(Club<'_>) -> T) -> T {
        let table = self.cloud.environment().table().expect("a table");
        let (club, meter) = (ClubId::parse("8135").expect("an id"), Meter::new());
        call(table.club(&club, &meter)).await
    }

    /// The items of a list.
    pub async fn items(&self, path: &str) -> Value {
        let answer = self.viewer.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body["items"].clone()
    }
}

/// Asserts the status and the error code of an answer.
pub fn assert_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code()), (status, code), "{}", answer.body);
}
