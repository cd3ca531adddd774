//! Calls every route, most of them on the small club. The examples of the contract are these calls.

mod trials;

use std::collections::BTreeMap;

use axum::Router;
use chrono::TimeDelta;
use cloud::{Cloud, TestCaller};
use contract::Example;
use domain::snapshot::{EmployeeId, EventRef};
use runtime::Environment;
use serde_json::{Value, json};
use store::drafts::Act;
use store::events::Place as StoredPlace;
use store::key::{ProposalKey, RefreshId};
use store::refreshes::{ChangedField, EventNews, FieldChange, News, NewsKind, RefreshState, UnknownPerson};
use store::reports::{ListDoubt, RefreshReport};
use store::states::{AttemptEnd, Cause};
use store::submission::Reporter;
use testkit::crossmark::{NOWHERE, crossmark_with};
use testkit::{BEGIN, TestClub, USUAL_LINES, key, manual, owner, small_club, small_club_with_numbers};

/// The examples so far, and a caller for each operation.
struct Tour {
    callers: BTreeMap<String, TestCaller>,
    examples: Vec<Example>,
}

/// The routers of the functions, in the order of [`contract::functions`].
pub fn routers(environment: &Environment) -> [Router; 4] {
    let routers = [
        assist::router(environment),
        rotations::router(environment),
        review::router(environment),
        roster::router(environment),
    ];
    routers.map(|router| router.expect("a router"))
}

/// An admin of the small club at the function of each operation.
pub fn callers(environment: &Environment) -> BTreeMap<String, TestCaller> {
    let mut callers = BTreeMap::new();
    for (router, (_, part)) in routers(environment).into_iter().zip(contract::functions()) {
        let part = serde_json::to_value(part).expect("a document");
        for operation in contract::operations(&part) {
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            callers.insert(id, TestCaller::new(&router, "pat@club.example", "8135:admin"));
        }
    }
    callers
}

impl Tour {
    /// A tour without examples. Crossmark is at this address.
    fn of(cloud: &Cloud, crossmark: &str) -> Tour {
        Tour { callers: callers(&cloud.environment_with_crossmark(crossmark)), examples: Vec::new() }
    }

    /// Sends one request, which must succeed, and records it as an example.
    async fn step(&mut self, operation_id: &str, request: &str, body: Value) -> Value {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.callers[operation_id].send(method, path, &[], &text).await;
        assert!((200..300).contains(&answer.status), "{request}: {} {}", answer.status, answer.body);
        let operation_id = operation_id.to_owned();
        self.examples.push(Example { operation_id, request: body, status: answer.status, answer: answer.body.clone() });
        answer.body
    }

    async fn get(&mut self, operation_id: &str, path: &str) {
        self.step(operation_id, &format!("GET /api/{path}"), Value::Null).await;
    }

    async fn post(&mut self, operation_id: &str, path: &str, body: Value) -> Value {
        self.step(operation_id, &format!("POST /api/{path}"), body).await
    }
}

/// Examples of every route whose answer is JSON, each a request and its answer.
pub async fn examples() -> Vec<Example> {
    let mut examples = load_clubs().await;
    let test = TestClub::new(&small_club()).await;
    // Crossmark lists the schedule that the tour later enters by hand.
    let day = "2026-11-27".parse().expect("a day");
    let mut tour = Tour::of(&test.cloud, &crossmark_with(160_001, 101, day, 55_000_099).await);
    visit_club(&mut tour).await;
    visit_facts(&mut tour).await;
    visit_files(&mut tour).await;
    visit_feeds(&mut tour).await;
    visit_rotations(&mut tour).await;
    let proposal = test.propose_usual().await;
    test.advance(60);
    visit_proposal(&mut tour).await;
    visit_questions(&mut tour).await;
    visit_way_to_crossmark(&mut tour, &test, &proposal).await;
    visit_runs(&mut tour, &test).await;
    examples.append(&mut tour.examples);
    examples.append(&mut posted_schedules().await);
    examples.append(&mut visit_outcomes().await);
    examples
}

/// Outcomes of lines: corrected by a person, listed, used for fairness, and counted.
async fn visit_outcomes() -> Vec<Example> {
    let test = TestClub::new(&small_club()).await;
    let mut tour = Tour::of(&test.cloud, NOWHERE);
    let proposal = test.propose_usual().await;
    test.approve_directly(&proposal, &[101]).await;
    let (club, because) = (test.club(), test.because());
    let until = test.now().plus(TimeDelta::minutes(1));
    let taken = club.take_line(&key(&proposal, 101), None, &owner("w"), until, &because).await.expect("taken").0;
    let id = Some(store::key::ScheduledEventId(55_000_101));
    club.accept_line(Reporter::Worker(&taken), id, &because).await.expect("accepted");
    test.advance(6 * 86_400);
    let correction = json!({"what": "somebody_else", "employee_id": "E03", "why": "they swapped"});
    tour.post("correctOutcome", "outcomes/run-1.101", correction).await;
    tour.get("listOutcomes", "outcomes?from=2026-11-23&to=2026-12-05").await;
    let correction = json!({"core": 1, "reason": "they stood in at the fair", "version": 0});
    tour.post("correctFairness", "fairness/E01", correction).await;
    tour.get("getFairness", "fairness").await;
    tour.get("getAnalytics", "analytics?from=2026-11-22&to=2026-12-05&by=person").await;
    tour.examples
}

async fn load_clubs() -> Vec<Example> {
    let cloud = Cloud::in_memory(TestClub::clock_at(BEGIN).clock(), 7).await.expect("a cloud");
    let mut tour = Tour::of(&cloud, NOWHERE);
    tour.post("loadSnapshot", "snapshot", small_club()).await;
    erase_somebody(&mut tour).await;
    let empty = Cloud::in_memory(TestClub::clock_at(BEGIN).clock(), 7).await.expect("a cloud");
    let mut first = Tour::of(&empty, NOWHERE);
    first.post("makeClub", "setup", json!({"name": "North Club", "time_zone": "America/Denver"})).await;
    first.step("chooseLocation", "PUT /api/setup/location", json!({"location_id": 160_001})).await;
    tour.examples.extend(first.examples);
    tour.examples
}

/// Posted schedules: findings, changes by hand, and trials.
async fn posted_schedules() -> Vec<Example> {
    let test = TestClub::new(&small_club_with_numbers()).await;
    let mut tour = Tour::of(&test.cloud, NOWHERE);
    let seen = tour.step("getValidation", "GET /api/validation?week=2026-11-23", Value::Null).await;
    let mut fixed = 0;
    for finding in seen["items"].as_array().expect("findings") {
        let id = finding["id"].as_str().expect("an id");
        let ways = tour.callers["getWaysOut"].get(&format!("/api/validation/{id}/options")).await.body;
        let way = &ways["options"][0];
        if way["kind"] == "leave" || fixed == 2 {
            continue;
        }
        fixed += 1;
        let (option, plan_version) = (way["id"].clone(), ways["plan_version"].clone());
        tour.get("getWaysOut", &format!("validation/{id}/options")).await;
        let ignore = json!({"reason": "they asked for it", "until": "2026-11-28"});
        tour.post("ignoreFinding", &format!("validation/{id}/ignore"), ignore).await;
        tour.step("heedFinding", &format!("DELETE /api/validation/{id}/ignore"), Value::Null).await;
        let dry =
            json!({"fixes": [{"finding_id": id, "option": option}], "plan_version": plan_version, "dry_run": true});
        tour.post("applyWaysOut", "validation/apply", dry).await;
        tour.post("applyWayOut", &format!("validation/{id}/apply"), json!({"option": option, "dry_run": true})).await;
    }
    let moved = json!({"blocks": [{"event_ref_num": 202, "before": 2, "after": 1}]});
    tour.post("undoBlocks", "validation/blocks/undo", moved).await;
    assert!(fixed > 0, "no finding has a way out: {seen}");
    trials::visit(&mut tour, &test).await;
    visit_refreshes(&mut tour, &test).await;
    let change = json!({"changes": [{"event_ref_num": 202, "schedule_datetime": "2026-12-02"}], "reason": "as agreed"});
    tour.post("changeSchedules", "schedules/changes", change).await;
    visit_drafts(&mut tour, &test).await;
    tour.examples
}

/// Two drafts that an assistant made: one is confirmed, one is discarded.
async fn visit_drafts(tour: &mut Tour, test: &TestClub) {
    let off = |day: &str| {
        let (start, end) = (day.parse().expect("a date"), day.parse().expect("a date"));
        Act::TimeOff { employee_id: EmployeeId("E01".to_owned()), start, end }
    };
    let first = test.make_draft("pat@club.example", "first", off("2026-11-30")).await.expect("a draft").draft.id;
    let second = test.make_draft("pat@club.example", "second", off("2026-12-28")).await.expect("a draft").draft.id;
    tour.get("listDrafts", "drafts").await;
    tour.get("getDraft", &format!("drafts/{first}")).await;
    tour.post("confirmDraft", &format!("drafts/{first}/confirm"), json!({})).await;
    tour.post("discardDraft", &format!("drafts/{second}/discard"), Value::Null).await;
}

/// A refresh with the result that a worker would record, and a difference between Crossmark and Muster.
async fn visit_refreshes(tour: &mut Tour, test: &TestClub) {
    let asked = tour.post("askRefresh", "refreshes", Value::Null).await;
    let id = RefreshId::parse(asked["refresh_id"].as_str().expect("an id")).expect("an id");
    let mut read = test.club().begin_refresh(&id, test.now()).await.expect("read");
    let place = |who: &str, start: &str| StoredPlace {
        employee_id: EmployeeId(who.to_owned()),
        start: start.parse().expect("a moment"),
        block: None,
    };
    read.body.news = News {
        counts: [(NewsKind::Moved, 1)].into(),
        events: vec![EventNews {
            event: EventRef(201),
            name: "619201-LKD-AF-Salad (251200201) - V2-CORE".to_owned(),
            kind: NewsKind::Moved,
            before: Some(place("E01", "2026-12-01T10:15:00")),
            after: Some(place("E03", "2026-12-01T10:45:00")),
            fields: vec![ChangedField::Length],
            changes: vec![FieldChange {
                field: ChangedField::Length,
                before: Some("390".to_owned()),
                after: Some("360".to_owned()),
            }],
        }],
        listed: 14,
        overtaken: 0,
        people: vec![UnknownPerson { rep_id: 150_901, employee_id: None, name: "ROBIN GUEST".to_owned() }],
        people_total: 1,
    };
    let done = RefreshState::Done { at: test.now() };
    assert!(test.club().change_refresh(&mut read, done).await.expect("written"));
    tour.get("getRefresh", &format!("refreshes/{id}")).await;
    tour.get("listRefreshes", "refreshes").await;
    tour.get("listHealth", "validation/health").await;
    let known = test.club().known_event(EventRef(203)).await.expect("read").expect("an event");
    let update = known.into_unlisted_update(test.now());
    assert_eq!(test.club().apply_updates(&[update]).await.expect("written").written, 1);
    let found = tour.step("listDifferences", "GET /api/differences", Value::Null).await;
    let since = found["items"][0]["since"].clone();
    let decision = json!({"event_ref_num": 203, "since": since, "take": "crossmark"});
    tour.post("decideDifferences", "differences/decide", json!({"decisions": [decision]})).await;
}

async fn visit_club(tour: &mut Tour) {
    tour.get("getHealth", "health").await;
    tour.get("getMe", "me").await;
    tour.get("getContract", "openapi.json").await;
    let contract = tour.examples.last_mut().expect("the contract");
    // The example of this route is the document itself, which would contain itself.
    contract.answer = json!({"openapi": "3.1.0", "info": {"title": "Muster", "version": "0.2.0"}, "paths": {}});
    tour.get("listEmployees", "employees?limit=2&include=total").await;
    tour.get("listEvents", "events?scheduled=open&limit=2&include=total").await;
    tour.get("listSchedules", "schedules?from=2026-11-23&to=2026-11-30&limit=2").await;
    tour.get("countEvents", "events/counts").await;
    tour.get("getSetup", "setup").await;
    tour.get("getSettings", "settings").await;
    tour.post("readWeightWords", "settings/words", json!({"text": "follow the rotation a little more"})).await;
    tour.get("listHolidays", "holidays").await;
    tour.get("listLockedDays", "locked-days").await;
}

/// Each fact is only previewed, or saved and then restored, so that the rest of the tour finds the club unchanged. Only
/// the affinity of E03 stays off.
async fn visit_facts(tour: &mut Tour) {
    let person = json!({"name": "Sam Reed", "job_title": "Juicer Barista", "version": 0, "why": "new this week"});
    tour.step("saveEmployee", "PUT /api/employees/E77?dry=true", person).await;
    let week = json!({"days": {"mon": false, "tue": {"from": "08:00", "to": "14:00"}}});
    tour.step("saveAvailability", "PUT /api/employees/E03/availability?dry=true", week).await;
    let off = json!({"employee_id": "E03", "start": "2026-12-28", "end": "2026-12-30"});
    let added = tour.post("addTimeOff", "time-off", off).await;
    let fact = added["fact"].as_str().expect("a fact").to_owned();
    tour.get("factHistory", &format!("facts/history?fact={fact}")).await;
    let (_, id) = fact.split_once(':').expect("an id");
    tour.step("removeTimeOff", &format!("DELETE /api/time-off/{id}"), Value::Null).await;
    let hours = json!({"employee_id": "E03", "start": "2026-12-14", "end": "2026-12-18", "days": {"fri": false}});
    let added = tour.post("addAvailabilityOverride", "availability-overrides", hours).await;
    let (_, id) = added["fact"].as_str().and_then(|fact| fact.split_once(':')).expect("an id");
    tour.step("removeAvailabilityOverride", &format!("DELETE /api/availability-overrides/{id}"), Value::Null).await;
    let rule = json!({"rule": {"every": "nth_weekday", "month": 7, "nth": 1, "weekday": "mon"}, "name": "Summer day"});
    tour.post("addHoliday", "holidays", rule).await;
    tour.step("removeHoliday", "DELETE /api/holidays/07-1-mon", Value::Null).await;
    tour.post("lockDay", "locked-days", json!({"date": "2026-12-31", "reason": "inventory"})).await;
    tour.step("unlockDay", "DELETE /api/locked-days/2026-12-31", Value::Null).await;
    let settings = json!({"buffer_days": 5, "weights": {"fairness": 2.0}, "run_hour": 4, "version": 1});
    let saved = tour.step("saveSettings", "PUT /api/settings", settings).await;
    let back = json!({"fact": saved["fact"], "version": saved["version"]});
    tour.post("putFactBack", "facts/put-back", back).await;
    let switches = json!({"people_off": ["E03"], "version": 0, "why": "asked for it"});
    tour.step("switchAffinity", "PUT /api/affinity", switches).await;
    tour.get("showAffinity", "affinity").await;
    let correction = json!({"event_type": "Core", "estimated_minutes": 375, "auto": true});
    tour.step("correctEvent", "PUT /api/events/104?dry=true", correction).await;
}

async fn visit_files(tour: &mut Tour) {
    let file = "Employee ID,Name,Job Title\nE80,Robin Vale,Juicer Barista\nE81,Kim Ash,Boss\n";
    let csv = [("content-type", "text/csv")];
    let answer = tour.callers["importFile"].send("POST", "/api/imports/employees", &csv, file).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (operation_id, request) = ("importFile".to_owned(), Value::Null);
    tour.examples.push(Example { operation_id, request, status: answer.status, answer: answer.body });
    let answer = tour.callers["export"].get("/api/exports/schedules").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn visit_feeds(tour: &mut Tour) {
    let made = tour.post("makeCalendarFeed", "calendar-feeds", json!({"employee_id": "E01"})).await;
    let made = hide_id_and_address(tour, &made);
    tour.get("listCalendarFeeds", "calendar-feeds").await;
    hide_ids(tour);
    let renewed = tour.post("renewCalendarFeed", &format!("calendar-feeds/{}/renew", made.0), Value::Null).await;
    let renewed = hide_id_and_address(tour, &renewed);
    let answer = tour.callers["readCalendarFeed"].get(&renewed.1).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    tour.step("revokeCalendarFeed", &format!("DELETE /api/calendar-feeds/{}", renewed.0), Value::Null).await;
    tour.examples.last_mut().expect("an example").answer["id"] = json!(FEED_ID);
}

/// Erases a former employee, in a club that no later example uses. The pseudonym is random, so the example shows a
/// placeholder.
async fn erase_somebody(tour: &mut Tour) {
    let gone = json!({"name": "Lee Moss", "job_title": "Event Specialist", "active": false, "version": 0});
    let answer = tour.callers["saveEmployee"].send("PUT", "/api/employees/E78", &[], &gone.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let erased = tour.post("forgetEmployee", "employees/E78/forget", Value::Null).await;
    assert_eq!(erased["finished"], json!(true), "{erased}");
    let shown = &mut tour.examples.last_mut().expect("an example").answer;
    (shown["employee_id"], shown["name"]) = (json!("former-KQTBMRHD"), json!("Former employee KQTBMRHD"));
}

/// Placeholder for a random id.
const FEED_ID: &str = "0123456789abcdef";

/// Returns the id and the address of a feed, and replaces them in the last example, because both are random.
fn hide_id_and_address(tour: &mut Tour, made: &Value) -> (String, String) {
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    let shown = &mut tour.examples.last_mut().expect("an example").answer;
    (shown["id"], shown["address"]) = (json!(FEED_ID), json!("/api/calendar/8135.<secret>.ics"));
    (text("id"), text("address"))
}

fn hide_ids(tour: &mut Tour) {
    let items = &mut tour.examples.last_mut().expect("an example").answer["items"];
    items.as_array_mut().expect("feeds").iter_mut().for_each(|feed| feed["id"] = json!(FEED_ID));
}

async fn visit_questions(tour: &mut Tour) {
    for text in ["who is free friday", "Avery off 9 jan to 12 jan", "what is the weather"] {
        tour.post("ask", "ask", json!({"text": text})).await;
    }
}

async fn visit_rotations(tour: &mut Tour) {
    let week = json!({
        "juicer": {"monday": "E02", "sunday": "E04"},
        "primary_lead": {"monday": "E01"},
        "backups": {"juicer": {"monday": "E04"}, "primary_lead": {}},
        "version": 0,
    });
    tour.post("saveRotations", "rotations", week).await;
    tour.get("getRotations", "rotations").await;
    let exception = json!({"date": "2026-11-30", "rotation_type": "juicer", "employee_id": "E04", "reason": "swapped"});
    tour.post("saveRotationException", "rotation-exception", exception).await;
    tour.get("listRotationExceptions", "rotation-exception?from=2026-11-23").await;
    let one = "DELETE /api/rotation-exception/2026-11-30/juicer";
    tour.step("removeRotationException", one, Value::Null).await;
}

async fn visit_proposal(tour: &mut Tour) {
    tour.get("getRunStatus", "auto-schedule/status/run-1?since=all").await;
    tour.get("getProposal", "auto-schedule/pending").await;
    tour.get("getLine", "pending-schedule/run-1.101").await;
    tour.post("checkChange", "auto-schedule/check", json!({"line": "run-1.102", "schedule_datetime": "2026-11-27"}))
        .await;
    let edit = json!({"schedule_datetime": "2026-11-27", "version": 1});
    tour.step("editLine", "PUT /api/pending-schedule/run-1.101", edit).await;
    let reject = json!({"run_id": "run-1", "lines": ["run-1.103"], "reasons": ["not that week"]});
    tour.post("reject", "auto-schedule/reject", reject).await;
    let dry = json!({"run_id": "run-1", "lines": ["run-1.101"], "dry_run": true});
    tour.post("approve", "auto-schedule/approve", dry).await;
    let approve = json!({"run_id": "run-1", "lines": ["run-1.101", "run-1.102", "run-1.201", "run-1.202"]});
    let approved = tour.post("approve", "auto-schedule/approve", approve).await;
    let recall = json!({"approval_id": approved["approval_id"]});
    tour.post("recall", "auto-schedule/recall", recall).await;
}

/// Lines fail one after the other, so that each way to settle a failed line is called.
async fn visit_way_to_crossmark(tour: &mut Tour, test: &TestClub, proposal: &ProposalKey) {
    let approve = json!({"run_id": "run-1", "lines": ["run-1.101", "run-1.102"]});
    let approved = tour.callers["approve"].post("/api/auto-schedule/approve", &approve).await;
    assert_eq!(approved.body["queued"], 1, "{}", approved.body);
    // The person of line 102 has no number at Crossmark, so the route does not approve the line. It is approved in the
    // table.
    test.approve_directly(proposal, &[102]).await;
    test.advance(11);
    fail(test, proposal, 101).await;
    fail(test, proposal, 102).await;
    tour.get("listSubmissions", "submissions?include=accepted").await;
    tour.post("retrySome", "auto-schedule/retry", json!({"lines": ["run-1.101"]})).await;
    fail(test, proposal, 101).await;
    tour.post("retryOne", "auto-schedule/retry/run-1.101", Value::Null).await;
    fail(test, proposal, 101).await;
    let by_hand = json!({"note": "entered at the desk", "scheduled_event_id": 55_000_099});
    tour.post("doneByHandOne", "auto-schedule/done-by-hand/run-1.101", by_hand).await;
    let by_hand = json!({"note": "by telephone", "lines": ["run-1.102"]});
    tour.post("doneByHandSome", "auto-schedule/done-by-hand", by_hand).await;
    tour.post("dropSome", "auto-schedule/drop", json!({"cause": "refused"})).await;
    tour.post("dropOne", "auto-schedule/drop/run-1.101", Value::Null).await;
}

async fn fail(test: &TestClub, proposal: &ProposalKey, event: u64) {
    let (club, until) = (test.club(), test.now().plus(TimeDelta::seconds(180)));
    let because = test.because_of("muster submit", "submitted");
    let taken = club.take_line(&key(proposal, event), None, &owner("worker"), until, &because).await.expect("taken").0;
    let words = "already booked at that time".to_owned();
    let refused = AttemptEnd::Refused { words: words.clone() };
    club.fail_line(Reporter::Worker(&taken), Cause::Refused, refused, &words, &because).await.expect("failed");
}

async fn visit_runs(tour: &mut Tour, test: &TestClub) {
    test.advance(3600);
    test.propose_lines("run-2", manual("pat@club.example"), &USUAL_LINES[1..3]).await;
    tour.get("compareRuns", "auto-schedule/history/compare?a=run-1&b=run-2").await;
    let held = test.queue_and_start_run_from("run-3", manual("pat@club.example")).await;
    test.advance(4000);
    test.club()
        .check_run_liveness(&held.run, &test.because_of("muster sweep", "its lease ran out"))
        .await
        .expect("crashed");
    tour.get("getDashboard", "dashboard").await;
    tour.post("dismissCrash", "auto-schedule/dismiss-crash", json!({"run_id": "run-3"})).await;
    let doubt =
        ListDoubt { since: test.now(), gone: vec![EventRef(104)], open: 1, has_nothing: false, confirmed: None };
    let report = RefreshReport { doubt: Some(doubt), ..RefreshReport::default() };
    assert!(test.club().put_report(None, &report).await.expect("written"));
    let since = test.now().to_string();
    tour.post("confirmList", "auto-schedule/confirm-list", json!({"since": since})).await;
    let started = tour.post("startRun", "auto-schedule/run", json!({"run_type": "manual", "emergency": false})).await;
    let one = format!("DELETE /api/auto-schedule/run/{}", started["run_id"].as_str().expect("an id"));
    tour.step("endRun", &one, Value::Null).await;
    tour.get("listRuns", "auto-schedule/history?limit=2").await;
    tour.get("listChanges", "changes?limit=3").await;
}
