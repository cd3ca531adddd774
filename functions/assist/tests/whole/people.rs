//! Tests of the tools that answer about people and days: their answers have the facts, say what they leave out, and are
//! a question if several people could be meant.

use chrono::TimeDelta;
use serde_json::{Value, json};
use testkit::small_club_with_numbers;

use crate::setup::{AssistTest, call, call_ok};

#[tokio::test]
async fn answers_contain_the_facts_of_the_club_and_its_proposal() {
    let test = AssistTest::new().await;
    let day = call_ok(&test.viewer, "day_roster", json!({"date": "2026-11-30"})).await;
    assert_eq!((&day["date"], &day["weekday"]), (&json!("2026-11-30"), &json!("Monday")));
    assert_eq!(day["working"][0]["id"], "E01");
    assert_eq!(day["working"][0]["shifts"][0]["event"], 201);
    assert_eq!((&day["juicer"]["id"], &day["primary_lead"]["id"]), (&json!("E02"), &json!("E01")));

    let avery = call_ok(&test.viewer, "person_schedule", json!({"person": "avery's", "when": "next week"})).await;
    assert_eq!((&avery["from"], &avery["to"]), (&json!("2026-11-29"), &json!("2026-12-05")));
    assert_eq!(avery["shifts"].as_array().map(Vec::len), Some(1));
    assert_eq!(avery["hours"], 6.5);
    let this = call_ok(&test.viewer, "person_schedule", json!({"person": "E01"})).await;
    assert_eq!(this["proposed"][0]["event"], 101);

    let open = call_ok(&test.viewer, "explain_event", json!({"event": "103"})).await;
    assert_eq!((&open["state"], &open["reason"]["code"]), (&json!("not_placed"), &json!("nobody_available")));
    let line = call_ok(&test.viewer, "explain_event", json!({"event": "101"})).await;
    assert_eq!((&line["state"], &line["runner_up"]["person"]["id"]), (&json!("proposed"), &json!("E04")));
    let posted = call_ok(&test.viewer, "explain_event", json!({"event": "204"})).await;
    assert_eq!((&posted["state"], &posted["posted"]["person"]["id"]), (&json!("posted"), &json!("E03")));

    let proposal = call_ok(&test.viewer, "proposal", json!({"show": "not_placed"})).await;
    let counts = [&proposal["placed"], &proposal["dropped"], &proposal["not_placed"]];
    assert_eq!(counts, [3, 1, 1], "each line of the proposal is counted once");
    assert_eq!(proposal["lines"][0]["event"], 103);

    let soon = call_ok(&test.viewer, "events", json!({})).await;
    let soon: Vec<&Value> = soon["events"].as_array().expect("events").iter().map(|event| &event["event"]).collect();
    assert_eq!(soon, [104, 103]);

    let off = call_ok(&test.viewer, "who_is_free", json!({"when": "today"})).await;
    let cannot = off["days"][0]["cannot"].as_array().expect("people");
    let blake = cannot.iter().find(|one| one["id"] == "E02").expect("Blake has time off");
    assert_eq!(blake["rule"], "H2");
}

#[tokio::test]
async fn an_event_that_crossmark_offers_to_nobody_is_not_called_open() {
    for (condition, state) in [("Unstaffed", "open"), ("Staffed", "not_open"), ("Expired", "expired")] {
        let mut club = small_club_with_numbers();
        let events = club["events"].as_array_mut().expect("events");
        let event = events.iter_mut().find(|event| event["ref"] == 104).expect("an event without a line");
        event["condition"] = json!(condition);
        let test = AssistTest::of(&club).await;
        let found = call_ok(&test.viewer, "explain_event", json!({"event": "104"})).await;
        assert_eq!(found["state"], state, "{condition}");
    }
}

#[tokio::test]
async fn somebody_who_leaves_before_the_first_planned_day_is_found_until_then() {
    let mut club = small_club_with_numbers();
    let people = club["employees"].as_array_mut().expect("people");
    let dana = people.iter_mut().find(|person| person["id"] == "E04").expect("Dana");
    dana["termination_date"] = json!("2026-11-25");
    let test = AssistTest::of(&club).await;
    for tool in ["person_schedule", "proposal"] {
        let result = call(&test.viewer, tool, json!({"person": "Dana"})).await;
        assert_eq!(result["isError"], false, "{tool}: {result:#}");
    }
}

#[tokio::test]
async fn an_answer_about_many_days_says_which_days_it_lists_and_how_many_follow() {
    let test = AssistTest::new().await;
    for (tool, when, listed, more, words) in [
        ("rotations", "next 14 days", 14, 0, "Rotations of 2026-11-23 to 2026-12-06. See"),
        ("rotations", "next 15 days", 14, 1, "Rotations of 2026-11-23 to 2026-12-06. 1 more day is not listed."),
        ("rotations", "next 30 days", 14, 16, "Rotations of 2026-11-23 to 2026-12-06. 16 more days are not listed."),
        ("person_schedule", "next 35 days", 35, 0, "proposed. See"),
        ("person_schedule", "next 36 days", 35, 1, "Availability is listed only for 2026-11-23 to 2026-12-27."),
        ("who_is_free", "next 4 days", 4, 0, "nothing on 2026-11-23. See"),
        ("who_is_free", "next 30 days", 4, 26, "26 more days are not listed."),
    ] {
        test.advance(2);
        let mut arguments = json!({"when": when});
        if tool == "person_schedule" {
            arguments["person"] = json!("E01");
        }
        let result = call(&test.viewer, tool, arguments).await;
        let answer = &result["structuredContent"];
        let days = answer["days"].as_array().map(Vec::len);
        assert_eq!((days, &answer["more_days"]), (Some(listed), &json!(more)), "{tool} {when}");
        if tool != "who_is_free" {
            let last = TimeDelta::days(listed as i64 + more - 1);
            let first: chrono::NaiveDate = "2026-11-23".parse().expect("a date");
            assert_eq!((&answer["from"], &answer["to"]), (&json!(first), &json!(first + last)), "{tool} {when}");
        }
        let text = result["content"][0]["text"].as_str().expect("a text");
        assert!(text.contains(words), "{tool} {when}: {text}");
    }
}

#[tokio::test]
async fn an_answer_about_days_whose_schedules_are_not_read_says_so() {
    let test = AssistTest::new().await;
    let read_from = "2026-10-26";
    for (tool, arguments, is_read) in [
        ("day_roster", json!({"date": "2026-10-26"}), true),
        ("day_roster", json!({"date": "2026-10-25"}), false),
        ("person_schedule", json!({"person": "E01", "when": "2026-10-26 to 2026-10-30"}), true),
        ("person_schedule", json!({"person": "E01", "when": "2026-10-25 to 2026-10-30"}), false),
        ("workload", json!({"when": "last week"}), true),
        ("workload", json!({"when": "2026-10-01 to 2026-11-01"}), false),
        ("findings", json!({"week": "2026-11-01"}), true),
        // The week begins on Sunday, a day before the first date that is read.
        ("findings", json!({"week": "2026-10-26"}), false),
        ("who_is_free", json!({"when": "2026-10-25"}), false),
    ] {
        test.advance(2);
        let result = call(&test.viewer, tool, arguments.clone()).await;
        let text = result["content"][0]["text"].as_str().expect("a text");
        let words = format!("Schedules before {read_from} are not included.");
        assert_eq!(!text.contains(&words), is_read, "{tool} {arguments}: {text}");
        if tool != "who_is_free" {
            let expected = if is_read { Value::Null } else { json!(read_from) };
            assert_eq!(result["structuredContent"]["schedules_from"], expected, "{tool} {arguments}");
        }
    }
}

/// The small club with 20 more people of the same name, who are all off until the end of the year, and 12 more events of the
/// same product.
fn crowded() -> Value {
    let mut club = small_club_with_numbers();
    for at in 0..20 {
        let id = format!("K{at:02}");
        club["time_off"].as_array_mut().expect("rows").push(json!({
            "employee_id": id, "start": "2026-11-01", "end": "2026-12-31",
        }));
        club["employees"].as_array_mut().expect("people").push(json!({
            "id": id, "name": "Kit Marlow", "job_title": "Event Specialist", "rep_id": 150_200 + at,
        }));
    }
    for at in 0..12 {
        club["events"].as_array_mut().expect("events").push(json!({
            "ref": 400 + at, "name": format!("6194{at:02}-LKD-AF-Plum Jam (2512004{at:02}) - V2-CORE"), "type": "Core",
            "start": "2026-11-20T00:00:00", "due": "2026-12-10T00:01:00", "estimated_minutes": 390,
            "condition": "Unstaffed", "auto": true, "parent_ref": null,
        }));
    }
    club
}

#[tokio::test]
async fn a_list_that_is_cut_says_how_many_it_leaves_out() {
    let test = AssistTest::of(&crowded()).await;
    let length = |list: &Value| list.as_array().map(Vec::len);

    let people = call_ok(&test.viewer, "find", json!({"text": "Kit Marlow"})).await;
    assert_eq!((length(&people["people"]), &people["more_people"]), (Some(8), &json!(12)));
    let events = call_ok(&test.viewer, "find", json!({"text": "plum jam"})).await;
    assert_eq!((length(&events["events"]), &events["more_events"]), (Some(10), &json!(2)));
    let few = call_ok(&test.viewer, "find", json!({"text": "Avery"})).await;
    assert_eq!((&few["more_people"], &few["more_events"]), (&json!(0), &json!(0)));

    for (tool, arguments, more) in [
        ("person_schedule", json!({"person": "Kit Marlow"}), 12),
        ("explain_event", json!({"event": "plum jam"}), 4),
        ("explain_event", json!({"event": "pizza"}), 0),
    ] {
        let result = call(&test.viewer, tool, arguments.clone()).await;
        let question = &result["structuredContent"]["question"];
        assert_eq!(question["more"], more, "{tool} {arguments}: {question}");
    }

    let free = call_ok(&test.viewer, "who_is_free", json!({"event": "101"})).await;
    assert!(length(&free["days"]).is_some_and(|days| days > 0), "{free}");
    for day in free["days"].as_array().expect("days") {
        let listed = length(&day["free"]).zip(length(&day["cannot"])).map(|(free, cannot)| free + cannot);
        let all = listed.map(|listed| listed as u64 + day["more_cannot"].as_u64().expect("a number"));
        assert_eq!((length(&day["cannot"]), all), (Some(12), Some(24)), "{day}");
    }
}

#[tokio::test]
async fn a_canceled_event_is_not_counted_as_work_and_somebody_who_left_is_named_on_the_days_that_they_worked() {
    let mut club = small_club_with_numbers();
    club["employees"][2]["active"] = json!(false);
    club["posted"][2]["event"]["condition"] = json!("Canceled");
    let test = AssistTest::of(&club).await;
    // This day has two schedules. The one of E01 belongs to the canceled event.
    let day = call_ok(&test.viewer, "day_roster", json!({"date": "today"})).await;
    let working: Vec<&Value> = day["working"].as_array().expect("people").iter().map(|one| &one["id"]).collect();
    assert_eq!(working, ["E03"]);
    assert_eq!(day["working"][0]["name"], "Cleo Stone");
    let loads = call_ok(&test.viewer, "workload", json!({"when": "today"})).await;
    let events =
        loads["people"].as_array().expect("people").iter().map(|one| (one["id"].clone(), one["events"].clone()));
    let expected = [("E03", 1), ("E01", 0), ("E02", 0), ("E04", 0)].map(|(id, events)| (json!(id), json!(events)));
    assert_eq!(events.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_name_that_several_people_could_have_is_answered_with_a_question() {
    let mut club = small_club_with_numbers();
    for (at, name) in ["Avery Quill", "Averie Quist", "Jon Smith", "John Smith"].into_iter().enumerate() {
        club["employees"][at]["name"] = json!(name);
    }
    let test = AssistTest::of(&club).await;
    for (said, expected) in
        [("Aver", &["E01", "E02"][..]), ("Smith", &["E03", "E04"]), ("Jonn Smith", &["E03", "E04"]), ("Pat", &[])]
    {
        for (tool, arguments) in [
            ("person_schedule", json!({"person": said})),
            ("call_out", json!({"person": said, "when": "tomorrow"})),
            ("move_event", json!({"event": "101", "person": said})),
        ] {
            let result = call(&test.manager, tool, arguments).await;
            assert_eq!(result["isError"], true, "{said}: {result:#}");
            let question = &result["structuredContent"]["question"];
            assert_eq!((&question["about"], &question["said"]), (&json!("person"), &json!(said)));
            let ids: Vec<&str> = question["candidates"]
                .as_array()
                .expect("people")
                .iter()
                .filter_map(|one| one["id"].as_str())
                .collect();
            assert_eq!(ids, expected, "{said}");
        }
    }
    let chosen = call_ok(&test.manager, "person_schedule", json!({"person": "Jon Smith"})).await;
    assert_eq!(chosen["person"]["id"], "E03");
}
