//! Random clubs whose posted schedules are broken in every way of rulebook section 10, as lines of the fixture.

use std::fmt::Write;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::fixture;

/// A random source with some helpers.
pub struct Random(ChaCha8Rng);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(ChaCha8Rng::seed_from_u64(seed))
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

/// A club with broken rules in a week and in the weeks around it.
pub fn week(seed: u64) -> Value {
    let mut random = Random::new(seed);
    let mut lines = String::new();
    let today = 17 + random.below(8);
    let line = |lines: &mut String, text: std::fmt::Arguments| _ = writeln!(lines, "{text}");
    line(&mut lines, format_args!("today {today}"));
    for (id, title) in PEOPLE {
        let ended = match random.below(20) {
            0 => " inactive".to_owned(),
            1 => format!(" until={}", 15 + random.below(16)),
            _ => String::new(),
        };
        line(&mut lines, format_args!("person {id} {title}{ended}"));
        if random.one_in(2) {
            let (day, hours) = (*random.pick(&WEEKDAYS), *random.pick(&["no", "yes", "10:00-17:00", "11:00-20:00"]));
            line(&mut lines, format_args!("weekly {id} {day}={hours} fri=08:00-18:00"));
        }
        for _ in 0..random.below(3) {
            let (from, day) = (14 + random.below(16), *random.pick(&WEEKDAYS));
            let (to, hours) = (from + random.below(8), *random.pick(&["no", "yes", "10:00-17:00", "12:00-24:00"]));
            line(&mut lines, format_args!("override {id} {from}..{to} {day}={hours}"));
        }
        if random.one_in(3) {
            let from = 14 + random.below(16);
            line(&mut lines, format_args!("off {id} {from}..{}", from + random.below(3)));
        }
    }
    for (rotation, holders) in [("lead", ["L", "M", "C"]), ("juicer", ["B", "C", "D"])] {
        for day in WEEKDAYS {
            if random.one_in(4) {
                continue;
            }
            let named = *random.pick(&holders);
            let backup = if random.one_in(2) { format!(" backup={}", random.pick(&holders)) } else { String::new() };
            line(&mut lines, format_args!("rotation {rotation} {day} {named}{backup}"));
        }
        if random.one_in(2) {
            let (day, named) = (today + random.below(7), *random.pick(&holders));
            line(&mut lines, format_args!("exception {rotation} {day} {named}"));
        }
    }
    for word in ["holiday", "locked"] {
        if random.one_in(2) {
            line(&mut lines, format_args!("{word} {}", 15 + random.below(16)));
        }
    }
    if random.one_in(4) {
        line(&mut lines, format_args!("set block_capacity 2"));
    }
    if random.one_in(6) {
        line(&mut lines, format_args!("fixed Core"));
    }
    if random.one_in(2) {
        add_full_week(&mut random, &mut lines);
    }
    add_events(&mut random, &mut lines);
    fixture::snapshot(&lines)
}

/// Adds one person's week of one kind of work: every day, mostly at the same time, and sometimes twice a day.
fn add_full_week(random: &mut Random, lines: &mut String) {
    let who = random.pick(&PEOPLE).0;
    let (kind, sunday) = (*random.pick(&["Core", "JuicerDeepClean", "JuicerProduction"]), *random.pick(&[15, 22]));
    for day in sunday..sunday + 7 {
        for twice in 0..if random.one_in(8) { 2 } else { 1 } {
            let n = 100 + 10 * (day - sunday) + twice;
            let at = if random.one_in(8) { "10:45" } else { "10:15" };
            let facts = format!("number=620{n} product=P{n} condition=Scheduled");
            _ = writeln!(lines, "posted {n} {kind} {day}..{} {who} {day} at={at} {facts}", day + 1);
        }
    }
    if random.one_in(2) {
        _ = writeln!(
            lines,
            "posted 200 JuicerDeepClean 10..30 {} {sunday} condition=Scheduled",
            random.pick(&PEOPLE).0
        );
    }
}

/// Adds events, posted or not, and sometimes what Crossmark lists and shows of them.
fn add_events(random: &mut Random, lines: &mut String) {
    let (most, first) = (4 + random.below(40), 14 + random.below(8));
    // Few days and one busy person make weeks that are too full.
    let most_days = *random.pick(&[3, 10, 20]);
    let (days, busy) = (1 + random.below(most_days), random.pick(&PEOPLE).0);
    let (with_list, with_crossmark) = (random.one_in(4), random.one_in(3));
    let (mut listed, mut crossmark) =
        (String::from("listed 100 110 120 130 140 150 160 200"), String::from("crossmark none\n"));
    for n in 1..=most {
        let (kind, start) = (*random.pick(&TYPES), 12 + random.below(16));
        let (kind, minutes) = kind.split_once(' ').unwrap_or((kind, ""));
        let due = start + random.below(9);
        let number = 619_000 + random.below(most);
        let product = *random.pick(&["CHERRY", "OAT", "KIWI", "LKD"]);
        let conditions = if random.one_in(3) { 6 } else { 3 };
        let condition = *random.pick(&CONDITIONS[..conditions]);
        let auto = if random.one_in(6) { " auto=no" } else { "" };
        let facts = format!("number={number} product={product} condition={condition} {minutes}{auto}");
        let day = first + random.below(days);
        let who = if random.one_in(3) { busy } else { random.pick(&PEOPLE).0 };
        let at = *random.pick(&STARTS);
        if random.one_in(4) {
            _ = writeln!(lines, "event {n} {kind} {start}..{due} {facts}");
        } else {
            let block = if random.one_in(2) { format!("block={}", 1 + random.below(4)) } else { String::new() };
            let (start, due) = if random.one_in(4) { (start, due) } else { (day, day + 1 + random.below(5)) };
            _ = writeln!(lines, "posted {n} {kind} {start}..{due} {who} {day} at={at} {block} {facts}");
        }
        if !random.one_in(10) {
            _ = write!(listed, " {n}");
        }
        match random.below(8) {
            0 => {}
            1 => _ = writeln!(crossmark, "crossmark {n} {} {day} at={at}", random.pick(&["A", "Z", busy])),
            2 => _ = writeln!(crossmark, "crossmark {n} {who} {} at={at}", first + random.below(days)),
            _ => _ = writeln!(crossmark, "crossmark {n} {who} {day} at={at}"),
        }
    }
    if with_list {
        _ = writeln!(lines, "{listed}");
    }
    if with_crossmark {
        lines.push_str(&crossmark);
    }
    if random.one_in(2) {
        _ = writeln!(lines, "as_of 18 at=07:00\nnow 19 at={}", random.pick(&["07:00", "07:01"]));
    }
}

/// Shuffles every list of a document.
pub fn shuffle(document: &mut Value, random: &mut Random) {
    let lists = document.as_object_mut().expect("an object").values_mut().filter_map(Value::as_array_mut);
    for list in lists {
        for i in (1..list.len()).rev() {
            list.swap(i, random.below(i + 1));
        }
    }
}
