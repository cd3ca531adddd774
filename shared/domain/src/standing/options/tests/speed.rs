//! A club of 400 posted events with many findings. In a release build the slowest finding takes less than 300 ms; no
//! test asserts a time. The test prints the measurements: `cargo test --release -p domain speed -- --nocapture`.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::*;

/// Thirty people and 400 events over four weeks, which break many rules.
fn busy_club() -> String {
    let mut lines =
        String::from("set block_capacity 2\n rotation lead all L0 backup=L1\n rotation juicer all J0 backup=J1\n");
    for (title, letter, number) in
        [("specialist", 'A', 18), ("lead", 'L', 5), ("barista", 'J', 4), ("supervisor", 'C', 3)]
    {
        for n in 0..number {
            _ = writeln!(lines, "person {letter}{n} {title}");
            if n % 3 == 0 {
                _ = writeln!(lines, "weekly {letter}{n} sun=no wed=08:00-20:00");
            }
        }
    }
    let mut n = 0;
    for day in 19..47 {
        let people = ["L0", "A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11"];
        for i in 0..6 {
            n += 1;
            let who = if i == 0 && day % 5 > 0 { "L0" } else { people[1 + (i + day * 5) % 12] };
            let (start, due, number) = (day - 3, day + 6, 619_000 + n);
            let at = ["10:15", "10:15", "10:45", "10:45", "11:15", "11:15"][i];
            let block = i + 1;
            _ = writeln!(
                lines,
                "posted {n} Core {start}..{due} {who} {day} at={at} block={block} number={number} product=P{}",
                n % 9
            );
            _ = writeln!(
                lines,
                "posted {} Supervisor {start}..{due} C{} {day} at=12:00 number={number}",
                1_000 + n,
                day % 3
            );
        }
        _ = writeln!(
            lines,
            "posted {} JuicerProduction {day}..{} J{} {day} at=09:00 number=7{day}000",
            2_000 + day,
            day + 1,
            day % 4
        );
        _ = writeln!(
            lines,
            "posted {} JuicerSurvey {day}..{} J{} {day} at=17:00 number=7{day}000",
            2_100 + day,
            day + 1,
            day % 4
        );
        _ = writeln!(lines, "event {} Core {day}..{} number={}", 2_200 + day, day + 9, 630_000 + day);
    }
    for (i, who) in ["A0", "A3", "L0", "A7", "A9"].into_iter().enumerate() {
        _ = writeln!(lines, "off {who} {}..{}", 21 + 4 * i, 22 + 4 * i);
    }
    lines
}

#[test]
fn most_findings_of_a_busy_club_have_ways_out() {
    let snapshot = snapshot(&busy_club());
    let events = snapshot.posted.len() + snapshot.events.len();
    assert!((390..=420).contains(&events), "{events}");
    let all = crate::standing::look(&snapshot, &snapshot.outside, |_| true);
    let mut times: Vec<(Duration, String, usize)> = Vec::new();
    let mut rules = BTreeSet::new();
    // One finding of each rule; all of them in a release build.
    for finding in all.iter().filter(|f| rules.insert(f.rule) || !cfg!(debug_assertions)) {
        let begin = Instant::now();
        let ways = options(&snapshot, &snapshot.outside, &finding.id).expect("a finding");
        times.push((begin.elapsed(), in_short(finding), ways.options.len()));
    }
    times.sort();
    let sum: Duration = times.iter().map(|t| t.0).sum();
    println!("{events} events, {} findings, mean {:?}", times.len(), sum / times.len() as u32);
    for (time, finding, offered) in times.iter().rev().take(12) {
        println!("{time:?} {offered} offered: {finding}");
    }
    assert!(times.iter().filter(|t| t.2 > 1).count() * 2 > times.len(), "{times:?}");
}
