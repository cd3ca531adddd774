//! Imports save only what their preview showed, an import of an export changes nothing, and a calendar feed is read at
//! its secret address.

use std::fmt::Write;

use cloud::{Answer, TestCaller};
use domain::snapshot::{EmployeeId, EventRef};
use serde_json::{Value, json};
use store::upstream::EventUpdate;

use crate::setup::{RosterTest, assert_refused};

impl RosterTest {
    async fn import(&self, path: &str, file: &str) -> Answer {
        self.manager.send("POST", &format!("/api/imports/{path}"), &[("content-type", "text/csv")], file).await
    }

    /// Previews a file and saves it with the digest of the preview.
    async fn save(&self, kind: &str, file: &str) -> Answer {
        let preview = self.import(kind, file).await;
        assert_eq!((preview.status, &preview.body["saved"]), (200, &json!(false)), "{}", preview.body);
        let digest = preview.body["digest"].as_str().expect("a digest");
        self.import(&format!("{kind}?save={digest}"), file).await
    }
}

/// The numbers of new, changed, unchanged and wrong rows.
fn counts(answer: &Answer) -> [u64; 4] {
    assert_eq!(answer.status, 200, "{}", answer.body);
    ["new", "changed", "unchanged", "wrong"].map(|count| answer.body[count].as_u64().expect("a count"))
}

const PEOPLE: &str = "Employee ID,Name,Job Title,Active\n\
    E01,Avery Q. Quill,,yes\n\
    E80,Robin Vale,Juicer Barista,yes\n\
    E81,Kim Ash,Boss,yes\n";

#[tokio::test]
async fn a_file_is_previewed_and_saved_and_a_second_load_changes_nothing() {
    let club = RosterTest::new().await;
    let preview = club.import("employees", PEOPLE).await;
    assert_eq!(counts(&preview), [1, 1, 0, 1], "{}", preview.body);
    let wrong = &preview.body["wrong_cells"][0];
    assert_eq!((&wrong["row"], &wrong["column"]), (&json!(4), &json!("Job Title")), "{wrong}");
    let names = async || {
        let people = club.viewer.get("/api/employees").await.body["items"].clone();
        people
            .as_array()
            .expect("people")
            .iter()
            .map(|p| p["name"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(!names().await.contains(&"Robin Vale".to_owned()), "a preview saves nothing");
    let saved = club.save("employees", PEOPLE).await;
    assert_eq!((counts(&saved), &saved.body["saved"]), ([1, 1, 0, 1], &json!(true)));
    let now = names().await;
    assert!(now.contains(&"Robin Vale".to_owned()) && now.contains(&"Avery Q. Quill".to_owned()), "{now:?}");
    let again = club.save("employees", PEOPLE).await;
    assert_eq!(counts(&again), [0, 0, 2, 1]);
    let history = club.viewer.get("/api/facts/history?fact=employee:E01").await;
    assert_eq!(history.body["items"][0]["why"], "file of employees loaded", "{}", history.body);
}

#[tokio::test]
async fn a_file_is_not_saved_if_the_club_or_the_file_changed_since_the_preview() {
    let club = RosterTest::new().await;
    let preview = club.import("employees", PEOPLE).await;
    let digest = preview.body["digest"].as_str().expect("a digest").to_owned();
    let avery = json!({"name": "Somebody Else", "job_title": "Lead Event Specialist"}).to_string();
    let json = [("content-type", "application/json")];
    assert_eq!(club.manager.send("PUT", "/api/employees/E01", &json, &avery).await.status, 200);
    assert_refused(&club.import(&format!("employees?save={digest}"), PEOPLE).await, 409, "STALE_VERSION");
    let other = PEOPLE.replace("Robin Vale", "Robin Dale");
    assert_refused(&club.import(&format!("employees?save={digest}"), &other).await, 409, "STALE_VERSION");
    assert_refused(&club.import("employees?save=nothing", PEOPLE).await, 409, "STALE_VERSION");
    // After the preview, the name in the row passes to another person.
    let schedules = "Project Name,Project Reference Number,Start Date/Time,Due Date/Time,Estimated Time,Rep Name,Schedule Date/Time\n\
        619045-Freeosk,31900443,11/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,15,Cleo Stone,11/27/2026 10:00:00 AM\n";
    let preview = club.import("schedules", schedules).await;
    assert_eq!(counts(&preview), [1, 0, 0, 0], "{}", preview.body);
    let digest = preview.body["digest"].as_str().expect("a digest").to_owned();
    for (id, name, title) in
        [("E03", "Cleo Starling", "Event Specialist"), ("E01", "Cleo Stone", "Lead Event Specialist")]
    {
        let body = json!({"name": name, "job_title": title}).to_string();
        assert_eq!(club.manager.send("PUT", &format!("/api/employees/{id}"), &json, &body).await.status, 200);
    }
    assert_refused(&club.import(&format!("schedules?save={digest}"), schedules).await, 409, "STALE_VERSION");
}

#[tokio::test]
async fn a_file_names_the_posted_schedules_that_it_breaks_before_it_is_saved() {
    let club = RosterTest::new().await;
    let posted = club.items("/api/schedules?from=2026-11-23&to=2026-12-23").await;
    let one = &posted.as_array().expect("schedules")[0];
    let (id, name) = (one["employee_id"].as_str().expect("an id"), one["employee_name"].as_str().expect("a name"));
    let day = &one["schedule_datetime"].as_str().expect("a moment")[..10];
    let date = format!("{}/{}/{}", &day[5..7], &day[8..], &day[..4]);
    let leaves = format!("Employee ID,Name,Termination Date\n{id},{name},{date}\n");
    let off = format!("Employee ID,First Day,Last Day\n{id},{date},{date}\n");
    for (kind, file) in [("employees", &leaves), ("time_off", &off)] {
        let preview = club.import(kind, file).await;
        assert_eq!(counts(&preview)[2..], [0, 0], "{}", preview.body);
        let lines = preview.body["effect"]["lines"].as_array().expect("schedules");
        assert!(lines.iter().any(|line| line["event_ref_num"] == one["event_ref_num"]), "{kind}: {}", preview.body);
        assert!(lines.iter().all(|line| line["employee_id"] == id && line["standing"] == "posted"), "{}", preview.body);
    }
    let preview = club.import("employees", &leaves).await;
    let saved = club.save("employees", &leaves).await;
    assert_eq!(saved.body["effect"], preview.body["effect"]);
    assert_eq!(club.import("employees", &leaves).await.body["effect"], Value::Null, "nothing is left to write");
}

#[tokio::test]
async fn an_import_can_leave_existing_rows_unchanged() {
    let club = RosterTest::new().await;
    let kept = club.import("employees?existing=keep", PEOPLE).await;
    assert_eq!(counts(&kept), [1, 0, 1, 1]);
    let digest = kept.body["digest"].as_str().expect("a digest");
    assert_refused(&club.import(&format!("employees?save={digest}"), PEOPLE).await, 409, "STALE_VERSION");
    let saved = club.import(&format!("employees?existing=keep&save={digest}"), PEOPLE).await;
    assert_eq!(counts(&saved), [1, 0, 1, 1]);
}

#[tokio::test]
async fn a_mapping_is_remembered_when_the_file_is_saved() {
    let club = RosterTest::new().await;
    let file = "Badge,Who\nE90,Jo Lane\n";
    let refused = club.import("employees", file).await;
    assert_refused(&refused, 422, "FILE_REFUSED");
    assert_eq!(refused.body["error"]["details"]["reason"], "FILE_MISSING_COLUMNS", "{}", refused.body);
    let mapping = "%7B%22employee_id%22%3A%22Badge%22%2C%22name%22%3A%22Who%22%7D";
    let preview = club.import(&format!("employees?mapping={mapping}"), file).await;
    assert_eq!(counts(&preview), [1, 0, 0, 0], "{}", preview.body);
    let digest = preview.body["digest"].as_str().expect("a digest");
    assert_eq!(club.import(&format!("employees?mapping={mapping}&save={digest}"), file).await.status, 200);
    assert_eq!(counts(&club.import("employees", file).await), [0, 0, 1, 0], "the mapping is remembered");
}

#[tokio::test]
async fn availability_and_days_off_are_loaded_only_for_employees_of_the_club() {
    let club = RosterTest::new().await;
    let weeks = "Employee ID,Mon,Tue,Start,End\nE01,no,08:00-14:00,,\nE01,yes,,12/01/2026,12/07/2026\nE99,no,,,\n";
    let saved = club.save("availability", weeks).await;
    assert_eq!(counts(&saved)[3], 1, "{}", saved.body);
    assert_eq!(counts(&club.save("availability", weeks).await), [0, 0, 2, 1]);
    let off = "Employee ID,First Day,Last Day\nE01,12/28/2026,12/30/2026\nE99,12/28/2026,12/30/2026\n";
    assert_eq!(counts(&club.save("time_off", off).await), [1, 0, 0, 1]);
    assert_eq!(counts(&club.save("time_off", off).await), [0, 0, 1, 1]);
    let people = club.viewer.get("/api/employees").await.body["items"].clone();
    let avery = people.as_array().expect("people").iter().find(|p| p["id"] == "E01").expect("Avery");
    assert_eq!(avery["weekly_availability"]["tue"], json!({"from": "08:00", "to": "14:00"}), "{avery}");
    assert!(avery["time_off"].to_string().contains("2026-12-28"), "{avery}");
}

#[tokio::test]
async fn an_import_of_an_export_changes_nothing() {
    let club = RosterTest::new().await;
    for (export, import) in [
        ("employees", "employees"),
        ("availability", "availability"),
        ("time_off", "time_off"),
        ("events", "visits"),
        ("schedules", "schedules"),
    ] {
        let file = club.viewer.get(&format!("/api/exports/{export}")).await;
        assert_eq!(file.status, 200, "{export}: {}", file.body);
        assert!(file.header("content-disposition").contains(&format!("8135-{}", export.replace('_', "-"))));
        let text = file.text();
        let loaded = club.import(import, &text).await;
        let [new, changed, unchanged, wrong] = counts(&loaded);
        assert_eq!((new, changed, wrong), (0, 0, 0), "{export}: {} of {text}", loaded.body);
        assert!(unchanged > 0, "{export}: {text}");
    }
    let some = club.viewer.get("/api/exports/events?from=2026-12-05&to=2026-12-31").await.text();
    let refs: Vec<bool> = ["101", "102", "201"].iter().map(|event| some.contains(&format!(",{event},"))).collect();
    assert_eq!(
        refs,
        [false, false, true],
        "the windows of 101 and 102 end on the 3rd and 4th, that of 201 on the 9th: {some}"
    );
    for export in ["payroll", "runs", "lost", "corporate"] {
        for format in ["csv", "xlsx"] {
            let file = club.viewer.get(&format!("/api/exports/{export}?format={format}")).await;
            assert_eq!(file.status, 200, "{export} {format}: {}", file.body);
        }
    }
}

#[tokio::test]
async fn a_file_does_not_change_corrected_values_of_an_event() {
    let club = RosterTest::new().await;
    let events = club.viewer.get("/api/exports/events").await.text();
    let schedules = club.viewer.get("/api/exports/schedules").await.text();
    let correction = json!({"event_type": "Other", "estimated_minutes": 75}).to_string();
    for event in [101, 201] {
        let json = [("content-type", "application/json")];
        assert_eq!(club.manager.send("PUT", &format!("/api/events/{event}"), &json, &correction).await.status, 200);
    }
    for (kind, file) in [("visits", events), ("schedules", schedules)] {
        let preview = club.import(kind, &file).await;
        let [new, changed, _, wrong] = counts(&preview);
        assert_eq!((new, changed, wrong), (0, 0, 0), "{kind}: {}", preview.body);
    }
}

#[tokio::test]
async fn a_file_exported_by_the_program_before_muster_is_loaded() {
    let club = RosterTest::new().await;
    let visits = "Project Name,Project Reference Number,Location MVID,Store Number,Store Name,Start Date/Time,Due Date/Time,Estimated Time\n\
        619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE,31900442,,,,11/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,390\n\
        619045-Freeosk,31900443,,,,11/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,15\n\
        619046-Broken,31900444,,,,12/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,15\n";
    assert_eq!(counts(&club.save("visits", visits).await), [2, 0, 0, 1]);
    assert_eq!(counts(&club.save("visits", visits).await), [0, 0, 2, 1]);
    let schedules = "Project Name,Project Reference Number,Start Date/Time,Due Date/Time,Estimated Time,Rep Name,Employee ID,Schedule Date/Time\n\
        619044-LKD-AF-Cherry Salad (251208539497) - V2-CORE,31900442,11/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,390,,E01,11/27/2026 10:15:00 AM\n\
        619045-Freeosk,31900443,11/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,15,Nobody Here,,11/27/2026 10:00:00 AM\n";
    assert_eq!(counts(&club.save("schedules", schedules).await), [1, 0, 0, 1]);
    let posted = club.viewer.get("/api/schedules?from=2026-11-27&to=2026-11-27").await.body["items"].clone();
    assert!(posted.to_string().contains("31900442"), "{posted}");
}

#[tokio::test]
async fn a_transaction_writes_forty_eight_rows_of_a_file() {
    let club = RosterTest::new().await;
    let mut file = "Employee ID,Name,Job Title\n".to_owned();
    for n in 0..2_000 {
        _ = writeln!(file, "P{n},Person {n},Event Specialist");
    }
    let saved = club.save("employees", &file).await;
    assert_eq!(counts(&saved)[0], 2_000);
    let requests = saved.requests().expect("counted");
    let transactions = 2_000_u64.div_ceil(48);
    assert!((transactions..=transactions + 8).contains(&requests), "{requests} requests for 2000 rows");
}

#[tokio::test]
async fn a_file_that_is_no_spreadsheet_is_refused_and_files_require_a_role_in_the_club() {
    let club = RosterTest::new().await;
    for file in ["{\"a\": 1}", "\u{0}\u{1}\u{2}", "Name\nA\n"] {
        assert_refused(&club.import("employees", file).await, 422, "FILE_REFUSED");
    }
    assert_refused(&club.import("employees", "").await, 400, "BODY_MISSING");
    assert_refused(&club.import("elephants", PEOPLE).await, 400, "INVALID_ID");
    let csv = [("content-type", "text/csv")];
    assert_refused(&club.viewer.send("POST", "/api/imports/employees", &csv, PEOPLE).await, 403, "FORBIDDEN");
    assert_refused(
        &club.stranger.send("POST", "/api/imports/employees?club=8135", &csv, PEOPLE).await,
        404,
        "CLUB_NOT_FOUND",
    );
    assert_refused(&club.stranger.get("/api/exports/schedules?club=8135").await, 404, "CLUB_NOT_FOUND");
    assert_refused(&club.nobody.get("/api/exports/schedules").await, 401, "UNAUTHENTICATED");
    assert_refused(&club.stranger.get("/api/calendar-feeds?club=8135").await, 404, "CLUB_NOT_FOUND");
}

/// The entries of a feed: UID, SEQUENCE, STATUS and start.
fn entries(feed: &str) -> Vec<(String, String, String, String)> {
    let unfolded = feed.replace("\r\n ", "");
    let value = |entry: &str, name: &str| {
        let line = entry.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let fields =
        |entry: &str| (value(entry, "UID"), value(entry, "SEQUENCE"), value(entry, "STATUS"), value(entry, "DTSTART"));
    unfolded.split("BEGIN:VEVENT").skip(1).map(fields).collect()
}

#[tokio::test]
async fn a_feed_is_read_at_its_secret_address_and_has_moves_and_cancellations() {
    let club = RosterTest::new().await;
    let posted = club.viewer.get("/api/schedules?from=2026-11-23&to=2026-12-23").await.body["items"].clone();
    let first = posted[0].clone();
    let who = first["employee_id"].as_str().expect("a person").to_owned();
    let person = TestCaller::new(&club.router, "lee@club.example", &format!("8135:viewer 8135:employee:{who}"));
    let made = person.post("/api/calendar-feeds", &json!({"employee_id": who})).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let address = made.body["address"].as_str().expect("an address").to_owned();
    let feed = club.nobody.get(&address).await;
    assert_eq!((feed.status, feed.header("content-type")), (200, "text/calendar; charset=utf-8"), "{}", feed.text());
    let before = entries(&feed.text());
    assert!(
        !before.is_empty() && before.iter().all(|(_, sequence, status, _)| sequence == "0" && status == "CONFIRMED"),
        "{before:?}"
    );
    let tag = feed.header("etag").to_owned();
    let known = club.nobody.send("GET", &address, &[("if-none-match", &tag)], "").await;
    assert_eq!(known.status, 304, "an unchanged feed is not sent again");

    let event = EventRef(first["event_ref_num"].as_u64().expect("a ref"));
    let change = async |who: Option<&str>| {
        club.with_club(async |c| {
            let read = c.known_event(event).await.expect("read").expect("the event");
            let old = read.posted.as_ref().expect("posted").body.clone();
            let moved = who.map(|who| domain::snapshot::Posted {
                employee_id: EmployeeId(who.to_owned()),
                start: old.start + chrono::TimeDelta::days(1),
                ..old.clone()
            });
            let update = EventUpdate {
                facts: read.event.body.facts.clone(),
                posted: moved,
                read: Some(read),
                source: store::upstream::Source::Overriding,
            };
            c.apply_updates(&[update]).await.expect("written");
        })
        .await;
    };
    change(Some(&who)).await;
    let moved = entries(&club.nobody.get(&address).await.text());
    let uid = format!("{event}.8135@muster");
    let entry =
        |all: &[(String, String, String, String)]| all.iter().find(|entry| entry.0 == uid).cloned().expect("the entry");
    assert_eq!((entry(&moved).1.as_str(), entry(&moved).2.as_str()), ("1", "CONFIRMED"));
    assert_ne!(entry(&moved).3, entry(&before).3, "the schedule starts on another day");
    change(None).await;
    let cancelled = entries(&club.nobody.get(&address).await.text());
    assert_eq!((entry(&cancelled).1.as_str(), entry(&cancelled).2.as_str()), ("2", "CANCELLED"));

    let names = club.viewer.get("/api/employees").await.body["items"].clone();
    let text = club.nobody.get(&address).await.text();
    for other in names.as_array().expect("people").iter().filter(|p| p["id"] != Value::String(who.clone())) {
        assert!(!text.contains(other["name"].as_str().expect("a name")), "a personal feed names nobody else");
    }
    let id = made.body["id"].as_str().expect("an id");
    let renewed = person.post(&format!("/api/calendar-feeds/{id}/renew"), &json!({})).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    assert_refused(&club.nobody.get(&address).await, 404, "FEED_NOT_FOUND");
    let address = renewed.body["address"].as_str().expect("an address").to_owned();
    assert_eq!(entries(&club.nobody.get(&address).await.text()), cancelled, "a renewed feed keeps its entries");
    let id = renewed.body["id"].as_str().expect("an id");
    assert_eq!(person.send("DELETE", &format!("/api/calendar-feeds/{id}"), &[], "").await.status, 200);
    for address in [address.as_str(), "/api/calendar/8135.x.ics", "/api/calendar/nothing", "/api/calendar/9999.x.ics"] {
        assert_refused(&club.nobody.get(address).await, 404, "FEED_NOT_FOUND");
    }
}

#[tokio::test]
async fn the_etag_of_a_feed_changes_only_with_its_text() {
    let club = RosterTest::new().await;
    let made = club.manager.post("/api/calendar-feeds", &json!({"employee_id": null})).await;
    let address = made.body["address"].as_str().expect("an address").to_owned();
    let first = club.nobody.get(&address).await;
    let read = async || club.nobody.send("GET", &address, &[("if-none-match", first.header("etag"))], "").await;
    assert_eq!(read().await.status, 304);
    for (name, status) in [("Avery Q. Quill", 200), ("Avery Quill", 304)] {
        let avery = json!({"name": name, "job_title": "Lead Event Specialist"}).to_string();
        let put = club.manager.send("PUT", "/api/employees/E01", &[("content-type", "application/json")], &avery).await;
        assert_eq!(put.status, 200, "{}", put.body);
        let again = read().await;
        assert_eq!(again.status, status, "{name}");
        assert_eq!(again.header("etag") == first.header("etag"), status == 304, "{name}");
        let unfolded = again.text().replace("\r\n ", "");
        assert_eq!(unfolded.contains("Avery Q. Quill"), status == 200, "{name}");
    }
}

#[tokio::test]
async fn a_viewer_makes_and_manages_only_their_own_feeds_and_a_manager_all_feeds() {
    let club = RosterTest::new().await;
    let caller = |who: &str, roles: &str| TestCaller::new(&club.router, who, roles);
    let avery = caller("avery@club.example", "8135:viewer 8135:employee:E01");
    let kim = caller("kim@club.example", "8135:viewer 8135:employee:E03");
    let other_club = caller("sam@club.example", "8135:viewer 8136:viewer 8136:employee:E01");
    let feeds = "/api/calendar-feeds";
    for (who, caller, path) in [
        ("a viewer whose token names no employee", &club.viewer, feeds.to_owned()),
        ("another employee", &kim, feeds.to_owned()),
        ("an employee with the same id in another club", &other_club, format!("{feeds}?club=8135")),
    ] {
        for employee in [json!("E01"), Value::Null, json!("E99")] {
            let refused = caller.post(&path, &json!({"employee_id": employee})).await;
            assert_eq!(
                (refused.status, refused.code()),
                (403, "FORBIDDEN"),
                "{who}, a feed of {employee}: {}",
                refused.body
            );
        }
    }
    let made = avery.post(feeds, &json!({"employee_id": "E01"})).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let id = made.body["id"].as_str().expect("an id").to_owned();
    assert_eq!(kim.get(feeds).await.body["items"], json!([]));
    assert_refused(&kim.post(&format!("{feeds}/{id}/renew"), &json!({})).await, 404, "FEED_NOT_FOUND");
    assert_refused(&kim.send("DELETE", &format!("{feeds}/{id}"), &[], "").await, 404, "FEED_NOT_FOUND");
    for own in [&avery, &club.manager] {
        assert_eq!(own.get(feeds).await.body["items"][0]["id"], json!(id));
    }
    let renewed = club.manager.post(&format!("{feeds}/{id}/renew"), &json!({})).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    let found = avery.get(feeds).await.body["items"].clone();
    assert_eq!(
        found[0]["made_by"], "avery@club.example",
        "a renewed feed still belongs to the person who made it: {found}"
    );
    // A caller whose sign-in names another person by now may list and revoke the feed, but gets no new address for it.
    let moved = caller("avery@club.example", "8135:viewer 8135:employee:E03");
    let id = renewed.body["id"].as_str().expect("an id");
    assert_refused(&moved.post(&format!("{feeds}/{id}/renew"), &json!({})).await, 403, "FORBIDDEN");
    assert_eq!(moved.send("DELETE", &format!("{feeds}/{id}"), &[], "").await.status, 200);
    let of_the_club = club.manager.post(feeds, &json!({"employee_id": null})).await;
    assert_eq!(of_the_club.status, 200, "a manager makes a feed of the club: {}", of_the_club.body);
}
