//! H2: the employee is available (section 2) at that time and may work the type (section 1).

use super::{HardName, HardRule, Violation, facts};
use crate::calendar::{MIDNIGHT, time_in_words, minute_of};
use crate::club::{Away, Club, DayIx, Objection, PersonIx};

/// The rule.
pub static RULE: HardRule = HardRule {
    name: HardName::H2,
    title: "Available, and may work the type",
    check: |schedule, scope, found| {
        for e in &scope.events {
            let Some(place) = schedule.changed_place(*e) else { continue };
            let event = schedule.event(*e);
            let can_work = match event.posting().filter(|_| schedule.judges_posted()) {
                // A schedule that only the weekly availability excludes is a finding of W15.
                Some(p) => schedule.club().objection(p.person, event, p.start) != Some(Objection::Firm),
                None => schedule.club().can_work(place.person, event, schedule.club().start_on(event, place.day)),
            };
            if !can_work {
                found.push(Violation::unavailable(*e, place.person, place.day));
            }
        }
    },
    words: |club, v| {
        let (who, what, when) = (facts::who(club, v), facts::what(club, v), facts::when(club, v));
        match (v.person, v.day, v.event) {
            (Some(person), _, Some(e)) if !club.may_work(person, club.event(e)) => {
                format!("{who} may not work {}", club.event(e).kind_in_words())
            }
            (Some(person), Some(day), _) => hours_or_absence(club, person, day, &what),
            _ => format!("{who} is not available on {when}"),
        }
    },
    posted_words: |club, v| {
        let posted = v.event.map(|e| club.event(e)).and_then(|event| Some((event, event.posting()?)));
        let is_too_late = posted.is_some_and(|(e, p)| minute_of(p.start).saturating_add(e.minutes) > MIDNIGHT);
        let may_work = v.person.zip(v.event).is_none_or(|(person, e)| club.may_work(person, club.event(e)));
        let is_present = v.person.zip(v.day).is_none_or(|(person, day)| club.why_away(person, day).is_none());
        match (may_work, is_present) {
            (false, _) => {
                let kinds = v.event.map_or("it", |e| club.event(e).kind_in_words());
                format!("{} may not work {kinds}, but does on {}", facts::who(club, v), facts::when(club, v))
            }
            (true, true) if is_too_late => {
                format!("{} would end after midnight of {}", facts::what(club, v), facts::when(club, v))
            }
            _ => (RULE.words)(club, v),
        }
    },
};

/// Why a person who may work the type cannot work an event on a day: an absence, otherwise their hours.
fn hours_or_absence(club: &Club, person: PersonIx, day: DayIx, what: &str) -> String {
    let (who, when) = (&club.person(person).short_name, crate::calendar::date_in_words(club.day(day).date));
    match (club.why_away(person, day), club.hours(person, day)) {
        (Some(Away::NotEmployed), _) => format!("{who} does not work here on {when}"),
        (Some(Away::TimeOff), _) => format!("{who} has time off on {when}"),
        (Some(Away::Override), _) => format!("{who} is not available on {when} (temporary change of hours)"),
        (Some(Away::Weekday), _) => format!("{who} does not work on that weekday ({when})"),
        (None, Some(hours)) if hours.from < hours.to => {
            let (from, to) = (time_in_words(hours.from), time_in_words(hours.to));
            format!("{what} does not fit the hours of {who} on {when}, {from} to {to}")
        }
        _ => format!("{what} does not fit the hours of {who} on {when}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{breaks, messages};

    #[test]
    fn the_type_decides_who_may_work_an_event() {
        let club = "person L lead
            person S specialist
            person B barista
            person C supervisor
            event 1 Other 24..25
            event 2 JuicerDeepClean 24..25
            event 3 Other 24..25 minutes=480";
        for (plan, rules) in [
            ("1 L 24", ""), ("1 C 24", ""), ("1 S 24", "H2"), ("1 B 24", "H2"), ("2 B 24", ""), ("2 C 24", ""),
            ("2 L 24", "H2"), ("3 L 24", ""), ("3 S 24", ""), ("3 C 24", "H2"),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
        assert_eq!(messages(club, "2 L 24"), ["L may not work Juicer Deep Clean"]);
    }

    #[test]
    fn overrides_for_a_weekday_replace_the_weekly_availability_and_all_must_allow() {
        let club = "person A specialist
            weekly A mon=no tue=no wed=08:00-16:00
            override A 23..23 mon=yes
            override A 24..24 wed=yes
            override A 30..30 mon=yes
            override A 29..31 mon=no
            event 1 Core 22..40";
        for (plan, rules) in [
            ("1 A 22", ""),   // a weekday that is not listed is available
            ("1 A 23", ""),   // the override decides for Monday
            ("1 A 24", "H2"), // it does not decide for Tuesday
            ("1 A 25", "H2"), // 10:15 to 16:45 is beyond 16:00
            ("1 A 30", "H2"), // one of the two overrides excludes Monday
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
    }

    #[test]
    fn several_windows_intersect_and_midnight_ends_the_day() {
        let club = "person A lead
            person B lead
            override A 22..40 tue=08:00-18:00
            override A 22..40 tue=10:00-22:00
            override B 22..40 tue=08:00-16:44
            event 1 Core 24..25
            event 2 Core 24..25 minutes=480
            event 3 Other 24..25 minutes=720 type=Other
            event 4 Supervisor 24..25";
        assert_eq!(breaks(club, "1 A 24"), "");
        assert_eq!(breaks(club, "1 B 24"), "H2");
        assert_eq!(breaks(club, "2 A 24"), "H2", "10:15 to 18:15");
        assert_eq!(messages(club, "1 B 24"), [
            "Core 1 \"600001-LKD-P1 - V2\" does not fit the hours of B on Tue 24 Nov, 8:00 am to 4:44 pm"
        ]);
        let late = "person A specialist\n event 1 Core 24..25 minutes=826\n event 2 Core 24..25 minutes=825";
        assert_eq!(breaks(late, "1 A 24"), "H2");
        assert_eq!(breaks(late, "2 A 24"), "");
    }

    #[test]
    fn an_event_that_a_person_moves_has_the_usual_start_of_its_type() {
        let text = "person J barista
            person K barista
            weekly K wed=09:00-13:00
            posted 1 JuicerDeepClean 24..27 J 24 at=09:00";
        let read = crate::snapshot::Snapshot::parse(crate::fixture::snapshot(text).to_string().as_bytes());
        let by_hand = read.expect("a snapshot").changed_by_hand([crate::snapshot::EventRef(1)]);
        let club = crate::club::Club::new(by_hand);
        for (plan, rules) in [("1 J 25", ""), ("1 K 25", ""), ("1 K 23", "H15")] {
            let schedule = crate::fixture::plan(&club, plan);
            let found = crate::checker::violations(&schedule, &crate::rules::Scope::whole(&club));
            let found: Vec<&str> = found.iter().map(|v| v.rule.id()).collect();
            assert_eq!(found.join(" "), rules, "9:00 am to 1:00 pm: {plan}");
        }
    }

    #[test]
    fn hours_and_assignments_may_end_at_midnight() {
        let club = "person A lead
            weekly A tue=08:00-24:00
            event 1 Other 24..25 minutes=720 type=Other
            event 2 Other 24..25 minutes=479
            event 3 Core 24..25 minutes=825
            event 4 Core 24..25 minutes=826";
        for (plan, rules) in [("2 A 24", ""), ("3 A 24", ""), ("4 A 24", "H2")] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
        }
        assert_eq!(breaks(club, "1 A 24"), "", "09:00 to 21:00");
    }

    #[test]
    fn the_absent_the_inactive_and_the_terminated_work_nothing() {
        let club = "person A specialist inactive
            person B specialist until=25
            person C specialist
            off C 24..25
            event 1 Core 22..40";
        for (plan, rules, words) in [
            ("1 A 22", "H2", "A does not work here on Sun 22 Nov"),
            ("1 B 24", "", ""),
            ("1 B 25", "H2", "B does not work here on Wed 25 Nov"),
            ("1 C 25", "H2", "C has time off on Wed 25 Nov"),
            ("1 C 26", "", ""),
        ] {
            assert_eq!(breaks(club, plan), rules, "{plan}");
            assert_eq!(messages(club, plan).join(""), words);
        }
    }
}
