//! Tiny clubs for rule tests, written as lines; today is Thursday 19 November 2026, the horizon 22 November to 10
//! December. Days are those of November (31 is 1 December); `24..26` is a window from the 24th that is due on the 26th
//! (exclusive).
//!
//! ```text
//! person A specialist|lead|barista|supervisor [trained] [inactive] [until=25]
//! event 1 Core 24..26 [minutes=390] [number=619001] [product=CHERRY] [condition=Paused] [auto=no] [name=…]
//! posted 2 Core 24..26 A 24 [at=10:15] [block=1] …
//! weekly A mon=no tue=08:00-14:00 / override A 22..28 mon=yes / off A 24..25
//! holiday 26 / locked 27 / rotation lead|juicer tue|all A [backup=B] / exception lead 24 A
//! affinity A 1 0.5 / suits A Core 0.5 / debt A -0.5 / wish 1 A 24 / unwanted 1 A 24 / previous 1 A 24
//! weight bump 2 / set block_capacity 2 / arrivals 09:00 … (eight) / start Supervisor 12:30
//! today 20 / fixed Core / listed 1 2 / crossmark none / crossmark 1 A 24 [at=10:15] / as_of 18 at=07:00 / now 19 at=07:00
//! callout A 22..24 now=22T09:40 [lead=30] [moves=few] [no_show=yes] (today is the day of `now` then)
//! ```
//! A plan is `1 A 24, 2 drop`: placements (or moves) and drops. A finding is `H3 24 A 1+2`: rule, day (`w22` is the
//! week of that Sunday), person, refs.
//!
//! Only for tests: the functions panic on an unknown line.
#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::calendar::days_between;
use crate::checker;
use crate::club::{Club, Place};
use crate::rules::{Scope, SoftName};
use crate::schedule::{Decision, Schedule};
use crate::snapshot::{EventRef, Snapshot};
use crate::standing::{self, Finding, FindingDate, Weeks};

/// The snapshot that the lines describe.
pub fn snapshot(lines: &str) -> Value {
    let mut doc = json!({
        "club": {"id": "9001", "name": "Club 9001", "time_zone": "America/Indiana/Indianapolis"},
        "today": "2026-11-19", "settings": {"weights": {}}, "employees": [], "weekly_availability": [],
        "availability_overrides": [], "time_off": [], "holidays": [], "locked_days": [], "rotations": [],
        "exceptions": [], "events": [], "posted": [], "affinity": [],
        "affinity_by_type": [], "ledger": [], "previous": [], "wishes": [], "unwanted": []
    });
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        add_line(&mut doc, line);
    }
    doc
}

/// The club that the lines describe.
pub fn club(lines: &str) -> Club {
    Club::new(Snapshot::parse(snapshot(lines).to_string().as_bytes()).expect("a legal snapshot"))
}

/// A schedule of a club, from a plan in words.
pub fn plan<'c>(club: &'c Club, plan: &str) -> Schedule<'c> {
    let mut schedule = Schedule::as_posted(club);
    for part in plan.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let event = club.find(EventRef(words[0].parse().expect("a ref"))).expect("an event");
        let decision = if words[1] == "drop" {
            Decision::Dropped
        } else {
            let person = club.find_person(words[1]).expect("a person");
            let day = club.day_of(date(words[2]).parse().expect("a date")).expect("a day of the grid");
            let place = Place { person, day };
            if club.event(event).posting().is_some() { Decision::Moved(place) } else { Decision::New(place) }
        };
        schedule.decide(event, decision);
    }
    schedule
}

/// The rules that a plan breaks, each once.
pub fn breaks(lines: &str, text: &str) -> String {
    let club = club(lines);
    let mut rules: Vec<_> =
        checker::violations(&plan(&club, text), &Scope::whole(&club)).iter().map(|v| v.rule.id()).collect();
    rules.dedup();
    rules.join(" ")
}

/// The messages for the rules that a plan breaks.
pub fn messages(lines: &str, text: &str) -> Vec<String> {
    let club = club(lines);
    checker::violations(&plan(&club, text), &Scope::whole(&club)).iter().map(|v| v.words(&club)).collect()
}

/// The points of a term.
pub fn scores(lines: &str, text: &str, term: &str) -> f64 {
    let club = club(lines);
    checker::terms(&plan(&club, text), &Scope::whole(&club)).of(SoftName::named(term).expect("a term"))
}

/// The findings of a rule about what is posted, from today's week to the last posted one, in short.
pub fn findings_in_short(lines: &str, rule: &str) -> String {
    let snapshot = Snapshot::parse(snapshot(lines).to_string().as_bytes()).expect("a legal snapshot");
    let findings = standing::check(&snapshot, &snapshot.outside, Weeks::ToLastPosted).findings;
    let of_rule = findings.iter().filter(|f| f.rule.id() == rule);
    of_rule.map(in_short).collect::<Vec<_>>().join(", ")
}

/// The messages of the findings of a rule about what is posted.
pub fn finding_texts(lines: &str, rule: &str) -> Vec<String> {
    let snapshot = Snapshot::parse(snapshot(lines).to_string().as_bytes()).expect("a legal snapshot");
    let findings = standing::check(&snapshot, &snapshot.outside, Weeks::ToLastPosted).findings;
    findings.into_iter().filter(|f| f.rule.id() == rule).map(|f| f.text).collect()
}

/// A finding in short: `H3 24 A 1+2`.
pub fn in_short(finding: &Finding) -> String {
    let first = chrono::NaiveDate::from_ymd_opt(2026, 11, 1).expect("a date");
    let day = |date| days_between(first, date) + 1;
    let when = match finding.when {
        FindingDate::Look => None,
        FindingDate::Week(sunday) => Some(format!("w{}", day(sunday))),
        FindingDate::Date(date) => Some(day(date).to_string()),
    };
    let person = finding.employee_id.as_ref().map(|id| id.0.clone());
    let refs = finding.refs.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
    let parts = [Some(finding.rule.id().to_owned()), when, person, Some(refs).filter(|refs| !refs.is_empty())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn date(day: &str) -> String {
    let day: u32 = day.parse().expect("a day");
    if day <= 30 { format!("2026-11-{day:02}") } else { format!("2026-12-{:02}", day - 30) }
}

fn span(text: &str) -> (String, String) {
    let (from, to) = text.split_once("..").expect("a span");
    (date(from), date(to))
}

fn week(words: &[&str]) -> Value {
    let allowance = |s: &str| match s {
        "yes" => json!(true),
        "no" => json!(false),
        hours => {
            let (from, to) = hours.split_once('-').expect("hours");
            json!({"from": from, "to": to})
        }
    };
    words.iter().map(|w| w.split_once('=').expect("day=…")).map(|(day, s)| (day.to_owned(), allowance(s))).collect()
}

/// The name of a type, from its spelling without spaces.
fn kind(word: &str) -> String {
    let spaced: String = word.chars().flat_map(|c| [c.is_uppercase().then_some(' '), Some(c)]).flatten().collect();
    spaced.trim().to_owned()
}

fn event(words: &[&str], options: &HashMap<&str, &str>) -> Value {
    let of = |key: &str, default: &str| options.get(key).map_or(default, |v| v).to_owned();
    let reference: u64 = words[0].parse().expect("a ref");
    let kind = kind(words[1]);
    let (start, due) = span(words[2]);
    let number = of("number", &(600_000 + reference).to_string());
    let product = of("product", &format!("P{reference}"));
    let minutes = options.get("minutes").map(|m| m.parse::<u32>().expect("minutes"));
    let end = if product.is_empty() { "(" } else { " - V2" };
    json!({
        "ref": reference, "name": of("name", &format!("{number}-LKD-{product}{end}")),
        "type": kind, "start": format!("{start}T00:00:00"), "due": format!("{due}T00:01:00"),
        "estimated_minutes": minutes, "condition": of("condition", "Unstaffed"), "auto": of("auto", "yes") == "yes"
    })
}

/// Adds what a line describes to the snapshot document.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of line")]
fn add_line(doc: &mut Value, line: &str) {
    let (options, words): (Vec<&str>, Vec<&str>) = line.split_whitespace().partition(|w| w.contains('='));
    let options: HashMap<&str, &str> = options.iter().filter_map(|o| o.split_once('=')).collect();
    let mut push = |list: &str, row: Value| doc[list].as_array_mut().expect("a list").push(row);
    let title = |word: &str| match word {
        "lead" => "Lead Event Specialist",
        "supervisor" => "Club Supervisor",
        "barista" => "Juicer Barista",
        _ => "Event Specialist",
    };
    let rotation = |word: &str| if word == "lead" { "primary_lead" } else { "juicer" };
    match words[0] {
        "person" => push(
            "employees",
            json!({
                "id": words[1], "name": words[1], "job_title": title(words[2]), "juicer_trained": words.contains(&"trained"),
                "active": !words.contains(&"inactive"), "termination_date": options.get("until").map(|d| date(d))
            }),
        ),
        "event" => push("events", event(&words[1..], &options)),
        "posted" => {
            let at = options.get("at").map_or("10:15", |v| v);
            let seconds = if at.len() == 5 { ":00" } else { "" };
            let start = format!("{}T{at}{seconds}", date(words[5]));
            let block = options.get("block").map(|b| b.parse::<u8>().expect("a block"));
            push(
                "posted",
                json!({"event": event(&words[1..], &options), "employee_id": words[4], "start": start, "block": block}),
            );
        }
        "weekly" => {
            let days = week(&line.split_whitespace().skip(2).collect::<Vec<_>>());
            push("weekly_availability", json!({"employee_id": words[1], "days": days}));
        }
        "override" => {
            let (start, end) = span(words[2]);
            let days = week(&line.split_whitespace().skip(3).collect::<Vec<_>>());
            push("availability_overrides", json!({"employee_id": words[1], "start": start, "end": end, "days": days}));
        }
        "off" => {
            let (start, end) = span(words[2]);
            push("time_off", json!({"employee_id": words[1], "start": start, "end": end}));
        }
        "holiday" => push("holidays", json!(date(words[1]))),
        "locked" => push("locked_days", json!(date(words[1]))),
        "rotation" => {
            let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            for day in days.into_iter().filter(|d| words[2] == "all" || words[2] == *d) {
                push(
                    "rotations",
                    json!({
                        "day": day, "rotation": rotation(words[1]), "employee_id": words[3],
                        "backup_employee_id": options.get("backup")
                    }),
                );
            }
        }
        "exception" => push(
            "exceptions",
            json!({
                "date": date(words[2]), "rotation": rotation(words[1]), "employee_id": words[3], "reason": "vacation"
            }),
        ),
        "affinity" => push(
            "affinity",
            json!({
                "employee_id": words[1], "ref": words[2].parse::<u64>().expect("a ref"),
                "score": words[3].parse::<f64>().expect("a score")
            }),
        ),
        "suits" => push(
            "affinity_by_type",
            json!({"employee_id": words[1], "type": kind(words[2]), "score": words[3].parse::<f64>().expect("a score")}),
        ),
        "debt" => push("ledger", json!({"employee_id": words[1], "debt": words[2].parse::<f64>().expect("a debt")})),
        "wish" | "unwanted" => push(
            if words[0] == "wish" { "wishes" } else { "unwanted" },
            json!({"ref": words[1].parse::<u64>().expect("a ref"), "employee_id": words[2], "date": date(words[3])}),
        ),
        "today" => doc["today"] = json!(date(words[1])),
        "fixed" => doc["settings"]["fixed_day_types"] = json!([kind(words[1])]),
        "listed" | "crossmark" | "as_of" | "now" => outside(doc, &words, &options),
        "previous" => push(
            "previous",
            json!({
                "ref": words[1].parse::<u64>().expect("a ref"), "employee_id": words[2],
                "start": format!("{}T10:15:00", date(words[3]))
            }),
        ),
        "callout" => {
            let (day, time) = options["now"].split_once('T').expect("a day and a time");
            let (from, to) = span(words[2]);
            doc["today"] = json!(date(day));
            doc["callout"] = json!({
                "employee_id": words[1], "from": from, "to": to, "now": format!("{}T{time}:00", date(day)),
                "lead_minutes": options.get("lead").map(|lead| lead.parse::<u32>().expect("minutes")),
                "moves": options.get("moves").map_or("none", |v| v), "no_show": options.contains_key("no_show")
            });
        }
        "arrivals" => doc["settings"]["arrivals"] = json!(words[1..]),
        "start" => doc["settings"]["starts"][words[1..words.len() - 1].join(" ")] = json!(words[words.len() - 1]),
        "weight" => doc["settings"]["weights"][words[1]] = json!(words[2].parse::<f64>().expect("a weight")),
        "set" => doc["settings"][words[1]] = json!(words[2].parse::<i64>().expect("a number")),
        other => panic!("no line starts with {other}"),
    }
}

/// Adds what Crossmark shows, when it was read, and the time of the look.
fn outside(doc: &mut Value, words: &[&str], options: &HashMap<&str, &str>) {
    match words[0] {
        "listed" => doc["listed"] = words[1..].iter().map(|w| json!(w.parse::<u64>().expect("a ref"))).collect(),
        "crossmark" => {
            if doc["crossmark"].is_null() {
                doc["crossmark"] = json!([]);
            }
            if let [_, reference, person, day] = *words {
                let at = options.get("at").map_or("10:15", |v| v);
                let row = json!({
                    "ref": reference.parse::<u64>().expect("a ref"), "employee_id": person,
                    "start": format!("{}T{at}", date(day))
                });
                doc["crossmark"].as_array_mut().expect("a list").push(row);
            }
        }
        _ => {
            let at = options.get("at").map_or("07:00", |v| v);
            doc[if words[0] == "now" { "now" } else { "events_as_of" }] = json!(format!("{}T{at}", date(words[1])));
        }
    }
}
