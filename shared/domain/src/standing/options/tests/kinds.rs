//! Small clubs: which kinds of ways out are offered for a finding, and in which words.

use super::*;
use crate::snapshot::Rotation;

const PEOPLE: &str = "person A specialist\n person B specialist\n person C supervisor\n person J barista\n
    person K barista\n person L lead\n person M lead\n";

/// Checks the kinds that are offered, and the text of one way out.
fn check(rows: &[(&str, &str, &str, &str)]) {
    for (lines, finding, expected, one) in rows {
        let lines = format!("{PEOPLE}{lines}");
        let (found, texts) = (kinds(&lines, finding), texts(&lines, finding));
        assert_eq!(found, *expected, "{finding} of {lines}: {texts:#?}");
        assert!(texts.iter().any(|way| way == one), "{one}: {finding} of {lines}: {texts:#?}");
    }
}

const SEVEN_DAYS: &str = "posted 1 Core 22..23 A 22\n posted 2 Core 23..24 A 23\n posted 3 Core 24..25 A 24\n
    posted 4 Core 25..26 A 25 at=10:45\n posted 5 Core 26..27 A 26 at=10:45\n posted 6 Core 27..28 A 27 at=10:45\n
    posted 7 Core 28..29 A 28\n";

#[test]
fn a_finding_of_a_hard_rule_offers_gives_and_moves() {
    check(&[
        (
            "posted 1 Core 20..26 A 24\n posted 2 Core 20..26 A 24 block=2",
            "H3 24 A 1+2",
            "give leave move take_back",
            "move: Move Core 1 \"600001-LKD-P1 - V2\" to Fri 20 Nov at 10:15 am (-196, 1)",
        ),
        (
            "off A 24..24\n posted 1 Core 24..25 A 24",
            "H2 24 A 1",
            "give leave take_back",
            "give: Give it to B, same time (-200, 1)",
        ),
        (
            "posted 1 JuicerDeepClean 24..26 J 24 at=09:00\n posted 2 JuicerProduction 24..25 K 24 at=09:00",
            "H7 24 1+2",
            "leave move take_back",
            "move: Move Juicer Deep Clean 1 \"600001-LKD-P1 - V2\" to Wed 25 Nov at 9:00 am (-1, 1)",
        ),
        (
            SEVEN_DAYS,
            "H9 w22 A 1+2+3+4+5+6+7",
            "give leave take_back",
            "give: Give Core 1 \"600001-LKD-P1 - V2\" to B, same time (-200, 3)",
        ),
        (
            "posted 1 Core 24..25 A 24 block=1\n posted 2 Core 24..25 B 24 block=1",
            "H14 24 1+2",
            "leave move take_back",
            "move: Start Core 1 \"600001-LKD-P1 - V2\" at 10:45 am instead of 10:15 am (0, 1)",
        ),
        (
            "posted 1 Freeosk 24..25 L 24 at=10:00\n posted 2 Core 24..25 M 24",
            "H12 24 L 1",
            "give leave take_back",
            "give: Give Core 2 \"600002-LKD-P2 - V2\" to L, same time (-200, 1)",
        ),
    ]);
}

#[test]
fn the_halves_of_a_pair_change_together() {
    let h10 = "posted 1 Core 23..26 A 24 number=619001\n posted 2 Supervisor 24..26 C 25 number=619001";
    let h11 = "posted 1 JuicerProduction 24..25 J 24 at=09:00 number=619001
        posted 2 JuicerSurvey 24..25 K 24 at=17:00 number=619001";
    let off = "off A 24..24\n posted 1 Core 24..26 A 24 number=619001\n posted 2 Supervisor 24..25 C 24 number=619001";
    let unit = "rotation juicer tue J\n posted 1 JuicerProduction 24..25 K 24 at=09:00 number=619001
        posted 2 JuicerSurvey 24..25 K 24 at=17:00 number=619001";
    let supervisor = "619001-LKD-P2 - V2";
    check(&[
        (
            h10,
            "H10 24 C 1+2",
            "leave move take_back",
            &format!("move: Move Supervisor 2 \"{supervisor}\" to Tue 24 Nov at 12:00 pm (1, 1)"),
        ),
        (
            h10,
            "H10 24 C 1+2",
            "leave move take_back",
            "move: Move Core 1 \"619001-LKD-P1 - V2\" to Wed 25 Nov at 10:15 am (-201, 1)",
        ),
        (
            h11,
            "H11 24 K 1+2",
            "give leave take_back",
            "give: Give Juicer Survey 2 \"619001-LKD-P2 - V2\" to J, same time (0, 1)",
        ),
        // A Core that changes its day takes its Supervisor along; one that changes its person does not.
        (
            off,
            "H2 24 A 1",
            "give leave move take_back",
            "move: Move it to Wed 25 Nov at 10:15 am, and its Supervisor with C (-202, 1)",
        ),
        (off, "H2 24 A 1", "give leave move take_back", "give: Give it to B, same time (-200, 1)"),
        (off, "H2 24 A 1", "give leave move take_back", "take_back: Take it back, with its Supervisor (-2545, 1)"),
        (
            unit,
            "W6 24 J 1",
            "give leave rotation take_back",
            "give: Give it to J, same time, with its Survey (1500, 1)",
        ),
    ]);
}

#[test]
fn a_missing_event_is_placed_with_the_other_half_of_its_pair() {
    check(&[
        (
            "event 1 Core 10..20 number=619001\n event 2 Supervisor 10..20 number=619001",
            "W4 19 1",
            "leave place",
            "place: Place it on Thu 19 Nov at 10:15 am with A, and its Supervisor with C (2450, 1)",
        ),
        (
            "event 1 JuicerProduction 19..20 number=619001\n event 2 JuicerSurvey 19..20 number=619001 auto=no",
            "W4 19 1",
            "leave place",
            "place: Place it on Thu 19 Nov at 9:00 am with J, with its Survey (2510, 1)",
        ),
        (
            "posted 1 Core 24..26 A 24 number=619001\n event 2 Supervisor 24..26 number=619001",
            "W7 24 A 1+2",
            "leave move place take_back",
            "place: Place Supervisor 2 \"619001-LKD-P2 - V2\" on Tue 24 Nov at 12:00 pm with C (1175, 1)",
        ),
        (
            "posted 1 JuicerProduction 24..25 J 24 at=09:00 number=619001\n event 2 JuicerSurvey 24..25 number=619001",
            "W7 24 J 1+2",
            "give leave place take_back",
            "place: Place Juicer Survey 2 \"619001-LKD-P2 - V2\" on Tue 24 Nov at 5:00 pm with J (1195, 1)",
        ),
        (
            "posted 2 Supervisor 20..30 C 24 number=619001\n event 1 Core 24..25 number=619001",
            "H10 24 C 1+2",
            "leave place take_back",
            "place: Place Core 1 \"619001-LKD-P1 - V2\" on Tue 24 Nov at 10:15 am with A (1165, 1)",
        ),
    ]);
}

#[test]
fn a_finding_of_a_watch_rule_offers_ways_out_too() {
    check(&[
        (
            "posted 1 Core 24..26 A 28",
            "W1 28 A 1",
            "leave move take_back",
            "move: Move it to Tue 24 Nov at 10:15 am (-196, 1)",
        ),
        (
            "posted 1 Core 24..26 A 24 condition=canceled",
            "W2 24 A 1",
            "leave take_back",
            "take_back: Take it back (-1360, 1)",
        ),
        (
            "holiday 24\n posted 1 Core 24..26 A 24\n posted 2 Core 24..26 B 24 block=2",
            "W3 24 1+2",
            "leave move take_back",
            "move: Move Core 1 \"600001-LKD-P1 - V2\" to Wed 25 Nov at 10:15 am; \
             move Core 2 \"600002-LKD-P2 - V2\" to Wed 25 Nov at 10:15 am (-400, 1)",
        ),
        (
            "rotation lead tue L\n posted 1 Core 24..25 A 24\n posted 2 Core 24..25 M 24 block=2",
            "W5 24 L",
            "give leave rotation",
            "rotation: Make M the lead of Tue 24 Nov (0, 1)",
        ),
        (
            "posted 1 Core 24..27 A 24 product=X\n posted 2 Core 24..27 B 24 block=2 product=X",
            "W8 24 1+2",
            "leave move take_back",
            "move: Move Core 1 \"600001-LKD-X - V2\" to Wed 25 Nov at 10:15 am (-126, 1)",
        ),
        ("posted 1 Core 24..25 C 24", "W9 24 C 1", "give leave take_back", "give: Give it to A, same time (-200, 1)"),
        (
            "rotation lead tue L\n posted 1 Core 24..25 L 24 block=3 at=10:45\n posted 2 Core 24..25 A 24 block=1",
            "W10 24 L 1",
            "leave move rotation trade",
            "trade: Trade: give it to A, same time; give Core 2 \"600002-LKD-P2 - V2\" to L, same time (-375, 1)",
        ),
        (
            "rotation lead tue L\n off L 24..24\n posted 1 Core 24..25 A 24",
            "W11 24",
            "leave rotation take_back",
            "rotation: Make C the lead of Tue 24 Nov (0, 1)",
        ),
        (
            "posted 1 Core 24..26 A 24\n crossmark 1 B 24",
            "W12 24 A 1",
            "give leave move take_back",
            "give: Give it to B, same time (-200, 1)",
        ),
        ("as_of 1\n now 19", "W13", "leave", "leave: Leave it as it is (0, 0)"),
        (
            "weekly A tue=no\n posted 1 Core 24..26 A 24",
            "W15 w22 A 1",
            "give leave move take_back",
            "move: Move it to Wed 25 Nov at 10:15 am (-201, 1)",
        ),
    ]);
}

#[test]
fn several_schedules_of_one_person_are_given_to_one_or_several_others() {
    let day = "off L 24..24\n posted 1 Core 24..25 L 24\n posted 2 Freeosk 24..25 L 24 at=10:00";
    let (core, freeosk) = ("Core 1 \"600001-LKD-P1 - V2\"", "Freeosk 2 \"600002-LKD-P2 - V2\"");
    let to_one = format!("give: Give {core} to M, same time; give {freeosk} to M, same time (-200, 1)");
    let to_two = format!("give: Give {core} to A, same time; give {freeosk} to C, same time (-200, 1)");
    check(&[
        (day, "H2 24 L 1+2", "give leave take_back", &to_one),
        (day, "H2 24 L 1+2", "give leave take_back", &to_two),
    ]);
}

#[test]
fn a_canceled_schedule_counts_in_a_run_until_it_is_taken_back() {
    // B has a canceled Core that day: B is free for the check of the findings, but not for a run.
    let lines = "person A specialist\n person B specialist\n off A 24..24\n posted 1 Core 24..25 A 24\n";
    assert_eq!(kinds(lines, "H2 24 A 1"), "give leave take_back");
    let canceled = format!("{lines} posted 2 Core 24..25 B 24 block=2 condition=canceled");
    assert_eq!(kinds(&canceled, "H2 24 A 1"), "leave take_back");
    // The canceled Core keeps its block, too.
    let crowded = "person A specialist\n person B specialist\n posted 1 Core 24..25 A 24 block=1\n
        posted 2 Core 24..25 B 24 block=1\n";
    let offers = |lines: &str, block: &str| texts(lines, "H14 24 1+2").iter().any(|way| way.contains(block));
    assert!(offers(crowded, "in block 2"));
    let canceled = format!("{crowded} person D specialist\n posted 3 Core 24..25 D 24 block=2 condition=canceled");
    assert!(!offers(&canceled, "in block 2"), "{:?}", texts(&canceled, "H14 24 1+2"));
}

#[test]
fn no_way_out_changes_a_schedule_that_has_begun_or_is_on_a_locked_day() {
    let people = "person A specialist\n person B specialist\n";
    for (lines, finding, expected) in [
        ("off A 19..19\n posted 1 Core 19..20 A 19", "H2 19 A 1", "give leave"),
        ("off A 19..19\n posted 1 Core 19..20 A 19\n now 19 at=09:00", "H2 19 A 1", "give leave"),
        ("off A 19..19\n posted 1 Core 19..20 A 19\n now 19 at=10:15", "H2 19 A 1", "leave"),
        ("off A 24..24\n posted 1 Core 24..25 A 24\n locked 24", "H2 24 A 1", "leave"),
        ("off A 24..24\n posted 1 Core 24..26 A 24", "H2 24 A 1", "give leave move take_back"),
        ("off A 24..24\n posted 1 Core 24..26 A 24\n locked 25", "H2 24 A 1", "give leave take_back"),
        ("off A 24..24\n posted 1 Core 24..26 A 24\n holiday 25", "H2 24 A 1", "give leave take_back"),
        // A schedule may leave a holiday, but nobody else gets it on that day.
        ("holiday 24\n posted 1 Core 24..26 A 24", "W3 24 1", "leave move take_back"),
        ("posted 1 Core 24..26 A 24 condition=canceled\n locked 24", "W2 24 A 1", "leave"),
    ] {
        assert_eq!(kinds(&format!("{people}{lines}"), finding), expected, "{lines}");
    }
}

#[test]
fn the_remainder_of_another_finding_is_not_new_and_such_ways_out_are_offered_last() {
    // A starts at 10:15 on seven days; with one less there is still a finding, under another id.
    let same = SEVEN_DAYS.replace(" at=10:45", "");
    let ways = ways(&format!("{PEOPLE}{same}"), "H9 w22 A 1+2+3+4+5+6+7");
    assert!(ways.options.iter().any(|w| w.kind == WayOutKind::Give && w.shrinks == 1), "{ways:#?}");
    let ways = super::ways(&format!("{PEOPLE}{SEVEN_DAYS}"), "H9 w22 A 1+2+3+4+5+6+7");
    assert!(ways.options.iter().all(|w| w.shrinks == 0), "{ways:#?}");
}

#[test]
fn without_a_way_out_the_nearest_change_is_named_with_the_rules_that_it_breaks() {
    let people = "person A specialist\n person B specialist\n";
    let six: String =
        (22..=28).filter(|d| *d != 24).map(|d| format!("posted {d} Core {d}..{} B {d}\n", d + 1)).collect();
    let six = six.replace("B 26", "B 26 at=10:45").replace("B 27", "B 27 at=10:45");
    let off = "off A 24..24\n posted 1 Core 24..25 A 24 condition=Scheduled\n locked 24\n";
    assert_eq!(texts(&format!("{people}{off}"), "H2 24 A 1"), ["leave: Leave it as it is (0, 0)"], "no nearest change");
    // Due today: if taken back, it would be open on its last day (W4).
    let off = "today 24\n off A 22..28\n posted 1 Core 24..25 A 24\n off B 29..29\n";
    let texts = texts(&format!("{people}{off}{six}"), "H2 24 A 1");
    let expected = [
        "leave: Leave it as it is (0, 0)",
        "nearest give: Give it to B, same time: B would work 7 days in the week of Sun 22 Nov (H9)",
    ];
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[0], expected[0]);
    assert!(texts[1].starts_with("nearest give: Give it to B, same time: ") && texts[1].contains("(H9)"), "{texts:?}");
}

#[test]
fn changes_are_applied_to_a_snapshot_and_determine_the_id() {
    let before = snapshot(
        "person A specialist\n person B specialist\n person L lead\n person M lead\n rotation lead tue L\n exception lead 24 L
        posted 1 Core 24..26 A 24 condition=Scheduled\n posted 2 Core 24..26 A 25\n event 3 Core 24..26
        crossmark 1 A 24\n crossmark 2 A 25",
    );
    let at = |who: &str, day: u32, block| PostedAt {
        employee_id: crate::snapshot::EmployeeId(who.into()),
        start: crate::calendar::read_moment(&format!("2026-11-{day}T10:15:00")).expect("a moment"),
        block,
    };
    let schedule = |n, before, after| Change::Schedule { event_ref: EventRef(n), before, after };
    let exception = crate::snapshot::RotationException {
        date: crate::calendar::read_date("2026-11-24").expect("a date"),
        rotation: Rotation::PrimaryLead,
        employee_id: crate::snapshot::EmployeeId("M".into()),
        reason: None,
    };
    let changes = [
        schedule(1, Some(at("A", 24, None)), None),
        schedule(2, Some(at("A", 25, None)), Some(at("B", 24, Some(2)))),
        schedule(3, None, Some(at("A", 24, Some(1)))),
        schedule(4, None, Some(at("A", 24, Some(1)))),
        Change::Rotation(exception.clone()),
    ];
    let (after, outside) = apply(&before, &before.outside, &changes);
    let posted: Vec<_> =
        after.posted.iter().map(|p| (p.event.event_ref.0, p.employee_id.0.as_str(), p.block)).collect();
    assert_eq!(posted, [(2, "B", Some(2)), (3, "A", Some(1))]);
    let open: Vec<_> = after.events.iter().map(|e| (e.event_ref.0, e.condition.as_deref())).collect();
    assert_eq!(open, [(1, Some("Unstaffed"))]);
    assert_eq!(after.exceptions, [exception]);
    let shown: Vec<_> = outside.crossmark.iter().flatten().map(|(r, s)| (r.0, s.employee_id.0.as_str())).collect();
    assert_eq!(shown, [(2, "B"), (3, "A"), (4, "A")]);
    assert_eq!(outside, after.outside);
    let sent: Vec<bool> = changes.iter().map(Change::is_sent_to_crossmark).collect();
    assert_eq!(sent, [true, true, true, true, false]);
    assert!(!schedule(1, Some(at("A", 24, None)), Some(at("A", 24, Some(3)))).is_sent_to_crossmark());

    let id = |changes: &[Change]| WayOutId::of("take_back", changes).to_string();
    assert_eq!(id(&[]), "take_back");
    assert!(id(&changes).starts_with("take-back-") && id(&changes).len() == 26, "{}", id(&changes));
    let mut reordered = changes.clone();
    reordered.reverse();
    assert_eq!(id(&changes), id(&reordered));
    assert_ne!(id(&changes[..1]), id(&changes[..2]));
}

#[test]
fn an_unknown_finding_has_no_ways_out() {
    let club = snapshot("person A specialist\n posted 1 Core 24..26 A 24");
    assert_eq!(options(&club, &club.outside, &FindingId("H3-2026-11-24-0".into())), None);
}
