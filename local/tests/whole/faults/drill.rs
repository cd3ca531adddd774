//! Everything at once: the drill, as anybody can run it.

use crate::world::muster;

#[test]
fn drills_with_three_seeds_find_nothing_lost_doubled_or_stuck() {
    let full = std::env::var("MUSTER_FULL").is_ok_and(|full| !full.is_empty());
    let (lines, kills) = if full { ("1500", "20") } else { ("300", "4") };
    for seed in ["11", "12", "13"] {
        let drilled = muster(&["drill", "--lines", lines, "--rate", "0.2", "--kills", kills, "--seed", seed]);
        let said = String::from_utf8_lossy(&drilled.stdout);
        assert!(drilled.status.success(), "{said}\n{}", String::from_utf8_lossy(&drilled.stderr));
        for what in ["lost", "doubled", "stuck"] {
            let row = said.lines().find(|line| line.starts_with(what)).unwrap();
            assert_eq!(row.split_whitespace().last(), Some("0"), "{said}");
        }
    }
}
