//! Random sequences of edits, holds, overrules, undos and reloads: after each step the page, the API and the checker agree about
//! places, broken rules, score and counts.

use std::collections::{BTreeMap, BTreeSet};

use cloud::{Answer, Visitor};
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
/// Number of sequences where the long tests are asked for.
const LONG: usize = 200;
/// Steps per sequence.
const STEPS: usize = 5;

struct Sequence {
    club: TestClub,
    manager: Visitor,
    run: String,
}

/// The checker's judgement of the plan in the table.
#[derive(Debug, Clone, PartialEq)]
struct Judged {
    score: f64,
    /// The broken rules, each with the events that take part.
    broken: Vec<(String, BTreeSet<u64>)>,
}

/// A manager who calls a new process.
fn manager_of(club: &TestClub) -> Visitor {
    let router = review::router(&club.cloud.environment_with_crossmark(NOWHERE)).expect("a router");
    Visitor::new(&router, "pat@club.example", "9001:manager")
}

impl Sequence {
    fn start(&mut self) {
        self.manager = manager_of(&self.club);
    }

    async fn judged(&self) -> Judged {
        let plan = self.club.plan().await;
        let schedule = plan.schedule(|_| true);
        let scope = Scope::whole(&plan.rules);
        let number = |event| plan.rules.event(event).event_ref.0;
        let broken = checker::violations(&schedule, &scope).into_iter();
        let broken = broken.map(|v| (v.rule.to_string(), v.events().map(number).collect())).collect();
        Judged { score: checker::terms(&schedule, &scope).score(), broken }
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

    /// Asserts that page, API and checker agree.
    async fn agrees(&self, told: &str) {
        let (pending, judged, plan) = (self.pending().await, self.judged().await, self.club.plan().await);
        let lines = lines_of(&pending);
        let of_table: BTreeSet<u64> = plan.lines.keys().map(|event: &EventRef| event.0).collect();
        assert_eq!(lines.keys().copied().collect::<BTreeSet<_>>(), of_table, "{told}: no line is missing or twice");
        // Places: a line says where the rules see its event.
        let schedule = plan.schedule(|_| true);
        for (event, line) in &lines {
            let e = plan.rules.find(EventRef(*event)).expect("an event");
            let seen = schedule
                .changed_place(e)
                .map(|cell| (plan.rules.person(cell.person).id.0.clone(), plan.rules.day(cell.day).date.to_string()));
            let said = line["schedule_datetime"]
                .as_str()
                .filter(|_| line["kind"] != "dropped")
                .map(|at| (line["employee_id"].as_str().expect("somebody").to_owned(), at[..10].to_owned()));
            assert_eq!(said, seen, "{told}: {line:#}");
        }
        // Broken rules: each is overridden on some line, and a rule that a line overrides is really broken.
        let mut overruled: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for (event, line) in &lines {
            let rules = line["overridden"]["rules"].as_array().into_iter().flatten();
            let rules: BTreeSet<String> = rules.map(|rule| rule.as_str().expect("a rule").to_owned()).collect();
            if !rules.is_empty() {
                overruled.insert(*event, rules);
            }
        }
        for (rule, events) in &judged.broken {
            let allowed = overruled.values().any(|rules| rules.contains(rule));
            assert!(allowed, "{told}: {rule} is broken by {events:?}, and no line says so: {overruled:?}");
        }
        for (event, rules) in &overruled {
            let stands = judged.broken.iter().any(|(rule, _)| rules.contains(rule));
            assert!(stands, "{told}: {event} says that {rules:?} is set aside, and {:?} is broken", judged.broken);
        }
        // Counts: the lines of all days are exactly the placed lines.
        let days = pending["daily_preview"].as_object().expect("days");
        let of_days: BTreeSet<&str> =
            days.values().flat_map(|day| day["lines"].as_array().expect("lines")).filter_map(Value::as_str).collect();
        let placed = lines.values().filter(|line| !line["schedule_datetime"].is_null() || line["kind"] == "dropped");
        let placed: BTreeSet<&str> = placed.filter_map(|line| line["id"].as_str()).collect();
        assert_eq!(of_days, placed, "{told}");
        let status = self.manager.get(&format!("/api/auto-schedule/status/{}", self.run)).await.body;
        let counted: u64 = status["counts"].as_object().expect("counts").values().filter_map(Value::as_u64).sum();
        assert_eq!(counted, lines.len() as u64, "{told}: {status:#}");
        let held = lines.values().filter(|line| line["held"] == true).count();
        assert_eq!(status["held"], held, "{told}");
    }
}

fn lines_of(pending: &Value) -> BTreeMap<u64, Value> {
    let all = ["newly_scheduled", "swaps", "failed"].into_iter();
    let lines = all.flat_map(|list| pending[list].as_array().expect("a list").clone());
    lines.map(|line| (line["event_ref_num"].as_u64().expect("a number"), line)).collect()
}

fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-6
}

#[tokio::test]
async fn after_every_step_of_random_sequences_page_api_and_checker_agree() {
    let club = TestClub::of_lines(CLUB).await;
    let manager = manager_of(&club);
    let mut test = Sequence { club, manager, run: String::new() };
    let mut chance = Rng::with_seed(20_261_123);
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    let sequences = if testkit::is_full() { LONG } else { SEQUENCES };
    for n in 0..sequences {
        test.run = test.club.propose(&format!("run-{n:03}"), PLAN).await.to_string();
        let begun = test.judged().await;
        assert_eq!(begun.broken, [], "the proposal is legal");
        let places: BTreeMap<u64, Value> = lines_of(&test.pending().await);
        let events: Vec<u64> = places.keys().copied().collect();
        let mut told = format!("sequence {n}");
        for _ in 0..STEPS {
            let event = events[chance.usize(..events.len())];
            let before = test.judged().await;
            let (who, date) = (PEOPLE[chance.usize(..PEOPLE.len())], format!("2026-11-{}", chance.u32(24..30)));
            let what =
                ["edit", "edit", "edit", "overrule", "overrule", "hold", "free", "undo", "reload"][chance.usize(..9)];
            let answer = match what {
                "edit" | "overrule" => {
                    let predicted = test.check(event, who, &date).await;
                    let mut wish = json!({"employee_id": who, "schedule_datetime": date});
                    if what == "overrule" {
                        wish["override"] = json!({"reason": "it is meant"});
                    }
                    let answer = test.put(event, &wish).await;
                    if answer.status == 200 {
                        let after = test.judged().await;
                        let points = predicted.body["points"].as_f64().expect("points");
                        assert!(
                            is_near(after.score - before.score, points),
                            "{told}, {what} {event} {who} {date}: {points} were said, {} came",
                            after.score - before.score
                        );
                        let allowed = predicted.body["allowed"] == true;
                        assert!(allowed || what == "overrule", "{told}: a broken rule was let through");
                    } else {
                        assert_eq!(test.judged().await, before, "{told}: what is refused changes nothing");
                    }
                    answer
                }
                "hold" => test.put(event, &json!({"held": true})).await,
                "free" => test.put(event, &json!({"held": false})).await,
                // A new process has an empty cache and reads everything from the table.
                "reload" => {
                    test.start();
                    test.manager.get("/api/auto-schedule/pending").await
                }
                _ => test.put(event, &json!({"revert": true})).await,
            };
            assert!(answer.status < 500, "{told}, {what} {event}: {}", answer.body);
            told = format!("{told}, {what} {event} {who} {date} {}", answer.status);
            if answer.status == 200 {
                *done.entry(what).or_default() += 1;
            }
            test.agrees(&told).await;
        }
        // Everything is put back: the proposal is what it was.
        for _ in 0..2 {
            for event in &events {
                let answer = test.put(*event, &json!({"revert": true, "override": {"reason": "back"}})).await;
                assert!(answer.status < 500, "{told}: {}", answer.body);
            }
        }
        let back = test.judged().await;
        assert!(is_near(back.score, begun.score) && back.broken == begun.broken, "{told}: {begun:?} {back:?}");
        let now = lines_of(&test.pending().await);
        for (event, line) in &places {
            for member in ["employee_id", "schedule_datetime", "overridden"] {
                assert_eq!(now[event][member], line[member], "{told}: {event} is not back");
            }
        }
    }
    // Every kind of step succeeded often enough.
    for what in ["edit", "overrule", "hold", "free", "undo", "reload"] {
        assert!(done.get(what).is_some_and(|count| *count > sequences / 10), "{what}: {done:?}");
    }
}
