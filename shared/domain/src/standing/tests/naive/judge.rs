//! The rows of the table of rulebook section 10, by plain loops.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Days, Event, Minutes, NaiveClub, day, event, minute, sunday};
use crate::fixture;
use crate::standing::{Finding, Severity};

/// Every finding from today's week to the last posted one, in short form.
pub fn findings(doc: &Value) -> Vec<String> {
    let mut events: Vec<Event> = Vec::new();
    for p in doc["posted"].as_array().expect("a list") {
        let who = p["employee_id"].as_str().expect("an id").to_owned();
        events.push(event(&p["event"], Some((who, day(&p["start"]), minute(&p["start"]), p["block"].as_i64()))));
    }
    for e in doc["events"].as_array().expect("a list") {
        events.push(event(e, None));
    }
    events.sort_by_key(|e| e.ref_number);
    let mut w = NaiveClub { doc, today: day(&doc["today"]), events, findings: Vec::new() };
    let all = w.events.clone();
    let posted: Vec<&Event> = all.iter().filter(|e| w.at(e).is_some()).collect();
    let people: Vec<String> = w.rows("employees").map(|e| e["id"].as_str().expect("an id").to_owned()).collect();
    for person in &people {
        let own: Vec<&Event> = posted.iter().copied().filter(|e| w.at(e).is_some_and(|p| &p.0 == person)).collect();
        for on in 1..=60 {
            let cell: Vec<&Event> = own.iter().copied().filter(|e| w.at(e).is_some_and(|p| p.1 == on)).collect();
            judge_persons_day(&mut w, person, on, &cell);
        }
        for of in (1..=60).step_by(7) {
            let week: Vec<&Event> =
                own.iter().copied().filter(|e| w.at(e).is_some_and(|p| sunday(p.1) == of)).collect();
            judge_persons_week(&mut w, person, of, &week);
        }
    }
    for on in 1..=60 {
        let there: Vec<&Event> = posted.iter().copied().filter(|e| w.at(e).is_some_and(|p| p.1 == on)).collect();
        judge_day(&mut w, on, &there);
    }
    judge_events(&mut w, &all);
    let last = all.iter().filter_map(|e| e.posted.as_ref()).map(|p| p.1).chain([w.today]).max().expect("a day");
    let (first, last) = (sunday(w.today), sunday(last) + 6);
    let looked_at = |finding: &String| {
        let when = finding.split(' ').nth(1).map(|when| when.trim_start_matches('w').parse::<i64>().expect("a day"));
        when.is_none_or(|when| first <= when && when <= last)
    };
    w.findings.into_iter().filter(looked_at).collect()
}

fn refs(events: &[&Event]) -> Vec<u64> {
    events.iter().map(|e| e.ref_number).collect()
}

fn events_where<'e>(events: &[&'e Event], kind: impl Fn(&Event) -> bool) -> Vec<&'e Event> {
    events.iter().copied().filter(|e| kind(e)).collect()
}

fn judge_persons_day(w: &mut NaiveClub, person: &str, on: Days, cell: &[&Event]) {
    let core = events_where(cell, |e| e.kind == "Core");
    let units = events_where(cell, Event::is_unit);
    let unfit = events_where(cell, |e| {
        let start = e.posted.as_ref().map_or(0, |p| p.2);
        !w.may_work(person, e) || w.objections(person, on, Some((start, e.minutes))).0
    });
    if !unfit.is_empty() {
        w.add_on_day("H2", on, person, &refs(&unfit));
    }
    if core.len() > 1 {
        w.add_on_day("H3", on, person, &refs(&core));
    }
    if units.len() > 1 {
        w.add_on_day("H5", on, person, &refs(&units));
    }
    if !units.is_empty() && !core.is_empty() {
        w.add_on_day("H6", on, person, &refs(&events_where(cell, Event::is_base)));
    }
    let support = events_where(cell, Event::is_support);
    if !support.is_empty() && core.len() + units.len() == 0 && !w.is_supervisor(person) {
        w.add_on_day("H12", on, person, &refs(&support));
    }
    let filling = events_where(cell, |e| e.full_day || e.is_base());
    if filling.len() > 1 && cell.iter().any(|e| e.full_day) {
        w.add_on_day("H13", on, person, &refs(&filling));
    }
    if !core.is_empty() && w.is_supervisor(person) {
        w.add_on_day("W9", on, person, &refs(&core));
    }
}

fn judge_persons_week(w: &mut NaiveClub, person: &str, of: Days, week: &[&Event]) {
    let core = events_where(week, |e| e.kind == "Core");
    let units = events_where(week, Event::is_unit);
    let days: BTreeSet<Days> = week.iter().filter_map(|e| e.posted.as_ref()).map(|p| p.1).collect();
    if core.len() > 6 {
        w.add_in_week("H4", of, person, &core);
    }
    if units.len() > 5 {
        w.add_in_week("H5", of, person, &units);
    }
    if week.iter().map(|e| e.minutes).sum::<i64>() > 2_400 {
        w.add_in_week("H8", of, person, week);
    }
    if days.len() > 6 {
        w.add_in_week("H9", of, person, week);
    }
    let start = |e: &Event| e.posted.as_ref().map(|p| p.2);
    let same = events_where(&core, |one| {
        let there = core.iter().filter(|e| start(e) == start(one)).filter_map(|e| e.posted.as_ref()).map(|p| p.1);
        there.collect::<BTreeSet<_>>().len() >= 5
    });
    if !same.is_empty() {
        w.add_in_week("W14", of, person, &same);
    }
    let weekly = events_where(week, |e| {
        let (on, start) = e.posted.as_ref().map_or((0, 0), |p| (p.1, p.2));
        w.may_work(person, e) && w.objections(person, on, Some((start, e.minutes))) == (false, true)
    });
    if !weekly.is_empty() {
        w.add_in_week("W15", of, person, &weekly);
    }
}

/// The block of each Core of a day.
fn blocks(w: &NaiveClub, core: &[&Event]) -> BTreeMap<u64, i64> {
    let arrivals = [615, 615, 645, 645, 675, 675, 705, 705];
    let capacity = w.doc["settings"]["block_capacity"].as_i64().unwrap_or(1) as usize;
    let mut blocks: BTreeMap<u64, i64> = BTreeMap::new();
    let mut waiting = Vec::new();
    for e in core {
        let (_, _, start, block) = e.posted.as_ref().expect("posted");
        match block {
            Some(block) => _ = blocks.insert(e.ref_number, *block),
            None => waiting.push((*start, e.ref_number)),
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

fn judge_day(w: &mut NaiveClub, on: Days, there: &[&Event]) {
    let core = events_where(there, |e| e.kind == "Core");
    let units = events_where(there, Event::is_unit);
    let productions = events_where(there, |e| e.kind == "Juicer Production");
    if !productions.is_empty() && productions.len() < units.len() {
        w.add_on_day("H7", on, "", &refs(&units));
    }
    let block_of = blocks(w, &core);
    let capacity = w.doc["settings"]["block_capacity"].as_u64().unwrap_or(1) as usize;
    for block in 1..=8 {
        let served = events_where(&core, |e| block_of[&e.ref_number] == block);
        if served.len() > capacity {
            w.add_on_day("H14", on, "", &refs(&served));
        }
    }
    if !there.is_empty() && w.rows("holidays").any(|h| day(h) == on) {
        w.add_on_day("W3", on, "", &refs(there));
    }
    let works = |e: &Event, person: &str| e.posted.as_ref().is_some_and(|p| p.0 == person);
    let (named, _, lead) = w.duty("primary_lead", on);
    if let Some(lead) = &lead {
        let own = events_where(&core, |e| works(e, lead));
        if !core.is_empty() && own.is_empty() && !w.is_supervisor(lead) {
            w.add_on_day("W5", on, lead, &[]);
        }
        let early = |e: &&Event| block_of[&e.ref_number] == 1 || e.posted.as_ref().is_some_and(|p| p.2 <= 615);
        if !own.is_empty() && !own.iter().any(early) {
            w.add_on_day("W10", on, lead, &refs(&own));
        }
    }
    if !core.is_empty() && named.is_some() && lead.is_none() {
        w.add_on_day("W11", on, "", &[]);
    }
    let (named, backup, juicer) = w.duty("juicer", on);
    if !productions.is_empty() && named.is_some() && juicer.is_none() {
        w.add_on_day("W11", on, "", &[]);
    }
    if let Some(juicer) = &juicer {
        let other = backup.filter(|_| named.as_ref().is_some_and(|n| w.is_available(n, on)));
        let well = |e: &Event| works(e, juicer) || other.as_ref().is_some_and(|o| works(e, o));
        if !productions.is_empty() && !productions.iter().any(|e| well(e)) {
            w.add_on_day("W6", on, juicer, &refs(&productions));
        }
    }
    let products: BTreeSet<_> = core.iter().filter_map(|e| e.product.clone()).collect();
    for product in products {
        let shown = events_where(&core, |e| e.product.as_ref() == Some(&product));
        if shown.len() > 1 {
            w.add_on_day("W8", on, "", &refs(&shown));
        }
    }
}

fn judge_events(w: &mut NaiveClub, all: &[Event]) {
    let pairs = w.pairs();
    let find = |r: u64| all.iter().find(|e| e.ref_number == r);
    let today = w.today;
    let fixed = w.doc["settings"]["fixed_day_types"].as_array().map(|types| types.contains(&"Core".into()));
    for e in all {
        let partner = pairs.get(&e.ref_number).and_then(|r| find(*r));
        if let Some((who, on, _, _)) = e.posted.as_ref().filter(|_| w.is_gone(e)) {
            w.add_on_day("W2", *on, who, &[e.ref_number]);
        }
        if let Some((who, on, _, _)) = w.at(e) {
            let other = partner.and_then(|p| w.at(p));
            let beside = e.kind == "Supervisor" && other.is_some_and(|p| p.1 == *on);
            let outside = *on < e.start || e.due <= *on;
            if outside && !beside {
                w.add_on_day("W1", *on, who, &[e.ref_number]);
            }
            if let Some(half) = partner.filter(|_| e.is(&["Supervisor", "Juicer Survey"]) && *on >= today) {
                let together = other.is_some_and(|p| p.1 == *on && (e.kind == "Supervisor" || &p.0 == who));
                let rule = if e.kind == "Supervisor" { "H10" } else { "H11" };
                if !together {
                    let first = other.map(|p| p.1).filter(|d| *d >= today).map_or(*on, |d| d.min(*on));
                    w.add_on_day(rule, first, who, &[e.ref_number, half.ref_number]);
                }
            }
            if let Some(half) = partner.filter(|_| e.is(&["Core", "Juicer Production"])) {
                let missing = other.map_or(half.is_open(), |p| p.1 < today);
                if missing {
                    w.add_on_day("W7", *on, who, &[e.ref_number, half.ref_number]);
                }
            }
        } else if e.is_open() && !e.is(&["Supervisor", "Juicer Survey"]) {
            let is_fixed = match fixed {
                Some(core) => core && e.kind == "Core",
                None => !e.is(&["Core", "Juicer Deep Clean", "Other"]) || e.full_day,
            };
            let last = if is_fixed { e.start.min(e.due - 1) } else { e.due - 1 };
            if last == today || last == today + 1 {
                w.add_on_day("W4", last, "", &[e.ref_number]);
            }
        }
    }
    if !w.doc["crossmark"].is_null() {
        judge_differences(w, all);
    }
    let (as_of, now) = (&w.doc["events_as_of"], &w.doc["now"]);
    if !as_of.is_null() && !now.is_null() && day(now) * 1440 + minute(now) - day(as_of) * 1440 - minute(as_of) > 1440 {
        w.add("W13", "", "", &[]);
    }
}

fn judge_differences(w: &mut NaiveClub, all: &[Event]) {
    let shown: BTreeMap<u64, (String, Days, Minutes)> = w
        .rows("crossmark")
        .map(|c| {
            let who = c["employee_id"].as_str().expect("an id").to_owned();
            (c["ref"].as_u64().expect("a ref"), (who, day(&c["start"]), minute(&c["start"])))
        })
        .collect();
    let refs: BTreeSet<u64> = shown.keys().copied().chain(all.iter().map(|e| e.ref_number)).collect();
    for r in refs {
        let event = all.iter().find(|e| e.ref_number == r);
        if event.is_some_and(|e| w.is_gone(e)) {
            continue;
        }
        let ours = event.and_then(|e| w.at(e)).map(|(who, on, at, _)| (who.clone(), *on, *at));
        let theirs = shown.get(&r).cloned();
        let Some(who) = ours.as_ref().or(theirs.as_ref()).map(|p| p.0.clone()) else { continue };
        let days = [&ours, &theirs].into_iter().flatten().map(|p| p.1).filter(|d| *d >= w.today);
        if let Some(first) = days.min().filter(|_| ours != theirs) {
            w.add_on_day("W12", first, &who, &[r]);
        }
    }
}

/// Health, computed by counting findings.
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
