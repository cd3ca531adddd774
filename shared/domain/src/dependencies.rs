//! The order of acceptance at Crossmark: which other changes of the same schedule a changed event depends on, and which
//! changes therefore form a group.
//!
//! Dependencies are found through the checker, by assuming that a schedule stays in its old place. This module has no
//! limits of its own, and does not judge the schedule, which may be legal or not.

use std::collections::{BTreeMap, BTreeSet};

use crate::checker::evaluate_change;
use crate::club::{EventIx, Posting};
use crate::rules::Violation;
use crate::schedule::{Decision, Schedule};

/// For each new or moved event that depends on other changes, the new, moved and dropped events that must be accepted
/// before it, in order of ref:
///
/// - the leader of its pair: a Supervisor follows its Core, a Survey its Production;
/// - for a support event of anybody but a Club Supervisor, the first new or moved base event of that person's day, if
///   no standing one is there (H12);
/// - the events that leave a place which the event needs: on that person's day or week, or in that day's blocks.
///
/// Two events may depend on each other, for example if they swap their days. Restores the schedule.
pub fn dependencies(schedule: &mut Schedule) -> BTreeMap<EventIx, Vec<EventIx>> {
    let mut found: BTreeMap<EventIx, BTreeSet<EventIx>> = BTreeMap::new();
    for event in schedule.club().event_ixs() {
        let first = leader(schedule, event).into_iter().chain(base_beside(schedule, event));
        for before in first {
            found.entry(event).or_default().insert(before);
        }
    }
    for (gone, takers) in successors(schedule) {
        for after in takers {
            found.entry(after).or_default().insert(gone);
        }
    }
    found.into_iter().map(|(event, before)| (event, before.into_iter().collect())).collect()
}

/// For each moved or dropped event whose old place is taken, the new and moved events that take the place: they would
/// break a rule if the event were posted there again. Restores the schedule.
pub fn successors(schedule: &mut Schedule) -> BTreeMap<EventIx, BTreeSet<EventIx>> {
    let club = schedule.club();
    let taken = club.event_ixs().map(|gone| (gone, takers(schedule, gone)));
    taken.filter(|(_, takers)| !takers.is_empty()).collect()
}

/// The groups of members that depend on each other, directly or not. In a group dependencies come first; among members
/// that are ready, and in a cycle, the lowest goes first, but a follower of `leaders` never before its leader: alone, a
/// Supervisor or a Survey would break a rule, while a Core or a Production would not. Dependencies on non-members are
/// ignored. A member without dependencies is a group of its own. Groups are in order of their lowest member.
pub fn groups<T: Copy + Ord>(
    members: &BTreeSet<T>,
    dependencies: &BTreeMap<T, Vec<T>>,
    leaders: &BTreeMap<T, T>,
) -> Vec<Vec<T>> {
    let mut connected: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
    let mut depends_on: BTreeMap<T, BTreeSet<T>> = BTreeMap::new();
    for (after, befores) in dependencies.iter().filter(|(after, _)| members.contains(after)) {
        for before in befores.iter().filter(|before| *before != after && members.contains(before)) {
            depends_on.entry(*after).or_default().insert(*before);
            connected.entry(*after).or_default().insert(*before);
            connected.entry(*before).or_default().insert(*after);
        }
    }
    let mut left = members.clone();
    let mut groups = Vec::new();
    while let Some(first) = left.first() {
        let group = reachable(*first, &connected, members);
        left.retain(|member| !group.contains(member));
        groups.push(in_order(group, &depends_on, leaders));
    }
    groups
}

/// The leader of a new or moved event's pair, if the leader is new or moved too.
fn leader(schedule: &Schedule, event: EventIx) -> Option<EventIx> {
    let is_follower = schedule.event(event).kind.is_follower();
    let partner = schedule.event(event).partner.filter(|_| is_follower && schedule.is_changed(event))?;
    schedule.is_changed(partner).then_some(partner)
}

/// The base event that a new or moved support event must wait for.
fn base_beside(schedule: &Schedule, event: EventIx) -> Option<EventIx> {
    let place = schedule.changed_place(event).filter(|_| schedule.event(event).kind.is_support())?;
    if schedule.club().person(place.person).is_club_supervisor() {
        return None;
    }
    let base = |e: &EventIx| schedule.event(*e).kind.is_base();
    let bases: Vec<EventIx> = schedule.cell(place.person, place.day).iter().copied().filter(base).collect();
    if bases.iter().any(|e| schedule.stands(*e)) { None } else { bases.into_iter().min() }
}

/// The new and moved events that take the old place of a moved or dropped event.
fn takers(schedule: &mut Schedule, gone: EventIx) -> BTreeSet<EventIx> {
    let mut takers = BTreeSet::new();
    if !matches!(schedule.decision(gone), Decision::Moved(_) | Decision::Dropped) {
        return takers;
    }
    let Some(posting) = schedule.event(gone).posting().cloned() else { return takers };
    let back = (gone, Decision::Stands);
    let mut broken = evaluate_change(schedule, &[back]).violations;
    // Ignore rules that break only because the event has left its new place: dropping it would break them too.
    let without_it = evaluate_change(schedule, &[(gone, Decision::Dropped)]).violations;
    broken.retain(|v| !without_it.iter().any(|w| w.is_at_same_place(v)));
    if broken.is_empty() {
        return takers;
    }
    let near = changes_near(schedule, gone, &posting);
    let mut open: Vec<&Violation> = broken.iter().collect();
    for event in near {
        let unchanged = Decision::unchanged(schedule.event(event));
        let still = evaluate_change(schedule, &[back, (event, unchanged)]).violations;
        let removes = |v: &&Violation| !still.iter().any(|s| s.is_at_same_place(v));
        if broken.iter().any(|v| removes(&v)) {
            takers.insert(event);
            open.retain(|v| !removes(v));
        }
    }
    // Violations that no single event causes: all events that take part in them are takers.
    let together = open.into_iter().flat_map(Violation::events);
    takers.extend(together.filter(|e| is_other_change(schedule, gone, *e)));
    takers
}

/// The changes on the same day, or in the same week of the same person, as a posted schedule.
fn changes_near(schedule: &Schedule, gone: EventIx, posting: &Posting) -> BTreeSet<EventIx> {
    let club = schedule.club();
    let Some(day) = posting.day else { return BTreeSet::new() };
    let of_week = club.days_of(club.week_of(day)).flat_map(|d| schedule.cell(posting.person, d)).copied();
    of_week.chain(schedule.on(day)).filter(|e| is_other_change(schedule, gone, *e)).collect()
}

/// Whether an event is new or moved and not the partner of `gone`, because pairs have an order of their own.
fn is_other_change(schedule: &Schedule, gone: EventIx, event: EventIx) -> bool {
    event != gone && schedule.is_changed(event) && schedule.event(gone).partner != Some(event)
}

/// All members that can be reached from one, including itself.
fn reachable<T: Copy + Ord>(from: T, edges: &BTreeMap<T, BTreeSet<T>>, within: &BTreeSet<T>) -> BTreeSet<T> {
    let mut reached = BTreeSet::from([from]);
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        let neighbours = edges.get(&at).into_iter().flatten().filter(|to| within.contains(to));
        next.extend(neighbours.copied().filter(|to| reached.insert(*to)));
    }
    reached
}

/// Orders a group: repeatedly takes the member with the fewest remaining dependencies, direct or not, and of several a
/// member whose leader is not left. So a cycle comes after everything that it depends on.
fn in_order<T: Copy + Ord>(
    mut left: BTreeSet<T>,
    depends_on: &BTreeMap<T, BTreeSet<T>>,
    leaders: &BTreeMap<T, T>,
) -> Vec<T> {
    let mut order = Vec::with_capacity(left.len());
    let rank = |member: T, left: &BTreeSet<T>| {
        let has_leader_left = leaders.get(&member).is_some_and(|leader| left.contains(leader));
        (reachable(member, depends_on, left).len(), has_leader_left, member)
    };
    while let Some(next) = left.iter().copied().min_by_key(|member| rank(*member, &left)) {
        left.remove(&next);
        order.push(next);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{club, plan};

    /// The dependencies in short: `2<1 3<1+2` means that 2 depends on 1, and 3 on 1 and 2.
    fn in_short(lines: &str, text: &str) -> String {
        let club = club(lines);
        let mut schedule = plan(&club, text);
        let before: Vec<Decision> = club.event_ixs().map(|e| schedule.decision(e)).collect();
        let found = dependencies(&mut schedule);
        assert!(club.event_ixs().all(|e| schedule.decision(e) == before[e.0]), "the schedule is as before");
        let name = |e: &EventIx| club.event(*e).event_ref.to_string();
        let one = |(e, on): (&EventIx, &Vec<EventIx>)| {
            format!("{}<{}", name(e), on.iter().map(name).collect::<Vec<_>>().join("+"))
        };
        found.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn check(lines: &str, cases: &[(&str, &str)]) {
        for (plan, expected) in cases {
            assert_eq!(in_short(lines, plan), *expected, "{plan}");
        }
    }

    #[test]
    fn a_follower_waits_for_the_leader_of_its_pair() {
        let club = "person C supervisor
            person A specialist
            person B barista
            event 1 Core 24..26 number=619001
            event 2 Supervisor 24..26 number=619001
            posted 3 Core 24..30 A 24 number=619003
            posted 4 Supervisor 24..25 C 24 number=619003
            event 5 JuicerProduction 27..28
            event 6 JuicerSurvey 27..28
            posted 7 JuicerProduction 28..29 B 28
            event 8 JuicerSurvey 28..29";
        check(
            club,
            &[
                ("1 A 25, 2 C 25", "2<1"),
                ("3 A 25, 4 C 25", "4<3"),
                ("3 drop, 4 drop", ""),
                ("5 B 27, 6 B 27", "6<5"),
                ("8 B 28", ""),
            ],
        );
    }

    #[test]
    fn a_support_event_waits_for_the_first_base_event_of_its_day_unless_one_stands() {
        let club = "person L lead trained
            person C supervisor
            event 1 Freeosk 24..25
            event 2 Core 24..26
            event 3 JuicerDeepClean 24..26
            posted 4 Core 24..30 L 25
            event 5 Freeosk 25..26
            event 6 Other 24..26";
        check(
            club,
            &[
                ("1 L 24, 2 L 24", "1<2"),
                ("1 L 24, 2 L 24, 3 L 24", "1<2"),
                ("1 L 24, 4 L 24", "1<4"),
                ("1 C 24, 2 C 24", ""),
                ("5 L 25", ""),
                ("2 L 24, 6 L 24", ""),
            ],
        );
    }

    #[test]
    fn an_event_that_takes_a_place_waits_for_the_event_that_leaves_it() {
        let club = "person A specialist
            person B specialist
            person J barista
            event 1 Core 24..26
            event 2 JuicerDeepClean 24..25
            event 3 Other 24..25 minutes=480
            posted 4 Core 24..30 A 24
            posted 5 Core 24..30 J 24";
        check(
            club,
            &[
                ("1 A 24, 4 drop", "1<4"),
                ("1 A 24, 4 B 24", "1<4"),
                ("1 A 24, 4 A 25", "1<4"),
                ("1 A 25, 4 B 24", ""),
                ("2 J 24, 5 drop", "2<5"),
                ("3 A 24, 4 drop", "3<4"),
            ],
        );
    }

    #[test]
    fn a_chain_waits_link_by_link_and_two_events_that_trade_places_wait_for_each_other() {
        let club = "person A specialist
            person B specialist
            event 1 Core 24..26
            posted 2 Core 24..30 A 24
            posted 3 Core 24..30 A 25
            posted 4 Core 24..30 B 24";
        check(
            club,
            &[("1 A 24, 2 A 25, 3 A 26", "1<2 2<3"), ("2 A 25, 3 A 24", "2<3 3<2"), ("2 B 24, 4 A 24", "2<4 4<2")],
        );
    }

    #[test]
    fn an_event_in_a_full_week_waits_for_the_events_that_leave_the_week() {
        let core = "person A specialist
            person B specialist
            event 1 Core 22..30 minutes=60
            posted 11 Core 22..40 A 22 minutes=60
            posted 12 Core 22..30 A 23 minutes=60
            posted 13 Core 22..30 A 24 minutes=60
            posted 14 Core 22..30 A 25 minutes=60
            posted 15 Core 22..30 A 26 minutes=60
            posted 16 Core 22..30 A 27 minutes=60
            posted 17 Other 28..29 A 28 at=12:00";
        // Only H4 is broken, because the seventh day is worked already. A move within the week frees nothing.
        check(core, &[("1 A 28, 11 B 22", "1<11"), ("1 B 28, 11 A 29", "")]);
        let hours = "person L lead
            person M lead
            event 1 Core 26..27 minutes=480
            event 2 Core 27..28 minutes=300
            event 3 Other 26..27
            event 4 Core 27..28 minutes=240
            event 5 Other 27..28 minutes=240
            posted 11 Core 23..40 L 23 minutes=480
            posted 12 Core 24..30 L 24 minutes=480
            posted 13 Core 25..30 L 25 minutes=480
            posted 14 Core 22..30 L 22 minutes=480
            posted 15 Core 22..40 L 28 minutes=465";
        check(
            hours,
            &[
                // H8: with 11 at its old place there would be 8 hours too many. Dropping 3 alone would not help.
                ("1 L 26, 3 L 26, 11 M 23", "1<11"),
                ("1 L 26, 2 L 27, 11 M 23, 15 M 28", "1<11+15 2<11+15"),
                // 4 and 5 are each too long together with 11.
                ("4 L 27, 5 L 27, 11 M 23", "4<11 5<11"),
            ],
        );
        let days = "person L lead
            person M lead
            event 1 Core 28..29 minutes=60
            event 2 Freeosk 28..29
            posted 11 Core 22..40 L 22 minutes=60
            posted 12 Other 23..24 L 23
            posted 13 Other 24..25 L 24
            posted 14 Other 25..26 L 25
            posted 15 Other 26..27 L 26
            posted 16 Other 27..28 L 27";
        check(days, &[("1 L 28, 11 M 22", "1<11"), ("1 L 28, 2 L 28, 11 M 22", "1<11 2<1+11")]);
    }

    #[test]
    fn a_core_waits_for_the_core_that_leaves_its_block() {
        let people: String =
            (1..=8).map(|i| format!("person P{i} specialist\n posted {i} Core 24..30 P{i} 24\n")).collect();
        let club = format!("{people} person N specialist\n event 9 Core 24..26");
        check(&club, &[("9 N 24, 3 P3 25", "9<3"), ("9 N 24, 3 P4 25", "9<3"), ("9 N 25, 3 drop", "")]);
    }

    #[test]
    fn a_support_event_beside_a_moved_base_event_does_not_take_the_old_place() {
        let club = club(
            "person L lead
            person A specialist
            event 1 Freeosk 26..27
            event 2 Core 24..25
            posted 3 Core 22..30 A 24",
        );
        let mut schedule = plan(&club, "1 L 26, 2 A 24, 3 L 26");
        let [freeosk, core, moved] = [0, 1, 2].map(EventIx);
        assert_eq!(successors(&mut schedule), BTreeMap::from([(moved, BTreeSet::from([core]))]));
        assert_eq!(dependencies(&mut schedule), BTreeMap::from([(freeosk, vec![moved]), (core, vec![moved])]));
    }

    #[test]
    fn a_base_event_leaves_a_day_after_the_support_event_that_needs_it() {
        let club = "person L lead
            person C supervisor
            person A specialist
            posted 1 Core 24..30 L 24
            posted 2 Core 24..30 A 24 number=619002
            posted 3 Supervisor 24..25 L 24 number=619002";
        // 3 follows 2 to the 25th; 1 leaves the 24th, where 3 was posted.
        check(club, &[("1 L 26, 2 A 25, 3 C 25", "1<3 3<2")]);
    }

    #[test]
    fn a_group_has_the_connected_members_with_dependencies_first() {
        let grouped = |members: &[u32], pairs: &[(u32, &[u32])]| {
            let dependencies = pairs.iter().map(|(after, before)| (*after, before.to_vec())).collect();
            groups(&members.iter().copied().collect(), &dependencies, &BTreeMap::new())
        };
        for (members, pairs, expected) in [
            (&[3, 1, 2][..], &[][..], vec![vec![1], vec![2], vec![3]]),
            (&[1, 2, 3, 4], &[(1, &[3][..]), (3, &[4])], vec![vec![4, 3, 1], vec![2]]),
            (&[1, 2, 3], &[(1, &[3]), (2, &[3])], vec![vec![3, 1, 2]]),
            // Dependencies on others than the members are ignored.
            (&[1, 2], &[(1, &[9]), (2, &[9])], vec![vec![1], vec![2]]),
            // A cycle starts with its lowest member, after what that member depends on.
            (&[1, 2, 3, 4], &[(1, &[2]), (2, &[3]), (3, &[2, 4])], vec![vec![4, 2, 1, 3]]),
            (&[1, 2], &[(1, &[2]), (2, &[1])], vec![vec![1, 2]]),
        ] {
            assert_eq!(grouped(members, pairs), expected, "{pairs:?}");
        }
        assert!(groups::<u32>(&BTreeSet::new(), &BTreeMap::new(), &BTreeMap::new()).is_empty());
    }

    #[test]
    fn in_a_cycle_a_follower_comes_after_its_leader() {
        for (pairs, leaders, expected) in [
            (&[(1, vec![2]), (2, vec![1])][..], &[(1, 2)][..], vec![vec![2, 1]]),
            (&[(1, vec![2]), (2, vec![1])], &[(2, 1)], vec![vec![1, 2]]),
            // Two pairs that swap their days.
            (
                &[(1, vec![4]), (4, vec![1, 3]), (3, vec![2]), (2, vec![3, 1])],
                &[(1, 4), (2, 3)],
                vec![vec![3, 4, 1, 2]],
            ),
        ] {
            let members: BTreeSet<u32> = pairs.iter().map(|(member, _)| *member).collect();
            let dependencies = pairs.iter().cloned().collect();
            assert_eq!(groups(&members, &dependencies, &leaders.iter().copied().collect()), expected, "{pairs:?}");
        }
    }
}
