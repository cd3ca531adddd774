//! Random sequences of edits, holds, overridden rules, reverts and new processes: after each step the API and the checker
//! agree about places, broken rules, score and counts.

use std::collections::{BTreeMap, BTreeSet};

use cloud::{Answer, TestCaller};
use domain::checker;
use domain::rules::Scope;
use domain::snapshot::EventRef;
use fastrand::Rng;
use serde_json::{Value, json};
use testkit::TestClub;
use testkit::crossmark::NOWHERE;

const CLUB: &str = "person A specialist
    person B specialist
    person C supervisor
    person L lead
    person J barista
    weekly A mon=no tue=08:00-18:00
    weekly B wed=no
    event 1 Core 24..29 number=619001
    event 2 Supervisor 24..29 number=619001
    event 3 Core 24..28 number=619003
    event 4 Freeosk 24..26
    event 5 JuicerProduction 24..27 number=619005
    event 6 JuicerSurvey 24..27 number=619005
    event 7 Core 24..28
    event 8 Other 24..29
    event 9 Core 25..29 number=619009
    event 10 Supervisor 25..29 number=619009
    event 11 Core 24..25
    posted 12 Core 24..29 A 26
    posted 13 Core 24..29 B 27";
const PLAN: &str = "1 A 25, 2 C 25, 3 L 24, 4 L 24, 5 J 24, 6 J 24, 7 B 26, 9 L 27, 10 C 27";
const PEOPLE: [&str; 5] = ["A", "B", "C", "L", "J"];
/// Number of sequences.
const SEQUENCES: usize = 60;
/// Number of sequences if `MUSTER_FULL` requests the long tests.
const FULL_SEQUENCES: usize = 200;
/// Steps per sequence.
const STEPS: usize = 5;

struct Sequence {
    club: TestClub,
    manager: TestCaller,
    run: String,
}

/// The checker's judgement of the plan in the table.
#[derive(Debug, Clone, PartialEq)]
struct Judgement {
    score: f64,
    /// The broken rules, each with the events that take part.
    broken: Vec<(String, BTreeSet<u64>)>,
}

/// A manager whose requests go to a new process.
fn manager_of(club: &TestClub) -> TestCaller {
    let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
    TestCaller::new(&router, "pat@club.example", "9001:manager")
}

impl Sequence {
    /// Replaces the process by a new one, which has an empty cache.
    fn restart(&mut self) {
        self.manager = manager_of(&self.club);
    }

    async fn judge(&self) -> Judgement {
        let plan = self.club.plan().await;
        let schedule = plan.schedule(|_| true);
        let scope = Scope::whole(&plan.club);
        let number = |event| plan.club.event(event).event_ref.0;
        let broken = checker::violations(&schedule, &scope).into_iter();
        let broken = broken.map(|v| (v.rule.to_string(), v.events().map(number).collect())).collect();
        Judgement { score: checker::terms(&schedule, &scope).score(), broken }
    }

    async fn pending(&self) -> Value {
        let answer = self.manager.get("/api/auto-schedule/pending").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    async fn put(&self, event: u64, body: &Value) -> Answer {
        let path = format!("/api/pending-schedule/{}.{event}", self.run);
        self.manager.send("PUT", &path, &[("content-type", "application/json")], &body.to_string()).await
    }

    async fn check(&self, event: u64, who: &str, date: &str) -> Answer {
        let body = json!({"line": format!("{}.{event}", self.run), "employee_id": who, "schedule_datetime": date});
        self.manager.post("/api/auto-schedule/check", &body).await
    }

    /// Asserts that the API and the checker agree after these steps.
    async fn assert_agreement(&self, steps: &str) {
        let (pending, judgement, plan) = (self.pending().await, self.judge().await, self.club.plan().await);
        let lines = lines_of(&pending);
        let of_table: BTreeSet<u64> = plan.lines.keys().map(|event: &EventRef| event.0).collect();
        assert_eq!(lines.keys().copied().collect::<BTreeSet<_>>(), of_table, "{steps}: the API has every line");
        // Places: a line has the place at which the checker has its event.
        let schedule = plan.schedule(|_| true);
        for (event, line) in &lines {
            let e = plan.club.find(EventRef(*event)).expect("an event");
            let expected = schedule
                .changed_place(e)
                .map(|cell| (plan.club.person(cell.person).id.0.clone(), plan.club.day(cell.day).date.to_string()));
            let shown = line["schedule_datetime"]
                .as_str()
                .filter(|_| line["kind"] != "dropped")
                .map(|at| (line["employee_id"].as_str().expect("somebody").to_owned(), at[..10].to_owned()));
            assert_eq!(shown, expected, "{steps}: {line:#}");
        }
        // Broken rules: each is overridden on some line, and every rule that a line overrides is broken. The override is on
        // the line that was edited, which may break a rule of another event: a base that moves away breaks H12 of its
        // support event.
        let mut overridden: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for (event, line) in &lines {
            let rules = line["overridden"]["rules"].as_array().into_iter().flatten();
            let rules: BTreeSet<String> = rules.map(|rule| rule.as_str().expect("a rule").to_owned()).collect();
            if !rules.is_empty() {
                overridden.insert(*event, rules);
            }
        }
        for (rule, events) in &judgement.broken {
            let is_overridden = overridden.values().any(|rules| rules.contains(rule));
            assert!(is_overridden, "{steps}: {rule} is broken by {events:?}, and no line overrides it: {overridden:?}");
        }
        for (event, rules) in &overridden {
            let all_broken = rules.iter().all(|rule| judgement.broken.iter().any(|(broken, _)| broken == rule));
            assert!(all_broken, "{steps}: event {event} overrides {rules:?}, and {:?} is broken", judgement.broken);
        }
        // Counts: each placed line is in exactly one day, and no other line is.
        let days = pending["daily_preview"].as_object().expect("days");
        let mut of_days: Vec<&str> =
            days.values().flat_map(|day| day["lines"].as_array().expect("lines")).filter_map(Value::as_str).collect();
        of_days.sort_unstable();
        let placed = lines.values().filter(|line| !line["schedule_datetime"].is_null() && line["kind"] != "dropped");
        let mut placed: Vec<&str> = placed.filter_map(|line| line["id"].as_str()).collect();
        placed.sort_unstable();
        assert_eq!(of_days, placed, "{steps}");
        let status = self.manager.get(&format!("/api/auto-schedule/status/{}", self.run)).await.body;
        let counted: u64 = status["counts"].as_object().expect("counts").values().filter_map(Value::as_u64).sum();
        assert_eq!(counted, lines.len() as u64, "{steps}: {status:#}");
        let held = lines.values().filter(|line| line["held"] == true).count();
        assert_eq!(status["held"], held, "{steps}");
    }
}

/// The lines of a proposal by event. An event with two lines fails the test.
fn lines_of(pending: &Value) -> BTreeMap<u64, Value> {
    let mut lines = BTreeMap::new();
    for line in ["newly_scheduled", "swaps", "failed"].iter().flat_map(|list| pending[list].as_array().expect("lines"))
    {
        let event = line["event_ref_num"].as_u64().expect("a number");
        assert!(lines.insert(event, line.clone()).is_none(), "event {event} has two lines: {pending:#}");
    }
    lines
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-6
}

#[tokio::test]
async fn after_every_step_of_random_sequences_the_api_and_the_checker_agree() {
    let club = TestClub::of_lines(CLUB).await;
    let manager = manager_of(&club);
    let mut test = Sequence { club, manager, run: String::new() };
    let mut rng = Rng::with_seed(20_261_123);
    let mut succeeded: BTreeMap<&str, usize> = BTreeMap::new();
    let sequences = if testkit::is_full() { FULL_SEQUENCES } else { SEQUENCES };
    for n in 0..sequences {
        test.run = test.club.propose(&format!("run-{n:03}"), PLAN).await.to_string();
        let initial = test.judge().await;
        assert_eq!(initial.broken, [], "the proposal is legal");
        let places: BTreeMap<u64, Value> = lines_of(&test.pending().await);
        let events: Vec<u64> = places.keys().copied().collect();
        let mut steps = format!("sequence {n}");
        for _ in 0..STEPS {
            let event = events[rng.usize(..events.len())];
            let before = test.judge().await;
            let (who, date) = (PEOPLE[rng.usize(..PEOPLE.len())], format!("2026-11-{}", rng.u32(24..30)));
            let what =
                ["edit", "edit", "edit", "override", "override", "hold", "release", "revert", "reload"][rng.usize(..9)];
            let answer = match what {
                "edit" | "override" => {
                    let predicted = test.check(event, who, &date).await;
                    let mut edit = json!({"employee_id": who, "schedule_datetime": date});
                    if what == "override" {
                        edit["override"] = json!({"reason": "it is meant"});
                    }
                    let answer = test.put(event, &edit).await;
                    if answer.status == 200 {
                        let after = test.judge().await;
                        let points = predicted.body["points"].as_f64().expect("points");
                        assert!(
                            is_near(after.score - before.score, points),
                            "{steps}, {what} {event} {who} {date}: predicted {points}, found {}",
                            after.score - before.score
                        );
                        let allowed = predicted.body["allowed"] == true;
                        assert!(allowed || what == "override", "{steps}: an edit without override broke a rule");
                    } else {
                        assert_eq!(test.judge().await, before, "{steps}: a refused edit changed the plan");
                    }
                    answer
                }
                "hold" => test.put(event, &json!({"held": true})).await,
                "release" => test.put(event, &json!({"held": false})).await,
                "reload" => {
                    test.restart();
                    test.manager.get("/api/auto-schedule/pending").await
                }
                _ => test.put(event, &json!({"revert": true})).await,
            };
            assert!(answer.status < 500, "{steps}, {what} {event}: {}", answer.body);
            steps = format!("{steps}, {what} {event} {who} {date} {}", answer.status);
            if answer.status == 200 {
                *succeeded.entry(what).or_default() += 1;
            }
            test.assert_agreement(&steps).await;
        }
        // After every line is reverted, the proposal is as it was.
        for _ in 0..2 {
            for event in &events {
                let answer = test.put(*event, &json!({"revert": true, "override": {"reason": "back"}})).await;
                assert!(answer.status < 500, "{steps}: {}", answer.body);
            }
        }
        let reverted = test.judge().await;
        assert!(
            is_near(reverted.score, initial.score) && reverted.broken == initial.broken,
            "{steps}: {initial:?} {reverted:?}"
        );
        let now = lines_of(&test.pending().await);
        for (event, line) in &places {
            for member in ["employee_id", "schedule_datetime", "overridden"] {
                assert_eq!(now[event][member], line[member], "{steps}: {member} of event {event} is not restored");
            }
        }
    }
    // Every kind of step succeeded often enough.
    for what in ["edit", "override", "hold", "release", "revert", "reload"] {
        assert!(succeeded.get(what).is_some_and(|count| *count > sequences / 10), "{what}: {succeeded:?}");
    }
}
