//! Loads snapshots with unusual values: each is refused before anything is written, or the club works.

use cloud::{Cloud, TestCaller};
use domain::snapshot::Snapshot;
use serde_json::{Value, json};
use store::Table;
use store::key::ClubId;
use store::meter::Meter;

use super::members::{Place, Route, routes};
use super::{excerpt, put, values};
use crate::tour::{examples, routers};
use testkit::TestClub;
use testkit::crossmark::NOWHERE;

/// Requests that must succeed for every club.
const READS: [&str; 11] = [
    "/api/settings",
    "/api/employees",
    "/api/events",
    "/api/events?scheduled=open",
    "/api/schedules?from=2026-11-23&to=2026-12-23",
    "/api/holidays",
    "/api/locked-days",
    "/api/rotations",
    "/api/rotation-exception",
    "/api/dashboard",
    "/api/auto-schedule/pending",
];

/// The functions, and clubs that nobody has loaded yet.
struct FreshClubs {
    _cloud: Cloud,
    table: Table,
    routers: Vec<axum::Router>,
    club_count: u64,
}

impl FreshClubs {
    async fn new() -> FreshClubs {
        let clock = TestClub::clock_at(testkit::BEGIN);
        let cloud = Cloud::in_memory(clock.clock(), 7).await.expect("a cloud");
        let environment = cloud.environment_with_crossmark(NOWHERE);
        let table = environment.table().expect("a table");
        FreshClubs { table, routers: routers(&environment).into(), _cloud: cloud, club_count: 0 }
    }

    /// An unused club id, and the example snapshot with this id and an unused Crossmark location.
    fn next_club(&mut self, route: &Route) -> (String, Value) {
        self.club_count += 1;
        let (club, mut document) = (format!("c{}", self.club_count), route.body.clone());
        document["club"]["id"] = json!(club);
        document["club"]["location_id"] = json!(1_000_000 + self.club_count);
        (club, document)
    }

    fn caller(&self, path: &str, club: &str) -> TestCaller {
        let function = match path {
            path if path.starts_with("/api/rotation") => 1,
            path if path.starts_with("/api/dashboard") || path.starts_with("/api/auto-schedule") => 2,
            _ => 3,
        };
        TestCaller::new(&self.routers[function], "pat@club.example", &format!("{club}:admin"))
    }

    async fn assert_club_works(&self, club: &str, after: &str) {
        for path in READS {
            let answer = self.caller(path, club).get(path).await;
            assert_eq!(answer.status, 200, "{path} after {after}: {}", answer.body);
        }
        let (id, meter) = (ClubId::parse(club).expect("an id"), Meter::new());
        let today = values::TODAY.parse().expect("a date");
        let loaded = self.table.club(&id, &meter).load_snapshot(today).await;
        let loaded = loaded.unwrap_or_else(|e| panic!("a run's snapshot after {after}: {e}"));
        assert_eq!(loaded.left_out, [""; 0], "after {after}");
        let read = Snapshot::parse(&serde_json::to_vec(&loaded.snapshot).expect("a document"));
        let snapshot = read.unwrap_or_else(|e| panic!("a run's snapshot after {after}: {e}"));
        // Derives everything that a run needs before it solves.
        _ = domain::club::Club::new(snapshot);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_with_an_unusual_value_is_refused_before_any_write_or_makes_a_club_that_works() {
    let document = contract::document(&examples().await).expect("a document");
    let routes = routes(&document);
    let route = routes.iter().find(|route| route.operation == "loadSnapshot").expect("the route");
    let mut clubs = FreshClubs::new().await;
    for member in route.members.iter().filter(|member| member.place == Place::Body) {
        let mut refused = None;
        for value in values::values() {
            let (club, valid) = clubs.next_club(route);
            let mut unusual = valid.clone();
            put(&mut unusual, &member.name, &value);
            let answer = clubs.caller("/api/snapshot", &club).post("/api/snapshot", &unusual).await;
            let what = format!("{} {}", member.name, excerpt(&value));
            match (answer.status, answer.code()) {
                (201, _) => clubs.assert_club_works(&club, &what).await,
                (422, "INVALID_SNAPSHOT") => {
                    let faults = answer.body["error"]["details"]["faults"].as_array().expect("faults");
                    assert!(faults.iter().all(|f| f["path"].as_str().is_some_and(|p| p.starts_with('$'))), "{what}");
                    refused = Some((club, valid));
                }
                (422, "OTHER_CLUB") => refused = Some((club, valid)),
                _ => panic!("{what}: {} {}", answer.status, answer.body),
            }
        }
        if let Some((club, valid)) = refused {
            let answer = clubs.caller("/api/snapshot", &club).post("/api/snapshot", &valid).await;
            assert_eq!(answer.status, 201, "a valid load after refused ones of {}: {}", member.name, answer.body);
            clubs.assert_club_works(&club, &member.name).await;
        }
    }
}
