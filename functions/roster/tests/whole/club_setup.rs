//! The set-up of a club over HTTP, the filters of events, weights in words, and lost refreshes.

use serde_json::{Value, json};
use store::refreshes::{Refresh, RefreshState};
use store::upstream::{EventUpdate, Source};

use crate::setup::{RosterTest, assert_refused};

/// The steps of a set-up that are not done.
fn open_steps(setup: &Value) -> Vec<&str> {
    let steps = setup["steps"].as_array().expect("steps").iter();
    steps.filter(|step| step["done"] == false).map(|step| step["step"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn an_admin_makes_a_club_and_the_set_up_lists_what_the_club_lacks() {
    let test = RosterTest::empty().await;
    let setup = test.viewer.get("/api/setup").await;
    assert_eq!((setup.status, &setup.body["exists"], &setup.body["ready"]), (200, &json!(false), &json!(false)));
    assert_eq!(open_steps(&setup.body).len(), 9, "no step is done");

    let named = json!({"name": "North Club", "time_zone": "America/Denver", "location_id": 170_001});
    assert_refused(&test.manager.post("/api/setup", &named).await, 403, "FORBIDDEN");
    for (wrong, code) in [
        (json!({"name": "North Club", "time_zone": "Denver"}), "INVALID_FACT"),
        (json!({"name": " ", "time_zone": "America/Denver"}), "INVALID_TEXT"),
    ] {
        let answer = test.admin.post("/api/setup", &wrong).await;
        assert_eq!(answer.code(), code, "{}", answer.body);
        assert!(answer.status < 500);
    }
    let made = test.admin.post("/api/setup", &named).await;
    assert_eq!((made.status, &made.body["club_id"]), (201, &json!("8135")), "{}", made.body);
    assert_refused(&test.admin.post("/api/setup", &named).await, 409, "CLUB_NOT_EMPTY");
    let settings = test.viewer.get("/api/settings").await.body;
    assert_eq!((&settings["club"]["name"], &settings["time_zone"]), (&json!("North Club"), &json!("America/Denver")));
    let expected =
        ["crossmark", "people", "titles", "availability", "rotations", "holidays", "events", "first_proposal"];
    let steps = test.viewer.get("/api/setup").await.body;
    // Nobody is active, so no weekly availability is missing.
    let expected: Vec<&str> = expected.into_iter().filter(|step| *step != "availability").collect();
    assert_eq!(open_steps(&steps), expected, "{steps:#}");

    let person = json!({"name": "Sam Reed", "job_title": "Lead Event Specialist", "juicer_trained": true});
    let path = "/api/employees/E77";
    let json_type = [("content-type", "application/json")];
    assert_eq!(test.manager.send("PUT", path, &json_type, &person.to_string()).await.status, 200);
    let steps = test.viewer.get("/api/setup").await.body;
    let step_named = |name: &str| {
        let step = steps["steps"].as_array().expect("steps").iter().find(|step| step["step"] == name);
        step.expect("the step").clone()
    };
    assert_eq!(step_named("people")["missing"], json!(["Sam Reed has no Crossmark number."]));
    assert_eq!(step_named("availability")["missing"], json!(["Sam Reed counts as free all week."]));
    assert_eq!(step_named("titles")["done"], true, "{steps:#}");
    assert_eq!(step_named("rotations")["missing"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn the_location_of_a_club_is_set_only_once() {
    let test = RosterTest::empty().await;
    let put = async |location: u64| {
        let body = json!({"location_id": location}).to_string();
        test.admin.send("PUT", "/api/setup/location", &[("content-type", "application/json")], &body).await
    };
    assert_refused(&put(170_001).await, 404, "CLUB_NOT_FOUND");
    let named = json!({"name": "North Club", "time_zone": "America/Denver"});
    assert_eq!(test.admin.post("/api/setup", &named).await.status, 201);
    assert_eq!(put(170_001).await.status, 200);
    assert_eq!(put(170_001).await.status, 200, "the same location again is no error");
    assert_refused(&put(170_002).await, 409, "NOT_ALLOWED_NOW");
    assert_eq!(test.viewer.get("/api/settings").await.body["club"]["location_id"], 170_001);
}

#[tokio::test]
async fn the_crossmark_step_of_a_loaded_club_is_open_until_crossmark_was_read() {
    let test = RosterTest::new().await;
    let setup = test.viewer.get("/api/setup").await.body;
    assert_eq!((&setup["exists"], &setup["locations"]), (&json!(true), &json!([])));
    assert!(open_steps(&setup).contains(&"crossmark"), "Crossmark was never read: {setup:#}");
    test.with_club(async |club| {
        let now = store::stamp::Timestamp::from(testkit::TestClub::clock_at(testkit::BEGIN).now());
        club.record_refreshed(now).await.expect("recorded");
    })
    .await;
    let setup = test.viewer.get("/api/setup").await.body;
    assert!(["crossmark", "events"].iter().all(|step| !open_steps(&setup).contains(step)), "{setup:#}");
}

#[tokio::test]
async fn each_filter_of_events_lists_as_many_events_as_it_counts() {
    let test = RosterTest::new().await;
    let change = async |event: u64, change: &dyn Fn(&mut domain::snapshot::EventFacts)| {
        test.with_club(async |club| {
            let read = club.known_event(domain::snapshot::EventRef(event)).await.expect("read").expect("the event");
            let mut facts = read.event.body.facts.clone();
            change(&mut facts);
            let update = EventUpdate { facts, posted: None, read: Some(read), source: Source::Overriding };
            assert_eq!(club.apply_updates(&[update]).await.expect("written").written, 1);
        })
        .await;
    };
    let at = |text: &str| format!("{text}T00:00:00").parse().expect("a moment");
    // Today is the 23rd of November.
    change(101, &|facts| (facts.start, facts.due) = (at("2026-11-10"), at("2026-11-20"))).await;
    change(102, &|facts| {
        (facts.start, facts.due) = (at("2026-11-10"), at("2026-11-20"));
        facts.condition = Some("Expired".to_owned());
    })
    .await;
    change(103, &|facts| (facts.start, facts.due) = (at("2026-11-20"), at("2026-11-26"))).await;
    let body = json!({"auto": false}).to_string();
    let json_type = [("content-type", "application/json")];
    assert_eq!(test.manager.send("PUT", "/api/events/104", &json_type, &body).await.status, 200);
    let counts = test.viewer.get("/api/events/counts").await.body;
    for (only, expected) in [
        ("lost", vec![101, 102]),
        // An event that is kept out of runs is due nevertheless.
        ("due_soon", vec![103, 104]),
        ("kept_out", vec![104]),
        ("corrected", vec![]),
        ("differs", vec![]),
        ("set_aside", vec![]),
    ] {
        let found = test.items(&format!("/api/events?only={only}")).await;
        let found: Vec<u64> =
            found.as_array().expect("items").iter().filter_map(|event| event["event_ref_num"].as_u64()).collect();
        assert_eq!(found, expected, "{only}");
        assert_eq!(counts[only], expected.len(), "{only}: {counts}");
    }
    assert_refused(&test.viewer.get("/api/events?only=odd").await, 400, "INVALID_QUERY");
    for (days, rows) in [("from=2026-11-01&to=2026-11-30", 2), ("from=2026-11-24&to=2026-11-30", 0)] {
        let lost = test.manager.get(&format!("/api/exports/lost?{days}")).await;
        assert_eq!((lost.status, lost.text().lines().count()), (200, rows + 1), "{days}: {}", lost.body);
    }
}

#[tokio::test]
async fn weights_are_read_from_words_and_unknown_words_get_suggestions() {
    let test = RosterTest::new().await;
    let read = async |text: &str| test.viewer.post("/api/settings/words", &json!({"text": text})).await;
    let weights = read("follow the rotation more, fairness a little less").await;
    assert_eq!(weights.body["weights"], json!({"rotation": 1.5, "fairness": 1.6}), "{}", weights.body);
    let misspelled = read("follow the rotatoin more").await;
    assert_refused(&misspelled, 422, "UNKNOWN_WORDS");
    assert_eq!(misspelled.body["error"]["details"]["unknown"][0]["nearest"][0]["weight"], "rotation");
    assert_refused(&read(" ").await, 400, "INVALID_TEXT");
    let change_unsaved = async |weights: Value| {
        test.viewer.post("/api/settings/words", &json!({"text": "rotation more", "weights": weights})).await
    };
    let changed = change_unsaved(json!({"rotation": 2})).await;
    assert_eq!(changed.body["weights"], json!({"rotation": 3.0}), "the change applies to the unsaved weight");
    assert_refused(&change_unsaved(json!({"rotation": 6})).await, 422, "INVALID_FACT");
    assert_refused(&change_unsaved(json!({"nothing": 1})).await, 422, "INVALID_FACT");
    let settings = test.viewer.get("/api/settings").await.body;
    assert_eq!(settings["weights"]["rotation"], 1.0, "nothing is saved");
}

#[tokio::test]
async fn a_lost_refresh_does_not_block_the_next_one() {
    let test = RosterTest::new().await;
    test.with_club(async |club| {
        let now = store::stamp::Timestamp::from(testkit::TestClub::clock_at(testkit::BEGIN).now());
        let id = |text: &str| store::key::RefreshId::parse(text).expect("an id");
        let because = store::audit::Because::new("pat", now, "asked for");
        let asked = |name: &str, at| Refresh::queued(id(name), Some(because.clone()), at);
        assert_eq!(club.ask_refresh(&asked("r-1", now)).await.expect("asked").id, id("r-1"));
        assert_eq!(
            club.ask_refresh(&asked("r-2", now)).await.expect("asked").id,
            id("r-1"),
            "a second request joins the queued refresh"
        );
        let later = now.plus(store::refreshes::LOST_AFTER);
        assert_eq!(
            club.ask_refresh(&asked("r-3", later)).await.expect("asked").id,
            id("r-3"),
            "the queued refresh was lost"
        );
        let mut read = club.begin_refresh(&id("r-3"), later).await.expect("begun");
        let mut stale = read.clone();
        assert!(club.change_refresh(&mut read, RefreshState::Done { at: later }).await.expect("written"));
        assert!(!club.change_refresh(&mut stale, RefreshState::Queued).await.expect("written"), "the refresh is done");
    })
    .await;
}
