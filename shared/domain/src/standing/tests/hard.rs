//! The hard rules over what is posted: findings that a run would excuse, and schedules that are gone.

use crate::fixture::{finding_texts, findings_in_short};

const PEOPLE: &str = "person A specialist
    person B barista
    person C supervisor
    person D barista
    person L lead\n";

#[track_caller]
fn check(rule: &str, rows: &[(&str, &str)]) {
    for (lines, expected) in rows {
        assert_eq!(findings_in_short(&format!("{PEOPLE}{lines}"), rule), *expected, "{rule}: {lines}");
    }
}

/// Posted Core, one a day, at different starts.
fn core(person: &str, days: &[u32]) -> String {
    let starts = ["10:15", "10:45", "11:15"];
    let line = |(i, day): (usize, &u32)| format!("posted {day} Core 1..40 {person} {day} at={}\n", starts[i % 3]);
    days.iter().enumerate().map(line).collect()
}

#[test]
fn h2_finds_schedules_that_more_than_the_weekly_availability_excludes() {
    check(
        "H2",
        &[
            ("posted 1 Core 20..30 A 24", ""),
            ("posted 1 Freeosk 24..25 A 24", "H2 24 A 1"),
            ("posted 1 Other 24..25 C 24 minutes=480", "H2 24 C 1"),
            ("posted 1 Core 20..30 A 24\n off A 24..24", "H2 24 A 1"),
            ("posted 1 Core 20..30 A 24\n posted 2 Core 20..30 A 24\n off A 20..24", "H2 24 A 1+2"),
            ("posted 1 Core 20..30 A 24\n posted 2 Core 20..30 A 25\n off A 24..25", "H2 24 A 1, H2 25 A 2"),
            ("posted 1 Core 10..30 A 18\n off A 18..18", ""),
            ("posted 1 Core 20..30 A 24 condition=canceled\n off A 24..24", ""),
            ("person Z specialist inactive\n posted 1 Core 20..30 Z 24", "H2 24 Z 1"),
            ("person Z specialist until=25\n posted 1 Core 20..30 Z 24", ""),
            ("person Z specialist until=24\n posted 1 Core 20..30 Z 24", "H2 24 Z 1"),
            // The posted start counts, to the minute and up to midnight, not the start that a run would give.
            ("posted 1 Core 20..30 A 24 at=10:15\n override A 24..24 tue=10:15-16:45", ""),
            ("posted 1 Core 20..30 A 24 at=10:14\n override A 24..24 tue=10:15-16:45", "H2 24 A 1"),
            ("posted 1 Core 20..30 A 24 at=10:15:59\n override A 24..24 tue=10:15-16:45", ""),
            ("posted 1 Core 20..30 A 24 at=17:30", ""),
            ("posted 1 Core 20..30 A 24 at=17:31", "H2 24 A 1"),
            (
                "posted 1 Core 20..30 A 24\n override A 24..24 tue=08:00-20:00\n override A 23..25 tue=11:00-20:00",
                "H2 24 A 1",
            ),
            // Locked days do not matter.
            ("posted 1 Core 20..30 A 24\n locked 24", ""),
        ],
    );
    let words = |lines: &str| finding_texts(&format!("{PEOPLE}{lines}"), "H2").join("; ");
    let both = "posted 1 Core 20..30 A 24\n posted 2 Freeosk 24..25 A 24\n posted 3 Core 20..30 A 24\n off A 24..24";
    assert_eq!(words(both), "A has time off on Tue 24 Nov; A may not work Freeosk, but does on Tue 24 Nov");
    let late = words("posted 1 Core 20..30 A 24 at=20:00");
    assert_eq!(late, "Core 1 \"600001-LKD-P1 - V2\" would end after midnight of Tue 24 Nov");
}

#[test]
fn the_limits_of_a_day_count_all_posted_schedules() {
    check(
        "H3",
        &[
            ("posted 1 Core 20..30 A 24", ""),
            ("posted 2 Core 20..30 A 24\n posted 1 Core 20..30 A 24", "H3 24 A 1+2"),
            ("posted 2 Core 20..30 A 24\n posted 1 Core 20..30 A 24 condition=expired", ""),
            ("posted 2 Core 10..30 A 18\n posted 1 Core 10..30 A 18", ""),
            ("posted 2 Core 10..30 A 19\n posted 1 Core 10..30 A 19", "H3 19 A 1+2"),
        ],
    );
    check(
        "H5",
        &[
            ("posted 1 JuicerDeepClean 20..30 B 24", ""),
            ("posted 2 JuicerDeepClean 20..30 B 24\n posted 1 JuicerProduction 24..25 B 24", "H5 24 B 1+2"),
            ("posted 2 JuicerSurvey 20..30 B 24\n posted 1 JuicerProduction 24..25 B 24", ""),
        ],
    );
    check(
        "H6",
        &[
            ("posted 1 Core 20..30 B 24\n posted 2 JuicerDeepClean 20..30 D 24", ""),
            ("posted 1 Core 20..30 B 24\n posted 2 JuicerDeepClean 20..30 B 24", "H6 24 B 1+2"),
            ("posted 1 Core 20..30 B 24\n posted 2 JuicerSurvey 20..30 B 24", ""),
        ],
    );
    check(
        "H7",
        &[
            ("posted 1 JuicerProduction 20..30 B 24\n posted 2 JuicerDeepClean 20..30 D 24", "H7 24 1+2"),
            ("posted 1 JuicerProduction 20..30 B 24\n posted 2 JuicerDeepClean 20..30 D 25", ""),
            (
                "posted 1 JuicerProduction 20..30 B 24\n posted 2 JuicerDeepClean 20..30 D 24\n
                 posted 3 JuicerProduction 20..30 B 24",
                "H7 24 1+2+3",
            ),
            ("posted 1 JuicerProduction 20..30 B 24\n posted 2 JuicerProduction 20..30 D 24", ""),
        ],
    );
    check(
        "H12",
        &[
            ("posted 1 Freeosk 24..25 L 24", "H12 24 L 1"),
            ("posted 1 Freeosk 24..25 C 24", ""),
            ("posted 1 Freeosk 24..25 L 24\n posted 2 Core 20..30 L 24", ""),
            ("posted 1 Freeosk 24..25 L 24\n posted 2 Core 20..30 L 24 condition=canceled", "H12 24 L 1"),
            ("posted 1 Freeosk 24..25 L 24\n posted 2 Other 20..30 L 24 minutes=480", "H12 24 L 1"),
            (
                "posted 3 Digitals 24..25 L 24\n posted 1 Freeosk 24..25 L 24\n posted 2 Other 24..25 L 24",
                "H12 24 L 1+3",
            ),
        ],
    );
    check(
        "H13",
        &[
            ("posted 1 Other 24..25 L 24 minutes=480", ""),
            ("posted 1 Other 24..25 L 24 minutes=480\n posted 2 Other 24..25 L 24", ""),
            ("posted 1 Other 24..25 L 24 minutes=480\n posted 2 Other 24..25 L 24 minutes=500", "H13 24 L 1+2"),
            (
                "posted 1 Other 24..25 L 24 minutes=480\n posted 2 Core 20..30 L 24\n posted 3 Freeosk 24..25 L 24",
                "H13 24 L 1+2",
            ),
        ],
    );
}

#[test]
fn the_limits_of_a_week_count_past_days_too_while_a_named_schedule_is_not_past() {
    let seven = core("A", &[15, 16, 17, 18, 19, 20, 21]);
    check("H4", &[(&seven, "H4 w15 A 15+16+17+18+19+20+21"), (&core("A", &[15, 16, 17, 18, 19, 20]), "")]);
    check("H9", &[(&seven, "H9 w15 A 15+16+17+18+19+20+21"), (&core("A", &[15, 16, 17, 18, 19, 20]), "")]);
    check("H8", &[(&seven, "H8 w15 A 15+16+17+18+19+20+21")]);
    // On the 21st the last day is today; on the 22nd all seven days are past.
    for (today, expected) in [(21, "H4 w15 A 15+16+17+18+19+20+21"), (22, "")] {
        check("H4", &[(&format!("today {today}\n{seven}"), expected)]);
    }
    // Every event counts in H8 and H9, and all of the week are named.
    let six = core("A", &[22, 23, 24, 25, 26, 27]);
    check("H9", &[(&format!("{six}\nposted 1 Other 20..30 A 28"), "H9 w22 A 1+22+23+24+25+26+27")]);
    // 6 x 390 = 2,340 minutes, so 60 are left.
    check("H8", &[(&six, ""), (&format!("{six}posted 1 Other 20..30 A 27 minutes=60"), "")]);
    check("H8", &[(&format!("{six}posted 1 Other 20..30 A 27 minutes=61"), "H8 w22 A 1+22+23+24+25+26+27")]);
    check("H8", &[(&format!("{six}posted 1 Other 20..30 A 27 minutes=61 condition=canceled"), "")]);
    // A finding that names only past Core is past, whatever else is in the week.
    let past =
        "posted 1 Core 1..40 A 15\n posted 2 Core 1..40 A 15\n posted 3 Core 1..40 A 16\n posted 4 Core 1..40 A 16\n
        posted 5 Core 1..40 A 17\n posted 6 Core 1..40 A 17\n posted 7 Core 1..40 A 18\n posted 8 Other 1..40 A 20\n";
    check("H4", &[(past, ""), (&format!("{past}posted 9 Core 1..40 A 19"), "H4 w15 A 1+2+3+4+5+6+7+9")]);
    check("H8", &[(past, "H8 w15 A 1+2+3+4+5+6+7+8")]);
    let units: String = (22..=27).map(|day| format!("posted {day} JuicerDeepClean 1..40 B {day}\n")).collect();
    check("H5", &[(&units, "H5 w22 B 22+23+24+25+26+27"), (&units.replace("B 27", "D 27"), "")]);
    let words = finding_texts(&format!("{PEOPLE}{units}"), "H5");
    assert_eq!(words, ["B works 6 Juicer units in the week of Sun 22 Nov, more than 5"]);
    // Six units on one day break both the daily and the weekly limit.
    let crowd: String = (1..=6).map(|n| format!("posted {n} JuicerDeepClean 1..40 B 22\n")).collect();
    check("H5", &[(&crowd, "H5 w22 B 1+2+3+4+5+6, H5 22 B 1+2+3+4+5+6")]);
}

#[test]
fn h10_and_h11_belong_to_the_first_day_that_is_not_past() {
    let core = "posted 1 Core 10..30 A 24 number=619001\n";
    let rows = [
        ("posted 2 Supervisor 10..30 C 24 number=619001", ""),
        ("posted 2 Supervisor 10..30 C 25 number=619001", "H10 24 C 1+2"),
        ("posted 2 Supervisor 10..30 C 23 number=619001", "H10 23 C 1+2"),
        ("posted 2 Supervisor 10..30 C 18 number=619001", ""),
        ("posted 2 Supervisor 10..30 C 25 number=619002", ""),
        ("posted 2 Supervisor 10..30 C 25 number=619001 condition=canceled", ""),
        ("posted 2 Supervisor 10..30 C 25 number=619003\n event 3 Core 10..30 number=619003", "H10 25 C 2+3"),
        ("posted 2 Supervisor 10..30 C 25 number=619003\n event 3 Core 10..30 number=619003 condition=canceled", ""),
        ("posted 2 Supervisor 10..30 C 25 number=619003\n posted 3 Core 10..30 B 18 number=619003", "H10 25 C 2+3"),
        ("posted 2 Supervisor 10..30 C 25 number=619003\n posted 3 Core 10..30 B 10 number=619003", "H10 25 C 2+3"),
        ("posted 2 Supervisor 10..40 C 35 number=619003\n posted 3 Core 10..30 B 25 number=619003", "H10 25 C 2+3"),
        (
            "posted 2 Supervisor 10..30 C 25 number=619003\n posted 3 Core 10..30 B 25 number=619003 condition=canceled",
            "H10 25 C 2+3",
        ),
    ];
    for (lines, expected) in rows {
        check("H10", &[(&format!("{core}{lines}"), expected)]);
    }
    let listed = format!("{core}posted 2 Supervisor 10..30 C 24 number=619001\n listed 2");
    check("H10", &[(&listed, "H10 24 C 1+2")]);
    let unit = "posted 1 JuicerProduction 10..30 B 24 number=777001\n";
    for (lines, expected) in [
        ("posted 2 JuicerSurvey 10..30 B 24 number=777001", ""),
        ("posted 2 JuicerSurvey 10..30 D 24 number=777001", "H11 24 D 1+2"),
        ("posted 2 JuicerSurvey 10..30 B 25 number=777001", "H11 24 B 1+2"),
        ("posted 2 JuicerSurvey 10..30 B 18 number=777001", ""),
        ("posted 2 JuicerSurvey 12..30 B 25 number=777002", ""),
        // Events without a number match pair by start date.
        ("posted 2 JuicerSurvey 10..30 B 25 number=777002", "H11 24 B 1+2"),
        ("posted 2 JuicerSurvey 12..30 B 25 number=777002\n event 3 JuicerProduction 12..30", "H11 25 B 2+3"),
    ] {
        check("H11", &[(&format!("{unit}{lines}"), expected)]);
    }
    let words = |lines: String, rule| finding_texts(&format!("{PEOPLE}{lines}"), rule).join("; ");
    assert_eq!(
        words(format!("{core}posted 2 Supervisor 10..30 C 25 number=619001"), "H10"),
        "Supervisor 2 \"619001-LKD-P2 - V2\" is on Wed 25 Nov, but its Core 1 \"619001-LKD-P1 - V2\" is on Tue 24 Nov (A)"
    );
    assert_eq!(
        words(format!("{unit}posted 2 JuicerSurvey 10..30 D 24 number=777001"), "H11"),
        "Juicer Survey 2 \"777001-LKD-P2 - V2\" of D is on Tue 24 Nov, but its Juicer Production 1 \
         \"777001-LKD-P1 - V2\" is on Tue 24 Nov (B): same day, same person"
    );
}

#[test]
fn h14_counts_the_core_of_each_block() {
    let a = "posted 1 Core 20..30 A 24 block=3\n";
    check(
        "H14",
        &[
            (a, ""),
            (&format!("{a}posted 2 Core 20..30 B 24 block=4"), ""),
            (&format!("{a}posted 2 Core 20..30 B 24 block=3"), "H14 24 1+2"),
            (&format!("{a}posted 2 Core 20..30 B 24 block=3\n set block_capacity 2"), ""),
            (&format!("{a}posted 2 Core 20..30 B 25 block=3"), ""),
            (&format!("{a}posted 2 Core 20..30 B 24 block=3 condition=canceled"), ""),
            // Without a recorded block, a Core has the first free block of its arrival, otherwise the first free one.
            ("posted 1 Core 20..30 A 24\n posted 2 Core 20..30 B 24\n posted 3 Core 20..30 D 24", ""),
            // Two blocks of one day.
            (
                "posted 1 Core 20..30 A 24 block=1\n posted 2 Core 20..30 B 24 block=1\n posted 3 Core 20..30 C 24 block=2\n
                 posted 4 Core 20..30 L 24 block=2",
                "H14 24 1+2, H14 24 3+4",
            ),
        ],
    );
    // Nine Core without a block: the ninth gets the block of its arrival, which is taken.
    let nine: String =
        (1..=9).map(|n| format!("person P{n} specialist\n posted {n} Core 20..30 P{n} 24 at=11:15\n")).collect();
    check("H14", &[(&nine, "H14 24 1+9")]);
    // The first one, by start and then ref, takes the first block of 10:15. A schedule that is gone has no block.
    let gone = nine.replace("P2 24 at=11:15", "P2 24 at=11:15 condition=expired");
    check("H14", &[(&gone, "")]);
    let words = finding_texts(&format!("{PEOPLE}{a}posted 2 Core 20..30 B 24 block=3"), "H14");
    let core = "Core 1 \"600001-LKD-P1 - V2\" and Core 2 \"600002-LKD-P2 - V2\"";
    assert_eq!(words, [format!("block 3 (10:45 am) of Tue 24 Nov has 2 Core, more than 1: {core}")]);
}
