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
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(ChaCha8Rng::seed_from_u64(seed))
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
pub fn tiny(seed: u64) -> String {
    let mut chance = Chance::new(seed);
    let mut lines = String::new();
    let people = 2 + chance.below(3) as usize;
    let names = &NAMES[..people];
    let mut leads = Vec::new();
    let mut juicers = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let title = match i {
            0 => *chance.pick(&["lead", "supervisor"]),
            _ => *chance.pick(&["specialist", "specialist", "lead", "barista", "supervisor"]),
        };
        let trained = chance.one_in(5);
        let extra = match chance.below(14) {
            0 => " inactive".to_owned(),
            1 => format!(" until={}", 23 + chance.below(4)),
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
        availability(&mut lines, &mut chance, name);
    }
    rotation(&mut lines, &mut chance, "lead", &leads);
    rotation(&mut lines, &mut chance, "juicer", &juicers);
    _ = writeln!(lines, "set horizon_days {}", 4 + chance.below(5));
    if chance.one_in(3) {
        _ = writeln!(lines, "set block_capacity 2");
    }
    if chance.one_in(4) {
        _ = writeln!(lines, "set buffer_days {}", chance.below(4));
    }
    for day in 22..28 {
        if chance.one_in(15) {
            _ = writeln!(lines, "{} {day}", chance.pick(&["holiday", "locked"]));
        }
    }
    times(&mut lines, &mut chance);
    for name in names {
        if chance.one_in(4) {
            _ = writeln!(lines, "suits {name} Core {}", chance.pick(&["0.25", "1"]));
        }
        if chance.one_in(4) {
            _ = writeln!(lines, "debt {name} {}", chance.pick(&["-2", "0.5", "3"]));
        }
    }
    events(&mut lines, &mut chance, names);
    // Sometimes placing is worth so little that it does not pay.
    if chance.one_in(8) {
        lines.push_str("weight scheduled 0\nweight urgency 0\nweight type_rank 0\n");
    }
    for _ in 0..chance.below(3) {
        let rule = *chance.pick(&[
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
            _ = writeln!(lines, "weight {rule} {}", chance.pick(&["0", "0.5", "2", "5"]));
        }
    }
    lines
}

/// The lines of previous placements for some events of such a club.
pub fn previous(seed: u64) -> String {
    let mut chance = Chance::new(20_000 + seed);
    let mut lines = String::new();
    for reference in 1..6 {
        if chance.one_in(2) {
            _ = writeln!(lines, "previous {reference} {} {}", chance.pick(&NAMES[..2]), 22 + chance.below(4));
        }
    }
    lines
}

/// The lines of a tiny club with a call-out of somebody who has posted schedules.
pub fn called_out(seed: u64, moves: &str) -> String {
    let mut lines = tiny(seed);
    let mut chance = Chance::new(30_000 + seed);
    let people: Vec<String> =
        lines.lines().filter_map(|l| l.strip_prefix("person ")).map(|l| l[..1].to_owned()).collect();
    let absent = chance.pick(&people).clone();
    let mut next = 50;
    for _ in 0..=chance.below(3) {
        event(&mut lines, &mut chance, &[&absent], &mut next, true);
    }
    if chance.one_in(3) {
        let others: Vec<&str> = people.iter().map(String::as_str).collect();
        event(&mut lines, &mut chance, &others, &mut next, true);
    }
    let today = 20 + chance.below(4);
    let from = 20 + chance.below(5);
    let (to, hour) = (from + chance.below(4), 7 + chance.below(12));
    let lead = chance.pick(&[0, 20, 60, 240]);
    let minute = chance.pick(&["00", "15", "40"]);
    let no_show = if chance.one_in(4) { " no_show=yes" } else { "" };
    _ = writeln!(
        lines,
        "callout {absent} {from}..{to} now={today}T{hour:02}:{minute} lead={lead} moves={moves}{no_show}"
    );
    // Some starts are not known.
    if chance.one_in(4) {
        lines = lines.replacen("at=12:00", "at=00:00", 1);
    }
    lines
}

/// Some clubs have arrivals and starts of their own.
fn times(lines: &mut String, chance: &mut Chance) {
    if chance.one_in(4) {
        lines.push_str(chance.pick::<&str>(&[
            "arrivals 09:00 09:30 10:00 10:30 11:00 11:30 12:00 12:30\n",
            "arrivals 10:15 10:15 10:15 11:00 11:00 11:45 11:45 13:00\n",
        ]));
    }
    if chance.one_in(6) {
        lines.push_str(chance.pick::<&str>(&["start Supervisor 08:30\n", "start Juicer Production 07:30\n"]));
    }
}

/// The lines of a club with far more events than its few people can work.
pub fn tight(seed: u64) -> String {
    let mut chance = Chance::new(10_000 + seed);
    let mut lines = String::from("person Ann lead\nperson Bo barista\nperson Cy specialist\n");
    let names = ["Ann", "Bo", "Cy", "Di", "Eve", "Flo"];
    let people = &names[..3 + chance.below(4) as usize];
    for name in &people[3..] {
        let title = *chance.pick(&["specialist", "specialist", "lead", "supervisor", "barista"]);
        _ = writeln!(lines, "person {name} {title}");
    }
    for name in people {
        availability(&mut lines, &mut chance, name);
    }
    rotation(&mut lines, &mut chance, "lead", &["Ann"]);
    _ = writeln!(lines, "set horizon_days {}", 9 + chance.below(6));
    if chance.one_in(2) {
        _ = writeln!(lines, "{} {}", chance.pick(&["holiday", "locked"]), 23 + chance.below(6));
    }
    if chance.one_in(3) {
        lines.push_str("set buffer_days 4\n");
    }
    let mut next = 1;
    for _ in 0..25 + chance.below(15) {
        event(&mut lines, &mut chance, people, &mut next, false);
    }
    for _ in 0..chance.below(8) {
        event(&mut lines, &mut chance, people, &mut next, true);
    }
    lines
}

fn availability(lines: &mut String, chance: &mut Chance, name: &str) {
    const SAID: [&str; 6] = ["no", "yes", "08:00-17:00", "10:30-20:00", "11:00-22:00", "08:00-17:30"];
    let days = ["sun", "mon", "tue", "wed", "thu", "fri"];
    if chance.one_in(3) {
        let said: Vec<String> = days.iter().filter(|_| true).map(|d| format!("{d}={}", chance.pick(&SAID))).collect();
        _ = writeln!(lines, "weekly {name} {}", said.join(" "));
    }
    if chance.one_in(4) {
        _ = writeln!(lines, "override {name} 22..26 {}={}", chance.pick(&days), chance.pick(&SAID));
    }
    if chance.one_in(6) {
        let day = 22 + chance.below(4);
        _ = writeln!(lines, "off {name} {day}..{}", day + chance.below(2));
    }
}

fn rotation(lines: &mut String, chance: &mut Chance, which: &str, who: &[&str]) {
    if who.is_empty() || chance.one_in(5) {
        return;
    }
    let backup = if chance.one_in(2) { format!(" backup={}", chance.pick(who)) } else { String::new() };
    _ = writeln!(lines, "rotation {which} all {}{backup}", chance.pick(who));
    if chance.one_in(4) {
        _ = writeln!(lines, "exception {which} {} {}", 22 + chance.below(5), chance.pick(who));
    }
}

fn events(lines: &mut String, chance: &mut Chance, names: &[&str]) {
    let mut next = 1;
    for _ in 0..2 + chance.below(4) {
        event(lines, chance, names, &mut next, false);
    }
    for _ in 0..chance.below(5) {
        event(lines, chance, names, &mut next, true);
    }
    // Sometimes one person has worked nearly all of a week.
    if chance.one_in(4) {
        let who = chance.pick(names);
        let (kind, minutes) = *chance.pick(&[("Core", 390), ("Other", 15), ("JuicerDeepClean", 240), ("Other", 480)]);
        for day in 22..22 + 4 + chance.below(4) {
            let due = if chance.one_in(2) { day + 1 } else { 21 };
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

fn event(lines: &mut String, chance: &mut Chance, names: &[&str], next: &mut u64, posted: bool) {
    let kind = *chance.pick(&TYPES);
    let from = 21 + chance.below(4);
    let due = from + 1 + chance.below(3);
    let numbers = if chance.one_in(2) { 2 } else { 9 };
    let number = 619_000 + chance.below(numbers);
    let mut options = format!("number={number}");
    if kind == "Other" && chance.one_in(2) {
        options.push_str(" minutes=480");
    } else if kind == "Core" && chance.one_in(6) {
        options.push_str(chance.pick::<&str>(&[" minutes=300", " minutes=700"]));
    }
    if kind == "Freeosk" {
        options.push_str(chance.pick::<&str>(&[" product=SETUP", " product=Refresh", ""]));
    } else if chance.one_in(3) {
        options.push_str(" product=Cherry");
    }
    if chance.one_in(12) {
        let odd =
            [" condition=Cancelled", " condition=PAUSED", " condition=expired", " condition=Reissued", " auto=no"];
        options.push_str(chance.pick::<&str>(&odd));
    }
    let reference = *next;
    *next += 1;
    if posted {
        let who = chance.pick(names);
        let day = 21 + chance.below(6);
        let at = *chance.pick(&["10:15", "10:15", "10:45", "11:45", "12:00"]);
        let block =
            if kind == "Core" && chance.one_in(2) { format!(" block={}", 1 + chance.below(3)) } else { String::new() };
        _ = writeln!(lines, "posted {reference} {kind} {from}..{} {who} {day} at={at} {options}{block}", due + 2);
    } else {
        _ = writeln!(lines, "event {reference} {kind} {from}..{due} {options}");
    }
    if chance.one_in(4) {
        let points = chance.pick(&["0.3", "1"]);
        _ = writeln!(lines, "affinity {} {reference} {points}", chance.pick(names));
    }
    for said in ["wish", "unwanted"] {
        if chance.one_in(7) {
            _ = writeln!(lines, "{said} {reference} {} {}", chance.pick(names), 21 + chance.below(6));
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
