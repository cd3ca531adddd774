//! Each tool with the small club: its answer conforms to its schema, the role of the caller is checked, and invalid arguments
//! are refused.

use std::collections::BTreeSet;

use boon::{Compiler, Schemas};
use chrono::TimeDelta;
use serde_json::{Value, json};
use store::edits::Mark;
use testkit::{Placement, USUAL, key, manual, owner, small_club_with_numbers};

use crate::setup::{AssistTest, call, call_ok, code, offered};

/// One or several calls of each tool that succeed with the usual proposal.
pub fn calls(finding: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("day_roster", json!({})),
        ("day_roster", json!({"date": "monday next week"})),
        ("person_schedule", json!({"person": "Avery", "when": "next week"})),
        ("who_is_free", json!({})),
        ("who_is_free", json!({"when": "this week"})),
        ("who_is_free", json!({"event": "101"})),
        ("explain_event", json!({"event": "101"})),
        ("explain_event", json!({"event": "103"})),
        ("explain_event", json!({"event": "201"})),
        ("check_place", json!({"event": "101", "person": "Cleo", "date": "2026-11-28"})),
        ("proposal", json!({})),
        ("proposal", json!({"show": "open", "person": "Avery"})),
        ("findings", json!({"week": "next week"})),
        ("finding_options", json!({"finding": finding})),
        ("submissions", json!({})),
        ("events", json!({})),
        ("events", json!({"which": "open", "words": "salad"})),
        ("rotations", json!({"when": "next week"})),
        ("workload", json!({"when": "next week"})),
        ("fairness", json!({})),
        ("rules", json!({"rule": "H3"})),
        ("runs", json!({})),
        ("event_history", json!({"event": "101"})),
        ("find", json!({"text": "avery"})),
        ("move_event", json!({"event": "101", "person": "Dana"})),
        ("swap_events", json!({"a": "201", "b": "202"})),
        ("take_back", json!({"event": "201"})),
        ("hold_line", json!({"event": "101"})),
        ("call_out", json!({"person": "Avery", "when": "2026-11-30"})),
        ("time_off", json!({"person": "Cleo", "when": "2 dec to 4 dec"})),
        ("rotation_exception", json!({"person": "Dana", "rotation": "juicer", "date": "7 dec"})),
        ("ignore_finding", json!({"finding": finding, "reason": "it is meant"})),
        ("run_now", json!({})),
        ("try_weights", json!({"weights": {"fairness": 2.5}})),
        ("approve_lines", json!({"events": ["101"]})),
    ]
}

/// The id of a finding of the small club.
pub async fn a_finding(test: &AssistTest) -> String {
    for week in ["this week", "next week"] {
        let found = call_ok(&test.manager, "findings", json!({"week": week})).await;
        if let Some(id) = found["findings"][0]["id"].as_str() {
            return id.to_owned();
        }
    }
    panic!("the small club has findings")
}

#[tokio::test]
async fn every_tool_answers_in_the_shape_that_it_promises() {
    let test = AssistTest::new().await;
    let tools = offered(&test.manager).await;
    let mut called = BTreeSet::new();
    for (name, arguments) in calls(&a_finding(&test).await) {
        assert_promised_shape(&test, &tools, name, arguments).await;
        called.insert(name);
    }
    test.advance(600);
    let proposal = test.proposed("run-2", manual("robin"), &moved_usual()).await;
    test.approved(&proposal, &[101]).await;
    test.fail(&proposal.run, 101).await;
    for (name, arguments) in [
        ("compare_runs", json!({})),
        ("submissions", json!({})),
        ("explain_event", json!({"event": "101"})),
        ("retry_lines", json!({})),
        ("retry_lines", json!({"events": ["101"]})),
    ] {
        assert_promised_shape(&test, &tools, name, arguments).await;
        called.insert(name);
    }
    let offered: BTreeSet<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(called, offered);
}

/// Calls a tool that must succeed. Asserts that the answer conforms to the tool's schema, and that the data as text are the
/// same.
async fn assert_promised_shape(test: &AssistTest, tools: &[Value], name: &str, arguments: Value) {
    // Stays below the limit of questions per minute.
    test.advance(2);
    let tool = tools.iter().find(|tool| tool["name"] == name).unwrap_or_else(|| panic!("{name} is not offered"));
    let result = call(&test.manager, name, arguments.clone()).await;
    assert_eq!(result["isError"], false, "{name} {arguments}: {result:#}");
    let answer = &result["structuredContent"];
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    let address = format!("file:///{name}.json");
    compiler.add_resource(&address, tool["outputSchema"].clone()).expect("a schema");
    let schema = compiler.compile(&address, &mut schemas).unwrap_or_else(|fault| panic!("{name}: {fault:#}"));
    if let Err(fault) = schemas.validate(answer, schema) {
        panic!("{name} {arguments}: {fault:#}\n{answer:#}");
    }
    let text = result["content"][1]["text"].as_str().expect("the data as text");
    assert_eq!(&serde_json::from_str::<Value>(text).expect("JSON"), answer, "{name}");
}

/// The usual proposal with another person for event 101.
pub fn moved_usual() -> [Placement<'static>; 5] {
    let mut placements = USUAL;
    placements[0].2 = Some(("E03", "2026-11-28T10:15:00"));
    placements
}

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
async fn the_lines_of_a_proposal_are_found_by_person_and_day() {
    let test = AssistTest::new().await;
    for (arguments, expected) in [
        (json!({"show": "not_placed", "when": "2026-11-27"}), &[103][..]),
        (json!({"show": "not_placed", "when": "2026-11-28"}), &[]),
        (json!({"show": "not_placed", "person": "Cleo"}), &[]),
        (json!({"show": "changes", "person": "Cleo"}), &[201, 202]),
        (json!({"show": "changes", "person": "Avery"}), &[201]),
        (json!({"show": "changes", "when": "2026-12-03"}), &[201]),
        (json!({"show": "changes", "when": "2026-11-30"}), &[201]),
        (json!({"show": "changes", "when": "2026-12-01"}), &[202]),
        (json!({"show": "open", "person": "Avery"}), &[101, 201]),
    ] {
        let found = call_ok(&test.viewer, "proposal", arguments.clone()).await;
        let lines = found["lines"].as_array().expect("lines");
        let found: Vec<u64> = lines.iter().filter_map(|line| line["event"].as_u64()).collect();
        assert_eq!(found, expected, "{arguments}");
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
async fn the_line_of_an_answer_has_a_link_to_the_page_that_shows_the_same() {
    let test = AssistTest::new().await;
    for (arguments, words, link) in [
        (json!({"which": "open", "words": "cherry salad"}), "the words", "#/events?cond=open&q=cherry%20salad"),
        (json!({"words": " "}), "due within a week", "#/events?cond=open&only=due_soon"),
    ] {
        let result = call(&test.viewer, "events", arguments.clone()).await;
        let text = result["content"][0]["text"].as_str().expect("a text");
        assert!(text.contains(words), "{arguments}: {text}");
        assert!(text.ends_with(&format!(". See http://localhost:8080/{link}")), "{arguments}: {text}");
    }
}

#[tokio::test]
async fn the_option_that_leaves_a_finding_does_not_count_as_a_way_out() {
    let test = AssistTest::new().await;
    let finding = a_finding(&test).await;
    let result = call(&test.viewer, "finding_options", json!({"finding": finding})).await;
    let options = result["structuredContent"]["options"].as_array().expect("options");
    assert_eq!(options.last().expect("an option")["kind"], "leave");
    let text = result["content"][0]["text"].as_str().expect("a text");
    let ways = options.len() - 1;
    let expected = if ways == 1 { "1 way out.".to_owned() } else { format!("{ways} ways out.") };
    assert!(text.starts_with(&expected), "{text}");
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
async fn a_canceled_event_is_no_work_and_somebody_who_left_is_named_on_the_days_that_they_worked() {
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
async fn lost_events_are_the_same_as_on_the_events_page() {
    let mut club = small_club_with_numbers();
    for (event, due, condition) in [
        (501, "2026-11-10", "Expired"),
        (502, "2026-09-01", "Unstaffed"),
        // More than 90 days ago.
        (503, "2026-08-01", "Unstaffed"),
        (504, "2026-11-10", "Canceled"),
        (505, "2026-11-23", "Unstaffed"),
        (506, "2026-11-24", "Unstaffed"),
    ] {
        club["events"].as_array_mut().expect("events").push(json!({
            "ref": event, "name": format!("619{event}-LKD-AF-Plum Jam (251200{event}) - V2-CORE"), "type": "Core",
            "start": "2026-07-20T00:00:00", "due": format!("{due}T00:01:00"), "estimated_minutes": 390,
            "condition": condition, "auto": true, "parent_ref": null,
        }));
    }
    let test = AssistTest::of(&club).await;
    for (which, expected) in
        [("lost", &[502, 501, 505][..]), ("due_soon", &[506, 104, 103]), ("open", &[506, 104, 103])]
    {
        let found = call_ok(&test.viewer, "events", json!({"which": which})).await;
        let events = found["events"].as_array().expect("events");
        let events: Vec<u64> = events.iter().filter_map(|event| event["event"].as_u64()).collect();
        assert!(events.starts_with(expected), "{which}: {found}");
        assert_eq!(found["total"], events.len(), "{which}");
    }
}

#[tokio::test]
async fn a_line_in_doubt_is_not_under_way_too() {
    let test = AssistTest::new().await;
    let proposal = test.club().current_proposal().await.expect("read").expect("a proposal").body.proposal;
    test.advance(60);
    test.approved(&proposal, &[101, 102, 201, 202]).await;
    test.advance(10);
    let because = test.because();
    let (until, read_at) = (test.now().plus(TimeDelta::seconds(180)), test.now().plus(TimeDelta::seconds(60)));
    let club = test.club();
    for event in [101, 102] {
        let line = key(&proposal, event);
        let taken = club.take_line(&line, None, &owner("worker"), until, &because).await.expect("taken").0;
        if event == 101 {
            club.doubt_line(&taken, "no answer", read_at, &because).await.expect("in doubt");
        }
    }
    test.fail(&proposal.run, 202).await;
    let result = call(&test.viewer, "submissions", json!({})).await;
    let text = result["content"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("1 failed, 1 in doubt, 2 under way."), "{text}");
}

#[tokio::test]
async fn a_long_history_has_the_newest_entries_and_says_that_there_are_older_ones() {
    let test = AssistTest::new().await;
    let history = async || call_ok(&test.viewer, "event_history", json!({"event": "101"})).await;
    assert_eq!(history().await["more"], false);
    let current = test.club().current_proposal().await.expect("read").expect("a proposal").body;
    for n in 0..50 {
        test.advance(1);
        let mark = if n % 2 == 0 { Mark::Held } else { Mark::Free };
        let because = test.because_of("pat@club.example", &format!("change {n}"));
        test.club().mark_line(&key(&current.proposal, 101), None, mark, &because).await.expect("marked");
    }
    let history = history().await;
    let entries = history["entries"].as_array().expect("entries");
    let why = |at: usize| entries[at]["why"].clone();
    assert_eq!((entries.len(), why(0), why(39)), (40, json!("change 10"), json!("change 49")));
    assert_eq!(history["more"], true);
}

#[tokio::test]
async fn two_runs_are_compared() {
    let test = AssistTest::new().await;
    assert_eq!(code(&call(&test.viewer, "compare_runs", json!({})).await), "RUN_NOT_FOUND");
    test.advance(600);
    test.proposed("run-2", manual("robin"), &moved_usual()).await;
    let found = call_ok(&test.viewer, "compare_runs", json!({})).await;
    assert_eq!((&found["before"], &found["after"]), (&json!("run-1"), &json!("run-2")));
    assert_eq!((&found["differ"], &found["same"]), (&json!(1), &json!(4)));
    assert_eq!(found["lines"][0]["after"]["person"]["id"], "E03");
}

#[tokio::test]
async fn a_draft_shows_its_effect_and_changes_nothing() {
    let test = AssistTest::new().await;
    let finding = a_finding(&test).await;
    let before = test.state().await;
    let writing: Vec<String> = offered(&test.manager)
        .await
        .iter()
        .filter(|tool| tool["annotations"]["readOnlyHint"] == false)
        .map(|tool| tool["name"].as_str().expect("a name").to_owned())
        .collect();
    for (name, arguments) in calls(&finding).into_iter().filter(|(name, _)| writing.iter().any(|one| one == name)) {
        test.advance(61);
        let draft = call_ok(&test.manager, name, arguments.clone()).await;
        let id = draft["draft"].as_str().expect("an id");
        assert_eq!(draft["address"], format!("#/drafts/{id}"), "{name}");
        assert!(draft["expires_at"].is_string() && draft["does"].is_string(), "{name}");
        if name == "call_out" {
            assert_eq!(draft["state"], "preparing");
        } else {
            assert_eq!(draft["state"], "ready", "{name}");
            assert!(!draft["effect"].as_array().expect("lines").is_empty(), "{name}: {draft:#}");
        }
    }
    assert_eq!(test.state().await, before, "a draft changes nothing");
}

#[tokio::test]
async fn a_viewer_is_offered_no_drafts_and_makes_none() {
    let test = AssistTest::new().await;
    let of_manager = offered(&test.manager).await;
    let of_viewer = offered(&test.viewer).await;
    assert_eq!(of_manager.len(), 30);
    assert_eq!(of_viewer.len(), 18);
    for tool in &of_viewer {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{}", tool["name"]);
    }
    let finding = a_finding(&test).await;
    for (name, arguments) in calls(&finding) {
        test.advance(2);
        if !of_viewer.iter().any(|tool| tool["name"] == name) {
            assert_eq!(code(&call(&test.viewer, name, arguments).await), "FORBIDDEN", "{name}");
        }
    }
}

#[tokio::test]
async fn no_tool_accepts_a_confirmation_or_unknown_arguments() {
    let test = AssistTest::new().await;
    let tools = offered(&test.manager).await;
    for tool in &tools {
        let schema = tool["inputSchema"].to_string();
        for word in ["confirm", "override", "approved"] {
            assert!(!schema.contains(word), "{}: {word}", tool["name"]);
        }
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{}", tool["name"]);
        assert_eq!(tool["outputSchema"]["type"], "object", "{}", tool["name"]);
        assert!(tool["title"].is_string() && tool["description"].is_string());
    }
}

#[tokio::test]
async fn the_list_of_tools_is_short() {
    let test = AssistTest::new().await;
    let tools = offered(&test.manager).await;
    let tokens = Value::from(tools).to_string().len() / 4;
    assert!(tokens < 10_000, "the list takes {tokens} tokens");
}

#[tokio::test]
async fn invalid_arguments_get_their_error_codes() {
    let test = AssistTest::new().await;
    let long = "x".repeat(5_000);
    for (name, arguments, expected) in [
        ("day_roster", json!({"date": "soon"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": "this week"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": 5}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"day": "today"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": "2050-01-01"}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"date": long}), "INVALID_ARGUMENTS"),
        ("day_roster", json!({"club_id": 5}), "INVALID_ARGUMENTS"),
        ("person_schedule", json!({}), "INVALID_ARGUMENTS"),
        ("check_place", json!({"event": "101", "time": "10:15"}), "INVALID_ARGUMENTS"),
        ("check_place", json!({"event": "101", "date": "friday", "time": "25:99"}), "INVALID_ARGUMENTS"),
        ("compare_runs", json!({"before": "../x"}), "INVALID_ID"),
        ("compare_runs", json!({"before": "none"}), "RUN_NOT_FOUND"),
        ("finding_options", json!({"finding": "W1"}), "FINDING_NOT_FOUND"),
        ("runs", json!({"cursor": "x"}), "INVALID_CURSOR"),
        ("proposal", json!({"show": "everything"}), "INVALID_ARGUMENTS"),
        ("move_event", json!({"event": "101"}), "INVALID_ARGUMENTS"),
        ("swap_events", json!({"a": "Avery", "b": "Cleo"}), "INVALID_ARGUMENTS"),
        ("time_off", json!({"person": "Cleo"}), "INVALID_ARGUMENTS"),
        ("try_weights", json!({"weights": {"luck": 1}}), "INVALID_DRAFT"),
        ("try_weights", json!({"weights": {"fairness": 9}}), "INVALID_DRAFT"),
        ("approve_lines", json!({"events": []}), "INVALID_DRAFT"),
        ("approve_lines", json!({"events": ["104"]}), "LINE_NOT_FOUND"),
        ("retry_lines", json!({}), "LINE_NOT_FOUND"),
        ("take_back", json!({"event": "104"}), "NOT_POSTED"),
    ] {
        test.advance(2);
        let result = call(&test.manager, name, arguments.clone()).await;
        assert_eq!(code(&result), expected, "{name} {arguments}: {result:#}");
    }
    let unknown = json!({"name": "approve_everything", "arguments": {}});
    let answer = crate::setup::request(&test.manager, "tools/call", unknown).await;
    assert_eq!(answer["error"]["code"], -32_602, "{answer}");
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
