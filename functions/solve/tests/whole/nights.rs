//! Nightly runs: ticks begin one for each local date, across clock changes too.

use chrono::TimeDelta;
use domain::fixture;
use domain::snapshot::EventRef;
use runtime::messages::RunMessage;
use runtime::trigger::{Payload, Reply, SqsBatchResponse, Trigger};
use serde_json::{Value, json};
use store::documents::{ClubSettings, Settings};
use store::key::ClubId;
use store::reports::{ListDoubt, RefreshReport};
use store::states::{RunState, RunStatus};
use testkit::run_id;

use crate::setup::{SolveTest, deadline};

/// The lines of a club with one person and one event.
const TINY: &str = "person A specialist
    event 1 Core 24..26";

fn tiny_club(id: &str, zone: &str) -> Value {
    let mut document = fixture::snapshot(TINY);
    document["club"] = json!({"id": id, "name": format!("Club {id}"), "time_zone": zone});
    document
}

const HOME: &str = "America/Indiana/Indianapolis";

/// The counts of a tick that are not zero, without the number of clubs.
fn counts_in_words(ticked: &Value) -> String {
    let counts = ticked.as_object().expect("counts").iter().filter(|(name, n)| **n != json!(0) && *name != "clubs");
    counts.map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_tick_begins_each_nightly_run_that_is_due_and_sends_its_message() {
    let (home, east) = (tiny_club("9001", HOME), tiny_club("9002", "Asia/Tokyo"));
    let test = SolveTest::with(&[&home, &east], "2026-11-23T06:00:00Z").await;
    // 15:00 in Tokyo, 01:00 at home.
    assert_eq!(counts_in_words(&test.tick().await), "begun 1, not_due 1");
    let messages = test.messages().await;
    assert_eq!(messages.iter().map(|m| m.club.as_str()).collect::<Vec<_>>(), ["9002"]);
    test.deliver(&messages).await;
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1, not_due 1");
    test.deliver(&test.messages().await).await;
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "not_due 2", "both runs have succeeded");
    let listed = test.club().listings().await.expect("a list");
    let dates: Vec<String> = listed.iter().map(|l| l.body.last_automatic.expect("a date").to_string()).collect();
    assert_eq!(dates, ["2026-11-23", "2026-11-23"]);
}

#[tokio::test]
async fn a_doubled_tick_begins_one_run_and_a_lost_message_is_sent_again() {
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T07:00:00Z").await;
    let (one, other) = tokio::join!(test.tick(), test.tick());
    let mut counts = [counts_in_words(&one), counts_in_words(&other)];
    counts.sort();
    assert_eq!(counts, ["begun 1", "in_hand 1"]);
    assert_eq!(test.messages().await.len(), 2, "the test receives both messages and does not deliver them");
    test.clock.advance(TimeDelta::minutes(5));
    let ticked = test.tick().await;
    assert_eq!(counts_in_words(&ticked), "in_hand 1");
    let messages = test.messages().await;
    test.deliver(&messages).await;
    test.deliver(&messages).await;
    let runs = test.club().runs(None, 10).await.expect("runs").items;
    assert_eq!(runs.iter().map(|r| r.body.state.status()).collect::<Vec<_>>(), [RunStatus::Completed]);
}

#[tokio::test]
async fn a_night_is_tried_three_times_within_six_hours_and_then_given_up() {
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T07:00:00Z").await;
    for hour in 0..5 {
        let expected = if hour < 3 { "begun 1" } else { "given_up 1" };
        assert_eq!(counts_in_words(&test.tick().await), expected, "hour {hour}");
        for message in test.messages().await {
            test.club().end_queued_run(&message.run, &test.because()).await.expect("ended");
        }
        test.clock.advance(TimeDelta::hours(1));
    }
    assert_eq!(test.club().runs(None, 10).await.expect("runs").items.len(), 3);
    // The second tick comes seven hours after the first: too late for another try.
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T07:00:00Z").await;
    test.tick().await;
    let message = test.messages().await.remove(0);
    test.club().end_queued_run(&message.run, &test.because()).await.expect("ended");
    test.clock.advance(TimeDelta::hours(7));
    assert_eq!(counts_in_words(&test.tick().await), "given_up 1");
    // The next date is another night.
    test.clock.advance(TimeDelta::hours(17));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1");
}

#[tokio::test]
async fn a_late_night_is_tried_again_after_midnight_under_its_own_date() {
    // It is 22:00 in the club.
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-24T03:00:00Z").await;
    let read = test.club().club_documents().await.expect("read").club_settings().expect("a club");
    let settings = Settings { run_hour: 23, ..Settings::default() };
    let after = ClubSettings { settings, club: read.body.club.clone() };
    test.club().change_settings(&read, after, &test.because()).await.expect("set");
    assert_eq!(counts_in_words(&test.tick().await), "not_due 1");
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1");
    let message = test.messages().await.remove(0);
    test.club().end_queued_run(&message.run, &test.because()).await.expect("ended");
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1", "it is midnight");
    test.deliver(&test.messages().await).await;
    let listed = test.club().listings().await.expect("a list");
    assert_eq!(listed[0].body.last_automatic, "2026-11-23".parse().ok());
    for hour in 1..23 {
        test.clock.advance(TimeDelta::hours(1));
        assert_eq!(counts_in_words(&test.tick().await), "not_due 1", "{hour}:00");
    }
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1", "the next night");
}

#[tokio::test]
async fn a_run_that_no_solver_took_is_ended_past_its_deadline_and_the_night_is_tried_again() {
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T07:00:00Z").await;
    test.tick().await;
    let first = test.messages().await.remove(0);
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "in_hand 1");
    test.deliver(&test.messages().await).await;
    let ended = test.club().run(&first.run).await.expect("read").expect("a run").body.state;
    assert!(matches!(*ended, RunState::Failed { .. }), "{ended:?}");
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1");
    test.deliver(&test.messages().await).await;
    assert_eq!(counts_in_words(&test.tick().await), "not_due 1");
}

#[tokio::test]
async fn every_date_has_one_run_when_clocks_change_and_far_from_greenwich() {
    for (zone, run_hour, from, hours) in [
        // There is no 02:00.
        (HOME, 2, "2027-03-14T05:00:00Z", 23),
        // 01:00 comes twice.
        (HOME, 1, "2026-11-01T04:00:00Z", 25),
        (HOME, 2, "2026-11-01T04:00:00Z", 25),
        // 02:00 comes twice.
        ("Europe/Berlin", 2, "2026-10-24T22:00:00Z", 25),
        ("Asia/Kolkata", 2, "2026-11-22T18:30:00Z", 24),
        ("Pacific/Auckland", 2, "2026-11-22T11:00:00Z", 24),
    ] {
        let test = SolveTest::with(&[&tiny_club("9001", zone)], from).await;
        let read = test.club().club_documents().await.expect("read").club_settings().expect("a club");
        let settings = Settings { run_hour, ..Settings::default() };
        let after = ClubSettings { settings, club: read.body.club.clone() };
        test.club().change_settings(&read, after, &test.because()).await.expect("set");
        let mut begun = Vec::new();
        for _ in 0..hours {
            if test.tick().await["begun"] == 1 {
                begun.push(test.clock.now());
            }
            test.deliver(&test.messages().await).await;
            test.clock.advance(TimeDelta::hours(1));
        }
        assert_eq!(begun.len(), 1, "{zone} from {from}: {begun:?}");
        let runs = test.club().runs(None, 10).await.expect("runs").items;
        assert_eq!(runs.iter().map(|r| r.body.state.status()).collect::<Vec<_>>(), [RunStatus::Completed]);
    }
}

#[tokio::test]
async fn a_club_that_fails_does_not_stop_the_others() {
    let (bad, good) = (tiny_club("9001", HOME), tiny_club("9002", HOME));
    let test = SolveTest::with(&[&bad, &good], "2026-11-23T07:00:00Z").await;
    test.put_unreadable_item("CLUB#9001#NIGHT", "2026-11-23").await;
    assert_eq!(counts_in_words(&test.tick().await), "begun 1, failed 1");
    assert_eq!(test.messages().await[0].club.as_str(), "9002");
}

#[tokio::test]
async fn the_function_accepts_the_sample_payloads() {
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T07:00:00Z").await;
    let sample = |name: &str| -> Trigger {
        let path = format!("{}/../../events/{name}", env!("CARGO_MANIFEST_DIR"));
        Trigger::read(serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")).expect("a payload")
    };
    let ticked = test.solve.handle(sample("solve-tick.json"), deadline()).await.expect("an answer");
    assert_eq!(counts_in_words(&serde_json::to_value(ticked).expect("JSON")), "begun 1");
    // The sample names a run that does not exist, so its message goes to the dead-letter queue.
    let answer = test.solve.handle(sample("solve-run.json"), deadline()).await.expect("an answer");
    assert_eq!(answer, Reply::Queue(SqsBatchResponse::default()));
    let dead: Vec<RunMessage> = test.take_from(&test.environment.dead_letters().expect("a queue")).await;
    let named = RunMessage::new(ClubId::parse("8135").expect("an id"), run_id("20261123T070000000-qwerty"));
    assert_eq!(dead, [named]);
}

#[tokio::test]
async fn a_nightly_run_fails_while_crossmarks_list_is_doubted_and_the_proposal_stays() {
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T07:00:00Z").await;
    let message = test.queue_run("by-hand", false).await;
    test.deliver(&[message]).await;
    let current = test.current_proposal().await.expect("a proposal");
    let gone = vec![EventRef(1), EventRef(2)];
    let doubt = ListDoubt { since: test.now(), gone, open: 3, has_nothing: false, confirmed: None };
    let report = RefreshReport { doubt: Some(doubt.clone()), ..RefreshReport::default() };
    assert!(test.club().put_report(None, &report).await.expect("written"));

    assert_eq!(counts_in_words(&test.tick().await), "begun 1");
    let messages = test.messages().await;
    test.deliver(&messages).await;
    let run = test.club().run(&messages[0].run).await.expect("read").expect("a run").body;
    let RunState::Failed { words, .. } = &*run.state else { panic!("{:?}", run.state) };
    insta::assert_snapshot!(words, @"Crossmark's list of events is doubted: 2 of 3 open events are missing from it at once. The current proposal is kept until the next list agrees or somebody confirms the doubted list on Today.");
    assert_eq!(test.current_proposal().await, Some(current));
    // A person may still start a run.
    let message = test.queue_run("by-hand-2", false).await;
    test.deliver(&[message]).await;
    assert_eq!(test.status("by-hand-2").await, RunStatus::Completed);

    // Somebody confirmed the list: the night is tried again.
    test.club().confirm_list(doubt.since, &test.because()).await.expect("confirmed");
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "begun 1");
    test.deliver(&test.messages().await).await;
    test.clock.advance(TimeDelta::hours(1));
    assert_eq!(counts_in_words(&test.tick().await), "not_due 1", "it has succeeded");
}

#[tokio::test]
async fn a_nightly_run_learns_from_outcomes_and_a_manual_run_does_not() {
    let test = SolveTest::with(&[&tiny_club("9001", HOME)], "2026-11-23T08:00:00Z").await;
    let message = test.queue_run("run-1", false).await;
    test.deliver(&[message]).await;
    assert_eq!(test.status("run-1").await, RunStatus::Completed);
    assert_eq!(test.club().learned_affinity().await.expect("read"), None);
    assert_eq!(counts_in_words(&test.tick().await), "begun 1");
    test.deliver(&test.messages().await).await;
    let learned = test.club().learned_affinity().await.expect("read").expect("learned").body;
    assert_eq!(learned.judged_on.to_string(), "2026-11-23");
    assert_eq!((learned.judged.outcomes, learned.judged.predicts, learned.published.len()), (0, false, 0));
}
