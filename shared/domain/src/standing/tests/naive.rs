//! Rulebook section 10 once more, by plain loops over a document of the fixture: nothing of the club, the schedule or the
//! rules is used.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::fixture;
use crate::standing::{Finding, Severity};

/// Days since the first of November 2026, and minutes of a day.
type Days = i64;
type Minutes = i64;

#[derive(Debug, Clone)]
struct Event {
    r: u64,
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
    fn base(&self) -> bool {
        self.is(&["Core", "Juicer Production", "Juicer Deep Clean"])
    }
    fn unit(&self) -> bool {
        self.is(&["Juicer Production", "Juicer Deep Clean"])
    }
    fn support(&self) -> bool {
        self.is(&["Freeosk", "Digitals", "Digital Setup", "Digital Refresh", "Digital Teardown", "Supervisor"])
    }
    fn off(&self) -> bool {
        ["canceled", "cancelled", "expired"].contains(&self.condition.as_str())
    }
    fn open(&self) -> bool {
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

/// The Sunday of a day: the first of November was one.
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
    // "619001-LKD-CHERRY - V2": the product is the third part; LKD is none, and V2 stands for it.
    let product = name.split('-').nth(2).map(|p| p.trim().to_owned()).expect("a product");
    let product = if product == "LKD" { "V2".to_owned() } else { product };
    Event {
        r: row["ref"].as_u64().expect("a ref"),
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

struct World<'d> {
    doc: &'d Value,
    today: Days,
    events: Vec<Event>,
    out: Vec<String>,
}

impl World<'_> {
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

    fn unlisted(&self, e: &Event) -> bool {
        !self.doc["listed"].is_null() && !self.rows("listed").any(|r| r.as_u64() == Some(e.r))
    }

    fn gone(&self, e: &Event) -> bool {
        e.posted.as_ref().is_some_and(|p| e.off() || (p.1 >= self.today && self.unlisted(e)))
    }

    /// Where an event counts as posted.
    fn at<'e>(&self, e: &'e Event) -> Option<&'e (String, Days, Minutes, Option<i64>)> {
        e.posted.as_ref().filter(|_| !self.gone(e))
    }

    /// (Firmly against, the week against) of somebody on a day, with hours where they are asked for.
    fn against(&self, person: &str, on: Days, time: Option<(Minutes, Minutes)>) -> (bool, bool) {
        let row = self.rows("employees").find(|e| e["id"] == person).expect("a person");
        let ended = row["termination_date"].as_str().is_some() && day(&row["termination_date"]) <= on;
        let covers = |r: &Value| r["employee_id"] == person && day(&r["start"]) <= on && on <= day(&r["end"]);
        let off = self.rows("time_off").any(covers);
        let late = time.is_some_and(|(start, minutes)| start + minutes > 1440);
        let refuses = |said: &Value| match said {
            Value::Bool(works) => !works,
            hours => time
                .is_some_and(|(start, minutes)| start < clock(&hours["from"]) || start + minutes > clock(&hours["to"])),
        };
        let key = weekday(on);
        let overrides: Vec<&Value> =
            self.rows("availability_overrides").filter(|o| covers(o)).filter_map(|o| o["days"].get(key)).collect();
        let weekly = self.rows("weekly_availability").find(|w| w["employee_id"] == person);
        let weekly = weekly.and_then(|w| w["days"].get(key)).filter(|_| overrides.is_empty());
        let firm = row["active"] == false || ended || off || late || overrides.iter().any(|o| refuses(o));
        (firm, weekly.is_some_and(refuses))
    }

    fn available(&self, person: &str, on: Days) -> bool {
        self.against(person, on, None) == (false, false)
    }

    /// (named, backup, on duty)
    fn duty(&self, rotation: &str, on: Days) -> (Option<String>, Option<String>, Option<String>) {
        let text = |v: &Value| v.as_str().map(str::to_owned);
        let exception = self.rows("exceptions").find(|e| e["rotation"] == rotation && day(&e["date"]) == on);
        let row = self.rows("rotations").find(|r| r["rotation"] == rotation && r["day"] == weekday(on));
        let (named, backup) = match (exception, row) {
            (Some(e), _) => (text(&e["employee_id"]), None),
            (None, Some(r)) => (text(&r["employee_id"]), text(&r["backup_employee_id"])),
            (None, None) => (None, None),
        };
        let here = |p: &Option<String>| p.clone().filter(|p| self.available(p, on));
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

    fn say(&mut self, rule: &str, when: &str, person: &str, refs: &[u64]) {
        let refs: BTreeSet<u64> = refs.iter().copied().collect();
        let refs = refs.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
        let parts = [rule, when, person, &refs];
        self.out.push(parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" "));
    }

    fn on_day(&mut self, rule: &str, on: Days, person: &str, refs: &[u64]) {
        if on >= self.today {
            self.say(rule, &on.to_string(), person, refs);
        }
    }

    fn in_week(&mut self, rule: &str, of: Days, person: &str, named: &[&Event]) {
        if named.iter().any(|e| e.posted.as_ref().is_some_and(|p| p.1 >= self.today)) {
            let refs: Vec<u64> = named.iter().map(|e| e.r).collect();
            self.say(rule, &format!("w{of}"), person, &refs);
        }
    }

    /// The other half of each event, by ref.
    fn pairs(&self) -> BTreeMap<u64, u64> {
        let mut pairs = BTreeMap::new();
        let pairable = |e: &&Event| e.posted.is_some() || !["canceled", "cancelled"].contains(&e.condition.as_str());
        let steps: [(&str, &str, fn(&Event) -> i64); 3] = [
            ("Core", "Supervisor", |e| e.number as i64),
            ("Juicer Production", "Juicer Survey", |e| e.number as i64),
            ("Juicer Production", "Juicer Survey", |e| e.start),
        ];
        for (one, other, key) in steps {
            for a in self.events.iter().filter(pairable).filter(|e| e.kind == one) {
                if pairs.contains_key(&a.r) {
                    continue;
                }
                let mut others = self.events.iter().filter(pairable).filter(|e| e.kind == other && key(e) == key(a));
                if let Some(b) = others.find(|b| !pairs.contains_key(&b.r)) {
                    pairs.insert(a.r, b.r);
                    pairs.insert(b.r, a.r);
                }
            }
        }
        pairs
    }
}

/// Every finding from today's week to the last posted one, in short.
pub fn findings(doc: &Value) -> Vec<String> {
    let mut events: Vec<Event> = Vec::new();
    for p in doc["posted"].as_array().expect("a list") {
        let who = p["employee_id"].as_str().expect("an id").to_owned();
        events.push(event(&p["event"], Some((who, day(&p["start"]), minute(&p["start"]), p["block"].as_i64()))));
    }
    for e in doc["events"].as_array().expect("a list") {
        events.push(event(e, None));
    }
    events.sort_by_key(|e| e.r);
    let mut w = World { doc, today: day(&doc["today"]), events, out: Vec::new() };
    let all = w.events.clone();
    let posted: Vec<&Event> = all.iter().filter(|e| w.at(e).is_some()).collect();
    let people: Vec<String> = w.rows("employees").map(|e| e["id"].as_str().expect("an id").to_owned()).collect();
    for person in &people {
        let own: Vec<&Event> = posted.iter().copied().filter(|e| w.at(e).is_some_and(|p| &p.0 == person)).collect();
        for on in 1..=60 {
            let cell: Vec<&Event> = own.iter().copied().filter(|e| w.at(e).is_some_and(|p| p.1 == on)).collect();
            of_persons_day(&mut w, person, on, &cell);
        }
        for of in (1..=60).step_by(7) {
            let week: Vec<&Event> =
                own.iter().copied().filter(|e| w.at(e).is_some_and(|p| sunday(p.1) == of)).collect();
            of_persons_week(&mut w, person, of, &week);
        }
    }
    for on in 1..=60 {
        let there: Vec<&Event> = posted.iter().copied().filter(|e| w.at(e).is_some_and(|p| p.1 == on)).collect();
        of_day(&mut w, on, &there);
    }
    of_events(&mut w, &all);
    let last = all.iter().filter_map(|e| e.posted.as_ref()).map(|p| p.1).chain([w.today]).max().expect("a day");
    let (first, last) = (sunday(w.today), sunday(last) + 6);
    let looked_at = |finding: &String| {
        let when = finding.split(' ').nth(1).map(|when| when.trim_start_matches('w').parse::<i64>().expect("a day"));
        when.is_none_or(|when| first <= when && when <= last)
    };
    w.out.into_iter().filter(looked_at).collect()
}

fn refs(events: &[&Event]) -> Vec<u64> {
    events.iter().map(|e| e.r).collect()
}

fn some<'e>(events: &[&'e Event], kind: impl Fn(&Event) -> bool) -> Vec<&'e Event> {
    events.iter().copied().filter(|e| kind(e)).collect()
}

fn of_persons_day(w: &mut World, person: &str, on: Days, cell: &[&Event]) {
    let core = some(cell, |e| e.kind == "Core");
    let units = some(cell, Event::unit);
    let unfit = some(cell, |e| {
        let start = e.posted.as_ref().map_or(0, |p| p.2);
        !w.may_work(person, e) || w.against(person, on, Some((start, e.minutes))).0
    });
    if !unfit.is_empty() {
        w.on_day("H2", on, person, &refs(&unfit));
    }
    if core.len() > 1 {
        w.on_day("H3", on, person, &refs(&core));
    }
    if units.len() > 1 {
        w.on_day("H5", on, person, &refs(&units));
    }
    if !units.is_empty() && !core.is_empty() {
        w.on_day("H6", on, person, &refs(&some(cell, Event::base)));
    }
    let support = some(cell, Event::support);
    if !support.is_empty() && core.len() + units.len() == 0 && !w.is_supervisor(person) {
        w.on_day("H12", on, person, &refs(&support));
    }
    let filling = some(cell, |e| e.full_day || e.base());
    if filling.len() > 1 && cell.iter().any(|e| e.full_day) {
        w.on_day("H13", on, person, &refs(&filling));
    }
    if !core.is_empty() && w.is_supervisor(person) {
        w.on_day("W9", on, person, &refs(&core));
    }
}

fn of_persons_week(w: &mut World, person: &str, of: Days, week: &[&Event]) {
    let core = some(week, |e| e.kind == "Core");
    let units = some(week, Event::unit);
    let days: BTreeSet<Days> = week.iter().filter_map(|e| e.posted.as_ref()).map(|p| p.1).collect();
    if core.len() > 6 {
        w.in_week("H4", of, person, &core);
    }
    if units.len() > 5 {
        w.in_week("H5", of, person, &units);
    }
    if week.iter().map(|e| e.minutes).sum::<i64>() > 2_400 {
        w.in_week("H8", of, person, week);
    }
    if days.len() > 6 {
        w.in_week("H9", of, person, week);
    }
    let start = |e: &Event| e.posted.as_ref().map(|p| p.2);
    let same = some(&core, |one| {
        let there = core.iter().filter(|e| start(e) == start(one)).filter_map(|e| e.posted.as_ref()).map(|p| p.1);
        there.collect::<BTreeSet<_>>().len() >= 5
    });
    if !same.is_empty() {
        w.in_week("W14", of, person, &same);
    }
    let weekly = some(week, |e| {
        let (on, start) = e.posted.as_ref().map_or((0, 0), |p| (p.1, p.2));
        w.may_work(person, e) && w.against(person, on, Some((start, e.minutes))) == (false, true)
    });
    if !weekly.is_empty() {
        w.in_week("W15", of, person, &weekly);
    }
}

/// The block of each Core of a day.
fn blocks(w: &World, core: &[&Event]) -> BTreeMap<u64, i64> {
    let arrivals = [615, 615, 645, 645, 675, 675, 705, 705];
    let capacity = w.doc["settings"]["block_capacity"].as_i64().unwrap_or(1) as usize;
    let mut blocks: BTreeMap<u64, i64> = BTreeMap::new();
    let mut waiting = Vec::new();
    for e in core {
        let (_, _, start, block) = e.posted.as_ref().expect("posted");
        match block {
            Some(block) => _ = blocks.insert(e.r, *block),
            None => waiting.push((*start, e.r)),
        }
    }
    waiting.sort_unstable();
    for (start, r) in waiting {
        let free = |b: &i64| blocks.values().filter(|taken| *taken == b).count() < capacity;
        let arrives = |b: &i64| arrivals[(*b - 1) as usize] == start;
        let both = (1..=8).find(|b| free(b) && arrives(b));
        let block = both.or_else(|| (1..=8).find(free)).or_else(|| (1..=8).find(arrives)).unwrap_or(1);
        blocks.insert(r, block);
    }
    blocks
}

fn of_day(w: &mut World, on: Days, there: &[&Event]) {
    let core = some(there, |e| e.kind == "Core");
    let units = some(there, Event::unit);
    let productions = some(there, |e| e.kind == "Juicer Production");
    if !productions.is_empty() && productions.len() < units.len() {
        w.on_day("H7", on, "", &refs(&units));
    }
    let block_of = blocks(w, &core);
    let capacity = w.doc["settings"]["block_capacity"].as_u64().unwrap_or(1) as usize;
    for block in 1..=8 {
        let served = some(&core, |e| block_of[&e.r] == block);
        if served.len() > capacity {
            w.on_day("H14", on, "", &refs(&served));
        }
    }
    if !there.is_empty() && w.rows("holidays").any(|h| day(h) == on) {
        w.on_day("W3", on, "", &refs(there));
    }
    let works = |e: &Event, person: &str| e.posted.as_ref().is_some_and(|p| p.0 == person);
    let (named, _, lead) = w.duty("primary_lead", on);
    if let Some(lead) = &lead {
        let own = some(&core, |e| works(e, lead));
        if !core.is_empty() && own.is_empty() && !w.is_supervisor(lead) {
            w.on_day("W5", on, lead, &[]);
        }
        let early = |e: &&Event| block_of[&e.r] == 1 || e.posted.as_ref().is_some_and(|p| p.2 <= 615);
        if !own.is_empty() && !own.iter().any(early) {
            w.on_day("W10", on, lead, &refs(&own));
        }
    }
    if !core.is_empty() && named.is_some() && lead.is_none() {
        w.on_day("W11", on, "", &[]);
    }
    let (named, backup, juicer) = w.duty("juicer", on);
    if !productions.is_empty() && named.is_some() && juicer.is_none() {
        w.on_day("W11", on, "", &[]);
    }
    if let Some(juicer) = &juicer {
        let other = backup.filter(|_| named.as_ref().is_some_and(|n| w.available(n, on)));
        let well = |e: &Event| works(e, juicer) || other.as_ref().is_some_and(|o| works(e, o));
        if !productions.is_empty() && !productions.iter().any(|e| well(e)) {
            w.on_day("W6", on, juicer, &refs(&productions));
        }
    }
    let products: BTreeSet<_> = core.iter().filter_map(|e| e.product.clone()).collect();
    for product in products {
        let shown = some(&core, |e| e.product.as_ref() == Some(&product));
        if shown.len() > 1 {
            w.on_day("W8", on, "", &refs(&shown));
        }
    }
}

fn of_events(w: &mut World, all: &[Event]) {
    let pairs = w.pairs();
    let find = |r: u64| all.iter().find(|e| e.r == r);
    let today = w.today;
    let fixed = w.doc["settings"]["fixed_day_types"].as_array().map(|types| types.contains(&"Core".into()));
    for e in all {
        let partner = pairs.get(&e.r).and_then(|r| find(*r));
        if let Some((who, on, _, _)) = e.posted.as_ref().filter(|_| w.gone(e)) {
            w.on_day("W2", *on, who, &[e.r]);
        }
        if let Some((who, on, at, _)) = w.at(e) {
            let other = partner.and_then(|p| w.at(p));
            let beside = e.kind == "Supervisor" && other.is_some_and(|p| p.1 == *on);
            if !(e.start <= *on && *on < e.due) && !beside {
                w.on_day("W1", *on, who, &[e.r]);
            }
            if let Some(half) = partner.filter(|_| e.is(&["Supervisor", "Juicer Survey"]) && *on >= today) {
                let together = other.is_some_and(|p| p.1 == *on && (e.kind == "Supervisor" || &p.0 == who));
                let rule = if e.kind == "Supervisor" { "H10" } else { "H11" };
                if !together {
                    let first = other.map(|p| p.1).filter(|d| *d >= today).map_or(*on, |d| d.min(*on));
                    w.on_day(rule, first, who, &[e.r, half.r]);
                }
            }
            if let Some(half) = partner.filter(|_| e.is(&["Core", "Juicer Production"])) {
                let missing = other.map_or(half.open(), |p| p.1 < today);
                if missing {
                    w.on_day("W7", *on, who, &[e.r, half.r]);
                }
            }
            _ = at;
        } else if e.open() && !e.is(&["Supervisor", "Juicer Survey"]) {
            let is_fixed = match fixed {
                Some(core) => core && e.kind == "Core",
                None => !e.is(&["Core", "Juicer Deep Clean", "Other"]) || e.full_day,
            };
            let last = if is_fixed { e.start.min(e.due - 1) } else { e.due - 1 };
            if last == today || last == today + 1 {
                w.on_day("W4", last, "", &[e.r]);
            }
        }
    }
    if !w.doc["crossmark"].is_null() {
        differences(w, all);
    }
    let (as_of, now) = (&w.doc["events_as_of"], &w.doc["now"]);
    if !as_of.is_null() && !now.is_null() && day(now) * 1440 + minute(now) - day(as_of) * 1440 - minute(as_of) > 1440 {
        w.say("W13", "", "", &[]);
    }
}

fn differences(w: &mut World, all: &[Event]) {
    let shown: BTreeMap<u64, (String, Days, Minutes)> = w
        .rows("crossmark")
        .map(|c| {
            let who = c["employee_id"].as_str().expect("an id").to_owned();
            (c["ref"].as_u64().expect("a ref"), (who, day(&c["start"]), minute(&c["start"])))
        })
        .collect();
    let refs: BTreeSet<u64> = shown.keys().copied().chain(all.iter().map(|e| e.r)).collect();
    for r in refs {
        let event = all.iter().find(|e| e.r == r);
        if event.is_some_and(|e| w.gone(e)) {
            continue;
        }
        let ours = event.and_then(|e| w.at(e)).map(|(who, on, at, _)| (who.clone(), *on, *at));
        let theirs = shown.get(&r).cloned();
        let Some(who) = ours.as_ref().or(theirs.as_ref()).map(|p| p.0.clone()) else { continue };
        let days = [&ours, &theirs].into_iter().flatten().map(|p| p.1).filter(|d| *d >= w.today);
        if let Some(first) = days.min().filter(|_| ours != theirs) {
            w.on_day("W12", first, &who, &[r]);
        }
    }
}

/// Health from findings, by counting.
pub fn health(findings: &[Finding]) -> u8 {
    let mut faults: Vec<(String, Severity)> = Vec::new();
    for (i, f) in findings.iter().enumerate() {
        let short = fixture::in_short(f);
        let when = short.split(' ').nth(1).unwrap_or_default();
        let key = f.employee_id.as_ref().map_or(format!("#{i}"), |person| format!("{person} {when}"));
        match faults.iter_mut().find(|(known, _)| *known == key) {
            Some((_, worst)) if f.severity == Severity::Critical => *worst = Severity::Critical,
            Some((_, worst)) if f.severity == Severity::Warning && *worst == Severity::Info => *worst = f.severity,
            Some(_) => {}
            None => faults.push((key, f.severity)),
        }
    }
    let mut left = 100.0;
    for (_, severity) in faults {
        left *= match severity {
            Severity::Critical => 0.9,
            Severity::Warning => 0.97,
            Severity::Info => 1.0,
        };
    }
    (left + 0.5) as u8
}
