//! One small club for each kind of way out and each rule.

use super::*;

const PEOPLE: &str = "person A specialist\n person B specialist\n person C supervisor\n person J barista\n
    person K barista\n person L lead\n person M lead\n";

#[test]
fn show() {
    let rows: &[(&str, &str)] = &[
        ("posted 1 Core 20..26 A 24\n posted 2 Core 20..26 A 24 block=2", "H3 24 A 1+2"),
        ("off A 24..24\n posted 1 Core 24..25 A 24", "H2 24 A 1"),
        ("off L 24..24\n posted 1 Core 24..25 L 24\n posted 2 Freeosk 24..25 L 24 at=10:00", "H2 24 L 1+2"),
        ("posted 1 Core 24..26 A 28", "W1 28 A 1"),
        ("posted 1 Core 24..26 A 24 condition=canceled", "W2 24 A 1"),
        ("holiday 24\n posted 1 Core 20..27 A 24\n posted 2 Core 20..27 B 24 block=2", "W3 24 1+2"),
        ("event 1 Core 10..20 number=619001\n event 2 Supervisor 10..20 number=619001", "W4 19 1"),
        ("event 1 JuicerProduction 19..20 number=619001\n event 2 JuicerSurvey 19..20 number=619001 auto=no", "W4 19 1"),
        ("rotation lead tue L\n posted 1 Core 24..25 A 24\n posted 2 Core 24..25 M 24 block=2", "W5 24 L"),
        ("rotation juicer tue J\n posted 1 JuicerProduction 24..25 K 24 at=09:00 number=619001\n posted 2 JuicerSurvey 24..25 K 24 at=17:00 number=619001", "W6 24 J 1"),
        ("posted 1 Core 24..26 A 24 number=619001\n event 2 Supervisor 24..26 number=619001", "W7 24 A 1+2"),
        ("posted 1 Core 24..27 A 24 product=X\n posted 2 Core 24..27 B 24 block=2 product=X", "W8 24 1+2"),
        ("posted 1 Core 24..25 C 24", "W9 24 C 1"),
        ("rotation lead tue L\n posted 1 Core 24..25 L 24 block=3 at=10:45\n posted 2 Core 24..25 A 24 block=1", "W10 24 L 1"),
        ("rotation lead tue L\n off L 24..24\n posted 1 Core 24..25 A 24", "W11 24"),
        ("posted 1 Core 24..26 A 24\n crossmark 1 B 24", "W12 24 A 1"),
        ("as_of 1\n now 19", "W13"),
        ("weekly A tue=no\n posted 1 Core 24..26 A 24", "W15 w22 A 1"),
        ("posted 1 Core 23..26 A 24 number=619001\n posted 2 Supervisor 24..26 C 25 number=619001", "H10 24 C 1+2"),
        ("posted 1 JuicerProduction 24..25 J 24 at=09:00 number=619001\n posted 2 JuicerSurvey 24..25 K 24 at=17:00 number=619001", "H11 24 K 1+2"),
        ("posted 1 Freeosk 24..25 L 24 at=10:00\n posted 2 Core 24..25 M 24", "H12 24 L 1"),
        ("posted 1 Core 24..25 A 24 block=1\n posted 2 Core 24..25 B 24 block=1", "H14 24 1+2"),
        ("posted 1 JuicerDeepClean 24..26 J 24 at=09:00\n posted 2 JuicerProduction 24..25 K 24 at=09:00", "H7 24 1+2"),
        ("posted 1 Core 22..23 A 22\n posted 2 Core 23..24 A 23\n posted 3 Core 24..25 A 24\n posted 4 Core 25..26 A 25\n posted 5 Core 26..27 A 26\n posted 6 Core 27..28 A 27\n posted 7 Core 28..29 A 28", "H9 w22 A 1+2+3+4+5+6+7"),
    ];
    for (lines, finding) in rows {
        println!("== {finding}   [{}]", lines.replace('\n', ";"));
        for line in said(&format!("{PEOPLE}{lines}"), finding) {
            println!("     {line}");
        }
    }
}
