//! Random tiny clubs with rare features, written as lines of `domain::fixture`, and helpers for solves.
#![allow(dead_code, clippy::expect_used, clippy::unwrap_used)]

pub mod confirm;

use std::fmt::Write;

use domain::club::Club;
use domain::fixture;
use domain::snapshot::Snapshot;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use solver::{Options, Proposal};

/// A random source with some helpers.
pub struct Random(ChaCha8Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.0.random_range(0..n)
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }
}

const TYPES: [&str; 14] = [
    "Core",
    "Core",
    "Core",
    "Core",
    "Supervisor",
    "JuicerProduction",
    "JuicerSurvey",
    "JuicerDeepClean",
    "DigitalSetup",
    "DigitalRefresh",
    "DigitalTeardown",
    "Digitals",
    "Freeosk",
    "Other",
];
const NAMES: [&str; 4] = ["A", "B", "C", "D"];

/// The lines of a tiny club.
pub fn tiny_club(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut lines = String::new();
    let people = 2 + random.below(3) as usize;
    let names = &NAMES[..people];
    let mut leads = Vec::new();
    let mut juicers = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let title = match i {
            0 => *random.pick(&["lead", "supervisor"]),
            _ => *random.pick(&["specialist", "specialist", "lead", "barista", "supervisor"]),
        };
        let trained = random.one_in(5);
        let extra = match random.below(14) {
            0 => " inactive".to_owned(),
            1 => format!(" until={}", 23 + random.below(4)),
            _ => String::new(),
        };
        let trained_word = if trained { " trained" } else { "" };
        _ = writeln!(lines, "person {name} {title}{trained_word}{extra}");
        if matches!(title, "lead" | "supervisor") {
            leads.push(*name);
        }
        if trained || matches!(title, "barista" | "supervisor") {
            juicers.push(*name);
        }
        add_availability(&mut lines, &mut random, name);
    }
    add_rotation(&mut lines, &mut random, "lead", &leads);
    add_rotation(&mut lines, &mut random, "juicer", &juicers);
    _ = writeln!(lines, "set horizon_days {}", 4 + random.below(5));
    if random.one_in(3) {
        _ = writeln!(lines, "set block_capacity 2");
    }
    if random.one_in(4) {
        _ = writeln!(lines, "set buffer_days {}", random.below(4));
    }
    for day in 22..28 {
        if random.one_in(15) {
            _ = writeln!(lines, "{} {day}", random.pick(&["holiday", "locked"]));
        }
    }
    add_own_starts(&mut lines, &mut random);
    for name in names {
        if random.one_in(4) {
            _ = writeln!(lines, "suits {name} Core {}", random.pick(&["0.25", "1"]));
        }
        if random.one_in(4) {
            _ = writeln!(lines, "debt {name} {}", random.pick(&["-2", "0.5", "3"]));
        }
    }
    add_events(&mut lines, &mut random, names);
    // Sometimes placing is worth so little that it does not pay.
    if random.one_in(8) {
        lines.push_str("weight scheduled 0\nweight urgency 0\nweight type_rank 0\n");
    }
    for _ in 0..random.below(3) {
        let rule = *random.pick(&[
            "scheduled",
            "rotation",
            "supervisor_misuse",
            "lead_block_1",
            "fairness",
            "duplicate_product",
            "day_balance",
            "bump",
            "earliness",
            "ledger",
            "wish",
        ]);
        if !lines.contains(&format!("weight {rule} ")) {
            _ = writeln!(lines, "weight {rule} {}", random.pick(&["0", "0.5", "2", "5"]));
        }
    }
    lines
}

/// The lines of previous placements for some events of such a club.
pub fn previous_placements(seed: u64) -> String {
    let mut random = Random::new(20_000 + seed);
    let mut lines = String::new();
    for reference in 1..6 {
        if random.one_in(2) {
            _ = writeln!(lines, "previous {reference} {} {}", random.pick(&NAMES[..2]), 22 + random.below(4));
        }
    }
    lines
}

/// The lines of a tiny club with a call-out of somebody who has posted schedules.
pub fn club_with_callout(seed: u64, moves: &str) -> String {
    let mut lines = tiny_club(seed);
    let mut random = Random::new(30_000 + seed);
    let people: Vec<String> =
        lines.lines().filter_map(|l| l.strip_prefix("person ")).map(|l| l[..1].to_owned()).collect();
    let absent = random.pick(&people).clone();
    let mut next = 50;
    for _ in 0..=random.below(3) {
        add_event(&mut lines, &mut random, &[&absent], &mut next, true);
    }
    if random.one_in(3) {
        let others: Vec<&str> = people.iter().map(String::as_str).collect();
        add_event(&mut lines, &mut random, &others, &mut next, true);
    }
    let today = 20 + random.below(4);
    let from = 20 + random.below(5);
    let (to, hour) = (from + random.below(4), 7 + random.below(12));
    let lead = random.pick(&[0, 20, 60, 240]);
    let minute = random.pick(&["00", "15", "40"]);
    let no_show = if random.one_in(4) { " no_show=yes" } else { "" };
    _ = writeln!(
        lines,
        "callout {absent} {from}..{to} now={today}T{hour:02}:{minute} lead={lead} moves={moves}{no_show}"
    );
    // Some starts are not known.
    if random.one_in(4) {
        lines = lines.replacen("at=12:00", "at=00:00", 1);
    }
    lines
}

/// Gives some clubs arrivals and starts of their own.
fn add_own_starts(lines: &mut String, random: &mut Random) {
    if random.one_in(4) {
        lines.push_str(random.pick::<&str>(&[
            "arrivals 09:00 09:30 10:00 10:30 11:00 11:30 12:00 12:30\n",
            "arrivals 10:15 10:15 10:15 11:00 11:00 11:45 11:45 13:00\n",
        ]));
    }
    if random.one_in(6) {
        lines.push_str(random.pick::<&str>(&["start Supervisor 08:30\n", "start Juicer Production 07:30\n"]));
    }
}

/// The lines of a club with far more events than its few people can work.
pub fn tight_club(seed: u64) -> String {
    let mut random = Random::new(10_000 + seed);
    let mut lines = String::from("person Ann lead\nperson Bo barista\nperson Cy specialist\n");
    let names = ["Ann", "Bo", "Cy", "Di", "Eve", "Flo"];
    let people = &names[..3 + random.below(4) as usize];
    for name in &people[3..] {
        let title = *random.pick(&["specialist", "specialist", "lead", "supervisor", "barista"]);
        _ = writeln!(lines, "person {name} {title}");
    }
    for name in people {
        add_availability(&mut lines, &mut random, name);
    }
    add_rotation(&mut lines, &mut random, "lead", &["Ann"]);
    _ = writeln!(lines, "set horizon_days {}", 9 + random.below(6));
    if random.one_in(2) {
        _ = writeln!(lines, "{} {}", random.pick(&["holiday", "locked"]), 23 + random.below(6));
    }
    if random.one_in(3) {
        lines.push_str("set buffer_days 4\n");
    }
    let mut next = 1;
    for _ in 0..25 + random.below(15) {
        add_event(&mut lines, &mut random, people, &mut next, false);
    }
    for _ in 0..random.below(8) {
        add_event(&mut lines, &mut random, people, &mut next, true);
    }
    lines
}

fn add_availability(lines: &mut String, random: &mut Random, name: &str) {
    const HOURS: [&str; 6] = ["no", "yes", "08:00-17:00", "10:30-20:00", "11:00-22:00", "08:00-17:30"];
    let days = ["sun", "mon", "tue", "wed", "thu", "fri"];
    if random.one_in(3) {
        let week: Vec<String> = days.iter().map(|d| format!("{d}={}", random.pick(&HOURS))).collect();
        _ = writeln!(lines, "weekly {name} {}", week.join(" "));
    }
    if random.one_in(4) {
        _ = writeln!(lines, "override {name} 22..26 {}={}", random.pick(&days), random.pick(&HOURS));
    }
    if random.one_in(6) {
        let day = 22 + random.below(4);
        _ = writeln!(lines, "off {name} {day}..{}", day + random.below(2));
    }
}

fn add_rotation(lines: &mut String, random: &mut Random, which: &str, who: &[&str]) {
    if who.is_empty() || random.one_in(5) {
        return;
    }
    let backup = if random.one_in(2) { format!(" backup={}", random.pick(who)) } else { String::new() };
    _ = writeln!(lines, "rotation {which} all {}{backup}", random.pick(who));
    if random.one_in(4) {
        _ = writeln!(lines, "exception {which} {} {}", 22 + random.below(5), random.pick(who));
    }
}

fn add_events(lines: &mut String, random: &mut Random, names: &[&str]) {
    let mut next = 1;
    for _ in 0..2 + random.below(4) {
        add_event(lines, random, names, &mut next, false);
    }
    for _ in 0..random.below(5) {
        add_event(lines, random, names, &mut next, true);
    }
    // Sometimes one person has worked nearly all of a week.
    if random.one_in(4) {
        let who = random.pick(names);
        let (kind, minutes) = *random.pick(&[("Core", 390), ("Other", 15), ("JuicerDeepClean", 240), ("Other", 480)]);
        for day in 22..22 + 4 + random.below(4) {
            let due = if random.one_in(2) { day + 1 } else { 21 };
            let (from, due) = if due == 21 { (18, 21) } else { (day, due) };
            _ = writeln!(
                lines,
                "posted {next} {kind} {from}..{due} {who} {day} minutes={minutes} number={}",
                700_000 + next
            );
            next += 1;
        }
    }
}

fn add_event(lines: &mut String, random: &mut Random, names: &[&str], next: &mut u64, posted: bool) {
    let kind = *random.pick(&TYPES);
    let from = 21 + random.below(4);
    let due = from + 1 + random.below(3);
    let numbers = if random.one_in(2) { 2 } else { 9 };
    let number = 619_000 + random.below(numbers);
    let mut options = format!("number={number}");
    if kind == "Other" && random.one_in(2) {
        options.push_str(" minutes=480");
    } else if kind == "Core" && random.one_in(6) {
        options.push_str(random.pick::<&str>(&[" minutes=300", " minutes=700"]));
    }
    if kind == "Freeosk" {
        options.push_str(random.pick::<&str>(&[" product=SETUP", " product=Refresh", ""]));
    } else if random.one_in(3) {
        options.push_str(" product=Cherry");
    }
    if random.one_in(12) {
        let rare =
            [" condition=Cancelled", " condition=PAUSED", " condition=expired", " condition=Reissued", " auto=no"];
        options.push_str(random.pick::<&str>(&rare));
    }
    let reference = *next;
    *next += 1;
    if posted {
        let who = random.pick(names);
        let day = 21 + random.below(6);
        let at = *random.pick(&["10:15", "10:15", "10:45", "11:45", "12:00"]);
        let block =
            if kind == "Core" && random.one_in(2) { format!(" block={}", 1 + random.below(3)) } else { String::new() };
        _ = writeln!(lines, "posted {reference} {kind} {from}..{} {who} {day} at={at} {options}{block}", due + 2);
    } else {
        _ = writeln!(lines, "event {reference} {kind} {from}..{due} {options}");
    }
    if random.one_in(4) {
        let points = random.pick(&["0.3", "1"]);
        _ = writeln!(lines, "affinity {} {reference} {points}", random.pick(names));
    }
    for word in ["wish", "unwanted"] {
        if random.one_in(7) {
            _ = writeln!(lines, "{word} {reference} {} {}", random.pick(names), 21 + random.below(6));
        }
    }
}

/// The club of some lines.
pub fn club(lines: &str) -> Club {
    fixture::club(lines)
}

/// The club of a snapshot document.
pub fn club_of(document: &serde_json::Value) -> Club {
    Club::new(Snapshot::parse(document.to_string().as_bytes()).expect("a legal snapshot"))
}

/// Solves a club until the optimum is proven.
pub fn solve(club: &Club) -> Proposal<'_> {
    solver::solve(club, &Options::default(), &|_| {}).expect("a proposal")
}
