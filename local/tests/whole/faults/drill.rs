//! All faults at once: `muster drill`.

use crate::world::muster;

/// Asserts that a drill with this seed finds nothing lost, doubled, stuck or miscounted, and that it recounted enough
/// outcomes, days and rows of the fairness ledger.
fn assert_drill_finds_nothing(seed: &str) {
    let (lines, kills, nights) = if testkit::is_full() { ("1500", "20", "3") } else { ("300", "4", "1") };
    let extent = ["--lines", lines, "--kills", kills, "--nights", nights];
    let drilled = muster(&[&["drill", "--rate", "0.2", "--seed", seed], &extent[..]].concat());
    let printed = String::from_utf8_lossy(&drilled.stdout);
    assert!(drilled.status.success(), "{printed}\n{}", String::from_utf8_lossy(&drilled.stderr));
    let row = |what: &str| printed.lines().find(|line| line.starts_with(what)).unwrap();
    for what in ["lost", "doubled", "stuck", "miscounted"] {
        assert_eq!(row(what).split_whitespace().last(), Some("0"), "{printed}");
    }
    let numbers = row("recounted").split_whitespace().filter_map(|word| word.parse().ok());
    let numbers: Vec<usize> = numbers.collect();
    assert!(numbers.len() == 3 && numbers[0] > 100 && numbers[1] > 2 && numbers[2] > 20, "{printed}");
}

#[test]
fn a_drill_finds_nothing_lost_doubled_stuck_or_miscounted() {
    assert_drill_finds_nothing("11");
}

#[test]
fn a_second_drill_finds_nothing_lost_doubled_stuck_or_miscounted() {
    assert_drill_finds_nothing("12");
}

#[test]
fn a_third_drill_finds_nothing_lost_doubled_stuck_or_miscounted() {
    assert_drill_finds_nothing("13");
}
