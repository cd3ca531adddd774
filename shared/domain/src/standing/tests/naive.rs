//! An independent implementation of rulebook section 10, by plain loops over a document of the fixture. It uses nothing
//! of the club, the schedule or the rules.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

mod judge;

pub use judge::{findings, health};

/// Days since 31 October 2026 (1 November is 1), and minutes of a day.
type Days = i64;
type Minutes = i64;

#[derive(Debug, Clone)]
struct Event {
    ref_number: u64,
    kind: String,
    number: u64,
    product: Option<String>,
    start: Days,
    due: Days,
    minutes: Minutes,
    full_day: bool,
    condition: String,
    posted: Option<(String, Days, Minutes, Option<i64>)>,
}

impl Event {
    fn is(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind.as_str())
    }
    fn is_base(&self) -> bool {
        self.is(&["Core", "Juicer Production", "Juicer Deep Clean"])
    }
    fn is_unit(&self) -> bool {
        self.is(&["Juicer Production", "Juicer Deep Clean"])
    }
    fn is_support(&self) -> bool {
        self.is(&["Freeosk", "Digitals", "Digital Setup", "Digital Refresh", "Digital Teardown", "Supervisor"])
    }
    fn is_off(&self) -> bool {
        ["canceled", "cancelled", "expired"].contains(&self.condition.as_str())
    }
    fn is_open(&self) -> bool {
        ["unstaffed", "reissued"].contains(&self.condition.as_str())
    }
}

fn day(text: &Value) -> Days {
    let text = text.as_str().expect("a date");
    let part = |range: std::ops::Range<usize>| text[range].parse::<i64>().expect("a number");
    part(8..10) + if part(5..7) == 12 { 30 } else { 0 }
}

fn minute(text: &Value) -> Minutes {
    let text = text.as_str().expect("a moment");
    text[11..13].parse::<i64>().expect("hours") * 60 + text[14..16].parse::<i64>().expect("minutes")
}

fn clock(text: &Value) -> Minutes {
    let text = text.as_str().expect("a time");
    text[0..2].parse::<i64>().expect("hours") * 60 + text[3..5].parse::<i64>().expect("minutes")
}

/// The Sunday of a day's week. 1 November is a Sunday.
fn sunday(day: Days) -> Days {
    day - (day - 1).rem_euclid(7)
}

fn weekday(day: Days) -> &'static str {
    ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][(day - 1).rem_euclid(7) as usize]
}

fn event(row: &Value, posted: Option<(String, Days, Minutes, Option<i64>)>) -> Event {
    let kind = row["type"].as_str().expect("a type").to_owned();
    let default = match kind.as_str() {
        "Juicer Production" => 540,
        "Juicer Deep Clean" => 240,
        "Core" => 390,
        "Supervisor" => 5,
        _ => 15,
    };
    let minutes = row["estimated_minutes"].as_i64().unwrap_or(default);
    let name = row["name"].as_str().expect("a name");
    // "619001-LKD-CHERRY - V2": the product is the third part. If that is LKD, the product is V2.
    let product = name.split('-').nth(2).map(|p| p.trim().to_owned()).expect("a product");
    let product = if product == "LKD" { "V2".to_owned() } else { product };
    Event {
        ref_number: row["ref"].as_u64().expect("a ref"),
        number: name[..6].parse().expect("a number"),
        product: (kind == "Core").then_some(product),
        start: day(&row["start"]),
        due: day(&row["due"]),
        full_day: kind == "Other" && minutes >= 480,
        minutes,
        condition: row["condition"].as_str().expect("a condition").to_lowercase(),
        kind,
        posted,
    }
}

/// A document, what is read from it, and the findings so far, in short form.
struct NaiveClub<'d> {
    doc: &'d Value,
    today: Days,
    events: Vec<Event>,
    findings: Vec<String>,
}

impl NaiveClub<'_> {
    fn rows(&self, list: &str) -> impl Iterator<Item = &Value> {
        self.doc[list].as_array().into_iter().flatten()
    }

    fn title(&self, person: &str) -> (&str, bool) {
        let row = self.rows("employees").find(|e| e["id"] == person).expect("a person");
        (row["job_title"].as_str().expect("a title"), row["juicer_trained"] == true)
    }

    fn is_supervisor(&self, person: &str) -> bool {
        self.title(person).0 == "Club Supervisor"
    }

    fn is_unlisted(&self, e: &Event) -> bool {
        !self.doc["listed"].is_null() && !self.rows("listed").any(|r| r.as_u64() == Some(e.ref_number))
    }

    fn is_gone(&self, e: &Event) -> bool {
        e.posted.as_ref().is_some_and(|p| e.is_off() || (p.1 >= self.today && self.is_unlisted(e)))
    }

    /// Where an event is posted, if it counts as posted.
    fn at<'e>(&self, e: &'e Event) -> Option<&'e (String, Days, Minutes, Option<i64>)> {
        e.posted.as_ref().filter(|_| !self.is_gone(e))
    }

    /// Whether anything but the weekly availability excludes somebody on a day, and whether the weekly availability
    /// does. Hours are checked if a time is given.
    fn objections(&self, person: &str, on: Days, time: Option<(Minutes, Minutes)>) -> (bool, bool) {
        let row = self.rows("employees").find(|e| e["id"] == person).expect("a person");
        let ended = row["termination_date"].as_str().is_some() && day(&row["termination_date"]) <= on;
        let covers = |r: &Value| r["employee_id"] == person && day(&r["start"]) <= on && on <= day(&r["end"]);
        let off = self.rows("time_off").any(covers);
        let late = time.is_some_and(|(start, minutes)| start + minutes > 1440);
        let excludes = |allowance: &Value| match allowance {
            Value::Bool(works) => !works,
            hours => time
                .is_some_and(|(start, minutes)| start < clock(&hours["from"]) || start + minutes > clock(&hours["to"])),
        };
        let key = weekday(on);
        let overrides: Vec<&Value> =
            self.rows("availability_overrides").filter(|o| covers(o)).filter_map(|o| o["days"].get(key)).collect();
        let weekly = self.rows("weekly_availability").find(|w| w["employee_id"] == person);
        let weekly = weekly.and_then(|w| w["days"].get(key)).filter(|_| overrides.is_empty());
        let firm = row["active"] == false || ended || off || late || overrides.iter().any(|o| excludes(o));
        (firm, weekly.is_some_and(excludes))
    }

    fn is_available(&self, person: &str, on: Days) -> bool {
        self.objections(person, on, None) == (false, false)
    }

    /// The named person, the backup, and who is on duty.
    fn duty(&self, rotation: &str, on: Days) -> (Option<String>, Option<String>, Option<String>) {
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let exception = self.rows("exceptions").find(|e| e["rotation"] == rotation && day(&e["date"]) == on);
        let row = self.rows("rotations").find(|r| r["rotation"] == rotation && r["day"] == weekday(on));
        let (named, backup) = match (exception, row) {
            (Some(e), _) => (text(&e["employee_id"]), None),
            (None, Some(r)) => (text(&r["employee_id"]), text(&r["backup_employee_id"])),
            (None, None) => (None, None),
        };
        let here = |p: &Option<String>| p.clone().filter(|p| self.is_available(p, on));
        let on_duty = here(&named).or_else(|| here(&backup));
        (named, backup, on_duty)
    }

    fn may_work(&self, person: &str, e: &Event) -> bool {
        let (title, trained) = self.title(person);
        match e.kind.as_str() {
            "Core" => true,
            "Juicer Production" | "Juicer Survey" | "Juicer Deep Clean" => {
                trained || ["Juicer Barista", "Club Supervisor"].contains(&title)
            }
            "Other" if e.full_day => title != "Club Supervisor",
            _ => ["Lead Event Specialist", "Club Supervisor"].contains(&title),
        }
    }

    /// Adds a finding in short form.
    fn add(&mut self, rule: &str, when: &str, person: &str, refs: &[u64]) {
        let refs: BTreeSet<u64> = refs.iter().copied().collect();
        let refs = refs.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
        let parts = [rule, when, person, &refs];
        self.findings.push(parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" "));
    }

    fn add_on_day(&mut self, rule: &str, on: Days, person: &str, refs: &[u64]) {
        if on >= self.today {
            self.add(rule, &on.to_string(), person, refs);
        }
    }

    fn add_in_week(&mut self, rule: &str, of: Days, person: &str, named: &[&Event]) {
        if named.iter().any(|e| e.posted.as_ref().is_some_and(|p| p.1 >= self.today)) {
            let refs: Vec<u64> = named.iter().map(|e| e.ref_number).collect();
            self.add(rule, &format!("w{of}"), person, &refs);
        }
    }

    /// The partner of each event, by ref.
    fn pairs(&self) -> BTreeMap<u64, u64> {
        type Key = fn(&Event) -> i64;
        let mut pairs = BTreeMap::new();
        let pairable = |e: &&Event| e.posted.is_some() || !["canceled", "cancelled"].contains(&e.condition.as_str());
        let steps: [(&str, &str, Key); 3] = [
            ("Core", "Supervisor", |e| e.number as i64),
            ("Juicer Production", "Juicer Survey", |e| e.number as i64),
            ("Juicer Production", "Juicer Survey", |e| e.start),
        ];
        for (one, other, key) in steps {
            for a in self.events.iter().filter(pairable).filter(|e| e.kind == one) {
                if pairs.contains_key(&a.ref_number) {
                    continue;
                }
                let mut others = self.events.iter().filter(pairable).filter(|e| e.kind == other && key(e) == key(a));
                if let Some(b) = others.find(|b| !pairs.contains_key(&b.ref_number)) {
                    pairs.insert(a.ref_number, b.ref_number);
                    pairs.insert(b.ref_number, a.ref_number);
                }
            }
        }
        pairs
    }
}
