//! Among the best schedules, the solver chooses the one that keeps most of what people last saw. The choice costs at
//! most 0.001 points.
#![allow(clippy::print_stdout, clippy::expect_used, clippy::unwrap_used)]

mod support;

use domain::answer::{Answer, Kept};
use domain::fixture;
use serde_json::{Value, json};
use solver::Detail;
use support::Random;

fn answer(document: &Value) -> Answer {
    let club = support::club_of(document);
    solver::answer(&support::solve(&club), Detail::Plain)
}

/// The placements of an answer, as the member `previous` of the next snapshot.
fn as_previous(answer: &Answer) -> Value {
    let written = json!(answer);
    let row = |p: &Value| json!({"ref": p["ref"], "employee_id": p["employee_id"], "start": p["start"]});
    written["placements"].as_array().expect("a list").iter().map(row).collect()
}

fn with_previous(document: &Value, previous: Value) -> Value {
    let mut document = document.clone();
    document["previous"] = previous;
    document
}

/// How much an answer keeps, counted from the two documents only.
fn recount(answer: &Answer, previous: &Value) -> Option<Kept> {
    let written = json!(answer);
    let placements = written["placements"].as_array().expect("a list");
    let rows = previous.as_array().expect("a list");
    let day = |row: &Value| row["start"].as_str().expect("a start")[..10].to_owned();
    let now = |row: &Value| placements.iter().find(|p| p["ref"] == row["ref"] && day(p) == day(row)).cloned();
    let days: Vec<(Value, Value)> = rows.iter().filter_map(|row| Some((row.clone(), now(row)?))).collect();
    let lines = days.iter().filter(|(row, now)| row["employee_id"] == now["employee_id"]).count();
    (!rows.is_empty()).then_some(Kept { days: days.len(), lines, of: rows.len() })
}

/// Random placements, as if people saw them when the club was different.
fn random_previous(document: &Value, random: &mut Random) -> Value {
    let refs = document["events"].as_array().expect("events").iter().map(|e| e["ref"].clone());
    let posted = document["posted"].as_array().expect("posted").iter().map(|p| p["event"]["ref"].clone());
    let people = document["employees"].as_array().expect("employees").clone();
    let rows = refs.chain(posted).filter_map(|event_ref| {
        let start = format!("2026-11-{}T10:15:00", 21 + random.below(7));
        let row = json!({"ref": event_ref, "employee_id": random.pick(&people)["id"], "start": start});
        (!random.one_in(4)).then_some(row)
    });
    rows.collect()
}

/// Solves the club of some lines, and checks how much is kept and who works what on which day.
#[track_caller]
fn check(lines: &str, kept: (usize, usize, usize), expected: &[&str]) {
    let answer = answer(&fixture::snapshot(lines));
    let (days, lines, of) = kept;
    assert_eq!(answer.kept, Some(Kept { days, lines, of }));
    let placed = answer.placements.iter().map(|p| {
        let day = p.start.format("%d");
        format!("{} {} {day}", p.event_ref, p.employee_id)
    });
    assert_eq!(placed.collect::<Vec<_>>(), expected);
}

/// Three people and three events. All legal schedules of all three events are equally good.
const EQUAL_CHOICES: &str = "person A specialist
    person B specialist
    person C specialist
    event 1 Core 23..27
    event 2 Core 23..27
    event 3 Core 23..27
    weight fairness 0
    weight day_balance 0
    weight earliness 0\n";

#[test]
fn of_equally_good_people_and_days_the_previous_ones_are_kept() {
    let lines = format!("{EQUAL_CHOICES}previous 1 C 24\nprevious 2 B 25\nprevious 3 A 23");
    check(&lines, (3, 3, 3), &["1 C 24", "2 B 25", "3 A 23"]);
    let lines = format!("{EQUAL_CHOICES}previous 1 A 26\nprevious 2 B 26\nprevious 3 C 26");
    check(&lines, (3, 3, 3), &["1 A 26", "2 B 26", "3 C 26"]);
}

#[test]
fn a_previous_placement_that_is_no_longer_possible_changes_and_the_others_are_kept() {
    // C is off, so somebody else must work that day, and only A is available.
    let lines = format!("{EQUAL_CHOICES}off C 22..28\noff B 24..24\nprevious 1 C 24\nprevious 2 B 25\nprevious 3 A 23");
    check(&lines, (3, 2, 3), &["1 A 24", "2 B 25", "3 A 23"]);
    // An event of a previous placement is gone.
    let lines =
        format!("{EQUAL_CHOICES}off C 22..28\nprevious 1 A 24\nprevious 2 B 25\nprevious 3 B 24\nprevious 9 A 23");
    check(&lines, (3, 3, 4), &["1 A 24", "2 B 25", "3 B 24"]);
}

#[test]
fn a_point_counts_more_than_previous_placements() {
    let lines = "person A specialist
        person B specialist
        event 1 Core 23..27
        debt B 0.05
        weight fairness 0
        weight day_balance 0
        previous 1 A 23";
    check(lines, (1, 0, 1), &["1 B 23"]);
}

#[test]
fn a_previous_placement_of_a_survey_is_kept_by_placing_its_production_there() {
    let lines = "person A barista
        person B barista
        event 1 JuicerProduction 24..25 number=619001
        event 2 JuicerSurvey 24..25 number=619001
        previous 2 B 24";
    check(lines, (1, 1, 1), &["1 B 24", "2 B 24"]);
}

/// A tiny club. Every second one has more equally good schedules.
fn tiny_club(seed: u64) -> String {
    let equal = "weight fairness 0\nweight day_balance 0\nweight earliness 0\nweight lead_block_1 0\nweight ledger 0\n";
    format!("{}{}", support::tiny_club(seed), if seed.is_multiple_of(2) { equal } else { "" })
}

#[test]
fn an_answer_as_previous_placements_gives_the_same_answer() {
    let mut with_other_answer = 0;
    for seed in 0..300 {
        let lines = tiny_club(seed);
        let document = fixture::snapshot(&lines);
        let first = answer(&document);
        let own = as_previous(&first);
        let again = answer(&with_previous(&document, own.clone()));
        assert_eq!(json!(first.placements), json!(again.placements), "seed {seed}\n{lines}");
        assert_eq!(json!(first.unplaced), json!(again.unplaced), "seed {seed}\n{lines}");
        assert_eq!(again.kept, recount(&again, &own), "seed {seed}\n{lines}");
        assert!(again.kept.is_none_or(|kept| kept.lines == kept.of), "seed {seed}: {:?}\n{lines}", again.kept);
        // The same holds if that answer kept what people had seen before.
        let seen = random_previous(&document, &mut Random::new(seed));
        let second = answer(&with_previous(&document, seen));
        let third = answer(&with_previous(&document, as_previous(&second)));
        assert_eq!(json!(second.placements), json!(third.placements), "seed {seed}\n{lines}");
        assert_eq!(json!(second.unplaced), json!(third.unplaced), "seed {seed}\n{lines}");
        with_other_answer += u32::from(json!(first.placements) != json!(second.placements));
    }
    println!("{with_other_answer} clubs had another answer among their best");
    assert!(with_other_answer > 5, "{with_other_answer}: the clubs have too few equally good answers");
}

#[test]
fn previous_placements_do_not_lower_the_score_and_are_counted_correctly() {
    let (mut kept, mut more) = (0, 0);
    for seed in 1_000..1_400 {
        let lines = tiny_club(seed);
        let document = fixture::snapshot(&lines);
        let seen = random_previous(&document, &mut Random::new(seed));
        let (plain, familiar) = (answer(&document), answer(&with_previous(&document, seen.clone())));
        assert!((plain.score - familiar.score).abs() <= 0.001, "seed {seed}: {}\n{lines}", familiar.score);
        assert_eq!(familiar.kept, recount(&familiar, &seen), "seed {seed}\n{lines}");
        let count = |answer: &Answer| recount(answer, &seen).map_or(0, |k| k.days + k.lines);
        assert!(count(&familiar) >= count(&plain), "seed {seed}\n{lines}");
        kept += count(&familiar);
        more += count(&familiar) - count(&plain);
        let twice = answer(&with_previous(&document, seen));
        assert_eq!(json!(familiar), json!(twice), "seed {seed}, twice\n{lines}");
    }
    println!("{kept} days and lines kept, {more} of them by the second search");
    assert!(more > 10, "{more}: the second search finds too little");
}
