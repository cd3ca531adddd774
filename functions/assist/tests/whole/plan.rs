//! Tests of the tools that answer about the proposal, events, findings, submissions, the history and runs.

use chrono::TimeDelta;
use domain::snapshot::EventRef;
use serde_json::{Value, json};
use store::edits::Mark;
use store::key::ProposalKey;
use store::lines::{Failure, Line, LineKind};
use testkit::{key, manual, owner, small_club_with_numbers};

use crate::setup::{AssistTest, call, call_ok, code};
use crate::tools::{a_finding, usual_lines_with_another_person};

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
async fn a_line_says_nothing_about_an_event_that_something_else_posted() {
    let test = AssistTest::new().await;
    // The proposal gives 101 to E01, and does not place 103.
    for (event, person, start) in [(101, "E04", "2026-11-28T10:15:00"), (103, "E03", "2026-11-27T10:15:00")] {
        test.post_as_refresh(event, Some((person, start))).await;
        let result = call(&test.viewer, "explain_event", json!({"event": event.to_string()})).await;
        let (found, text) = (&result["structuredContent"], result["content"][0]["text"].as_str().expect("a text"));
        assert_eq!((&found["state"], &found["posted"]["person"]["id"]), (&json!("posted"), &json!(person)));
        assert_eq!((&found["planned"], &found["line"], &found["reason"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(found["flags"], json!([]));
        assert!(text.starts_with(&format!("Event {event} is posted. See")), "{text}");
    }
    let proposal = call_ok(&test.viewer, "proposal", json!({"show": "open"})).await;
    let counts = [&proposal["placed"], &proposal["dropped"], &proposal["not_placed"], &proposal["undecided"]];
    assert_eq!(counts, [2, 1, 0, 3]);
    let lines = proposal["lines"].as_array().expect("lines");
    let events: Vec<&Value> = lines.iter().map(|line| &line["event"]).collect();
    assert_eq!(events, [102, 201, 202]);
    let schedule = call_ok(&test.viewer, "person_schedule", json!({"person": "E01"})).await;
    assert_eq!(schedule["proposed"], json!([]), "101 was proposed for E01");
}

#[tokio::test]
async fn a_reason_about_the_partner_is_not_given_after_the_partner_was_placed() {
    let mut club = small_club_with_numbers();
    let mut supervisor = club["events"][2].clone();
    supervisor["ref"] = json!(105);
    supervisor["name"] = json!("619103-LKD-AF-Salad (251200103) - V2-SUPERVISOR");
    supervisor["type"] = json!("Supervisor");
    supervisor["estimated_minutes"] = json!(5);
    club["events"].as_array_mut().expect("events").push(supervisor);
    let test = AssistTest::of(&club).await;
    test.advance(60);
    let held = test.queue_and_start_run_from("run-2", manual("robin")).await;
    let proposal = ProposalKey { run: held.run.clone(), token: held.token };
    let core = test.placed_line(&proposal, (LineKind::NotPlaced, 103, None)).await;
    let words = "its Core is not placed";
    let failure = Failure { code: "rule_broken".to_owned(), text: words.to_owned(), rules: vec!["H10".to_owned()] };
    let supervisor = test.placed_line(&proposal, (LineKind::NotPlaced, 105, None)).await;
    let supervisor = Line { pair: Some(EventRef(103)), failure: Some(failure), ..supervisor };
    let plan_version = test.club().plan_version().await.expect("a version");
    test.commit(&held, &[core, supervisor], plan_version).await;
    let reason = async || call_ok(&test.viewer, "explain_event", json!({"event": "105"})).await["reason"].clone();
    assert_eq!(reason().await["words"], words);
    test.post_as_refresh(103, Some(("E04", "2026-11-25T10:45:00"))).await;
    let since = reason().await;
    let words = since["words"].as_str().expect("words");
    assert!(words.starts_with("its Core has a place since the run, "), "{since}");
    assert!(words.ends_with(" on Wed 25 Nov: place this one too, or run again"), "{since}");
}

#[tokio::test]
async fn the_text_of_an_answer_has_plain_words_for_states_and_kinds() {
    let test = AssistTest::new().await;
    for (tool, arguments, words) in [
        ("explain_event", json!({"event": "103"}), "Event 103 is not placed. See"),
        ("proposal", json!({}), "The proposal: 3 placed, 1 taken back, 1 not placed;"),
    ] {
        let result = call(&test.viewer, tool, arguments).await;
        let text = result["content"][0]["text"].as_str().expect("a text");
        assert!(text.starts_with(words), "{tool}: {text}");
    }
    let id = a_finding(&test).await;
    let options = call_ok(&test.viewer, "finding_options", json!({"finding": id})).await;
    let finding = &options["finding"];
    assert!(finding["title"].as_str().is_some_and(|title| title.contains(' ')), "{finding}");
}

#[tokio::test]
async fn the_text_of_an_answer_has_a_link_to_the_page_that_shows_the_same() {
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
async fn a_line_in_doubt_is_not_also_counted_as_under_way() {
    let test = AssistTest::new().await;
    let proposal = test.club().current_proposal().await.expect("read").expect("a proposal").body.proposal;
    test.advance(60);
    test.approve_directly(&proposal, &[101, 102, 201, 202]).await;
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
async fn a_history_has_the_changes_of_the_lines_of_earlier_runs() {
    let test = AssistTest::new().await;
    for (name, words) in [("run-1", ["held", "freed"]), ("run-2", ["held again", "freed again"])] {
        if name == "run-2" {
            test.propose_lines(name, manual("robin"), &usual_lines_with_another_person()).await;
        }
        let current = test.club().current_proposal().await.expect("read").expect("a proposal").body;
        for (mark, why) in [Mark::Held, Mark::Free].into_iter().zip(words) {
            test.advance(1);
            let because = test.because_of("pat@club.example", why);
            test.club().mark_line(&key(&current.proposal, 101), None, mark, &because).await.expect("marked");
        }
    }
    let history = call_ok(&test.viewer, "event_history", json!({"event": "101"})).await;
    let entries = history["entries"].as_array().expect("entries").iter();
    let why: Vec<&Value> = entries.map(|entry| &entry["why"]).filter(|why| *why != "solved").collect();
    assert_eq!(why, ["held", "freed", "held again", "freed again"]);
    assert_eq!(history["more"], false);
}

#[tokio::test]
async fn the_last_two_runs_are_compared_by_default() {
    let test = AssistTest::new().await;
    assert_eq!(code(&call(&test.viewer, "compare_runs", json!({})).await), "RUN_NOT_FOUND");
    test.advance(600);
    test.propose_lines("run-2", manual("robin"), &usual_lines_with_another_person()).await;
    let found = call_ok(&test.viewer, "compare_runs", json!({})).await;
    assert_eq!((&found["before"], &found["after"]), (&json!("run-1"), &json!("run-2")));
    assert_eq!((&found["differ"], &found["same"]), (&json!(1), &json!(4)));
    assert_eq!(found["lines"][0]["after"]["person"]["id"], "E03");
}
