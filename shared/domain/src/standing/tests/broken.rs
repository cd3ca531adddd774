//! Random clubs whose posted schedules are broken in every way of rulebook section 10, as lines of the fixture.

use std::fmt::Write;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::fixture;

/// A random source with some helpers.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

const PEOPLE: [(&str, &str); 6] = [
    ("A", "specialist"),
    ("B", "barista"),
    ("C", "supervisor"),
    ("D", "specialist trained"),
    ("L", "lead"),
    ("M", "lead trained"),
];
const TYPES: [&str; 16] = [
    "Core",
    "Core",
    "Core",
    "Core",
    "Core",
    "Supervisor",
    "Supervisor",
    "JuicerProduction",
    "JuicerSurvey",
    "JuicerDeepClean",
    "DigitalSetup",
    "DigitalTeardown",
    "Digitals",
    "Freeosk",
    "Other",
    "Other minutes=480",
];
const CONDITIONS: [&str; 6] = ["Scheduled", "Staffed", "Unstaffed", "canceled", "CANCELLED", "expired"];
const STARTS: [&str; 8] = ["10:15", "10:15", "10:15:30", "10:45", "11:15", "09:00", "16:00", "18:30"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A broken week with its neighbours.
pub fn week(seed: u64) -> Value {
    let mut chance = Chance::new(seed);
    let mut lines = String::new();
    let today = 17 + chance.below(8);
    let line = |lines: &mut String, text: std::fmt::Arguments| _ = writeln!(lines, "{text}");
    line(&mut lines, format_args!("today {today}"));
    for (id, title) in PEOPLE {
        let ended = match chance.below(20) {
            0 => " inactive".to_owned(),
            1 => format!(" until={}", 15 + chance.below(16)),
            _ => String::new(),
        };
        line(&mut lines, format_args!("person {id} {title}{ended}"));
        if chance.one_in(2) {
            let (day, said) = (*chance.pick(&WEEKDAYS), *chance.pick(&["no", "yes", "10:00-17:00", "11:00-20:00"]));
            line(&mut lines, format_args!("weekly {id} {day}={said} fri=08:00-18:00"));
        }
        for _ in 0..chance.below(3) {
            let (from, day) = (14 + chance.below(16), *chance.pick(&WEEKDAYS));
            let (to, said) = (from + chance.below(8), *chance.pick(&["no", "yes", "10:00-17:00", "12:00-24:00"]));
            line(&mut lines, format_args!("override {id} {from}..{to} {day}={said}"));
        }
        if chance.one_in(3) {
            let from = 14 + chance.below(16);
            line(&mut lines, format_args!("off {id} {from}..{}", from + chance.below(3)));
        }
    }
    for (rotation, holders) in [("lead", ["L", "M", "C"]), ("juicer", ["B", "C", "D"])] {
        for day in WEEKDAYS {
            if chance.one_in(4) {
                continue;
            }
            let named = *chance.pick(&holders);
            let backup = if chance.one_in(2) { format!(" backup={}", chance.pick(&holders)) } else { String::new() };
            line(&mut lines, format_args!("rotation {rotation} {day} {named}{backup}"));
        }
        if chance.one_in(2) {
            let (day, named) = (today + chance.below(7), *chance.pick(&holders));
            line(&mut lines, format_args!("exception {rotation} {day} {named}"));
        }
    }
    for word in ["holiday", "locked"] {
        if chance.one_in(2) {
            line(&mut lines, format_args!("{word} {}", 15 + chance.below(16)));
        }
    }
    if chance.one_in(4) {
        line(&mut lines, format_args!("set block_capacity 2"));
    }
    if chance.one_in(6) {
        line(&mut lines, format_args!("fixed Core"));
    }
    if chance.one_in(2) {
        crowd(&mut chance, &mut lines);
    }
    events(&mut chance, &mut lines);
    fixture::snapshot(&lines)
}

/// One person's week of one kind of work, every day at the same time, and sometimes twice a day.
fn crowd(chance: &mut Chance, lines: &mut String) {
    let who = chance.pick(&PEOPLE).0;
    let (kind, sunday) = (*chance.pick(&["Core", "JuicerDeepClean", "JuicerProduction"]), *chance.pick(&[15, 22]));
    for day in sunday..sunday + 7 {
        for twice in 0..if chance.one_in(8) { 2 } else { 1 } {
            let n = 100 + 10 * (day - sunday) + twice;
            let at = if chance.one_in(8) { "10:45" } else { "10:15" };
            let facts = format!("number=620{n} product=P{n} condition=Scheduled");
            _ = writeln!(lines, "posted {n} {kind} {day}..{} {who} {day} at={at} {facts}", day + 1);
        }
    }
    if chance.one_in(2) {
        _ = writeln!(
            lines,
            "posted 200 JuicerDeepClean 10..30 {} {sunday} condition=Scheduled",
            chance.pick(&PEOPLE).0
        );
    }
}

fn events(chance: &mut Chance, lines: &mut String) {
    let (most, first) = (4 + chance.below(40), 14 + chance.below(8));
    // Few days and one busy person make weeks that are too full.
    let most_days = *chance.pick(&[3, 10, 20]);
    let (days, busy) = (1 + chance.below(most_days), chance.pick(&PEOPLE).0);
    let (with_list, with_crossmark) = (chance.one_in(4), chance.one_in(3));
    let (mut listed, mut crossmark) =
        (String::from("listed 100 110 120 130 140 150 160 200"), String::from("crossmark none\n"));
    for n in 1..=most {
        let (kind, start) = (*chance.pick(&TYPES), 12 + chance.below(16));
        let (kind, minutes) = kind.split_once(' ').unwrap_or((kind, ""));
        let due = start + chance.below(9);
        let number = 619_000 + chance.below(most);
        let product = *chance.pick(&["CHERRY", "OAT", "KIWI", "LKD"]);
        let known = if chance.one_in(3) { 6 } else { 3 };
        let condition = *chance.pick(&CONDITIONS[..known]);
        let auto = if chance.one_in(6) { " auto=no" } else { "" };
        let facts = format!("number={number} product={product} condition={condition} {minutes}{auto}");
        let day = first + chance.below(days);
        let who = if chance.one_in(3) { busy } else { chance.pick(&PEOPLE).0 };
        let at = *chance.pick(&STARTS);
        if chance.one_in(4) {
            _ = writeln!(lines, "event {n} {kind} {start}..{due} {facts}");
        } else {
            let block = if chance.one_in(2) { format!("block={}", 1 + chance.below(4)) } else { String::new() };
            let (start, due) = if chance.one_in(4) { (start, due) } else { (day, day + 1 + chance.below(5)) };
            _ = writeln!(lines, "posted {n} {kind} {start}..{due} {who} {day} at={at} {block} {facts}");
        }
        if !chance.one_in(10) {
            _ = write!(listed, " {n}");
        }
        match chance.below(8) {
            0 => {}
            1 => _ = writeln!(crossmark, "crossmark {n} {} {day} at={at}", chance.pick(&["A", "Z", busy])),
            2 => _ = writeln!(crossmark, "crossmark {n} {who} {} at={at}", first + chance.below(days)),
            _ => _ = writeln!(crossmark, "crossmark {n} {who} {day} at={at}"),
        }
    }
    if with_list {
        _ = writeln!(lines, "{listed}");
    }
    if with_crossmark {
        lines.push_str(&crossmark);
    }
    if chance.one_in(2) {
        _ = writeln!(lines, "as_of 18 at=07:00\nnow 19 at={}", chance.pick(&["07:00", "07:01"]));
    }
}

/// Shuffles every list of a document.
pub fn shuffle(document: &mut Value, chance: &mut Chance) {
    let lists = document.as_object_mut().expect("an object").values_mut().filter_map(Value::as_array_mut);
    for list in lists {
        for i in (1..list.len()).rev() {
            list.swap(i, chance.below(i + 1));
        }
    }
}
