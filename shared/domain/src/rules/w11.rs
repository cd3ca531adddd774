//! W11: a day with a posted Core or Production whose rotation names somebody, but neither that person nor the backup is
//! available.

use super::{WatchName, WatchRule, facts};
use crate::event_type::EventType;
use crate::snapshot::Rotation;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W11,
    title: "Somebody of the rotation is available",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        for day in club.day_ixs() {
            for (rotation, kind) in
                [(Rotation::Juicer, EventType::JuicerProduction), (Rotation::PrimaryLead, EventType::Core)]
            {
                let duty = club.duty_on(rotation, day);
                let is_nobody_on_duty = duty.named.is_some() && duty.on_duty.is_none();
                if is_nobody_on_duty && !standing.on(day, |event| event.kind == kind).is_empty() {
                    let issue = Issue::new(standing, IssueDate::Day(club.day(day).date), None, []);
                    found.push(Issue { rotation: Some(rotation), ..issue });
                }
            }
        }
    },
    words: |standing, issue| {
        let (club, when) = (standing.club(), facts::when_of_issue(issue));
        let rotation = issue.rotation.unwrap_or(Rotation::PrimaryLead);
        let duty = issue.on.date().map(|date| club.duty(rotation, date)).unwrap_or_default();
        let name = |person: Option<crate::club::PersonIx>| person.map(|p| club.person(p).short_name.clone());
        let what = match rotation {
            Rotation::Juicer => "juicer",
            Rotation::PrimaryLead => "lead",
        };
        let named = name(duty.named).unwrap_or_else(|| "somebody".into());
        match name(duty.backup) {
            Some(_) if duty.backup == duty.named => {
                format!("{when} has no {what}: {named}, who is named and is the backup too, is not available")
            }
            Some(backup) => format!("{when} has no {what}: neither {named} nor the backup {backup} is available"),
            None => format!("{when} has no {what}: {named} is not available, and there is no backup"),
        }
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_needed_rotation_that_names_only_people_who_are_away_is_found() {
        let people = "person A specialist
            person B barista
            person L lead
            person M lead
            rotation lead tue L backup=M
            rotation juicer tue B
            posted 1 Core 20..30 A 24";
        for (lines, expected) in [
            ("", ""),
            ("off L 24..24", ""),
            ("off L 24..24\n off M 24..24", "W11 24"),
            ("off M 24..24", ""),
            // A date with an exception has no backup.
            ("exception lead 24 L\n off L 24..24", "W11 24"),
            ("exception lead 23 L\n off L 23..23\n posted 2 Core 20..30 A 23", "W11 23"),
            ("off B 24..24", ""),
            ("off B 24..24\n posted 2 JuicerProduction 24..25 B 24", "W11 24"),
            ("off B 24..24\n posted 2 JuicerProduction 24..25 B 24\n off L 24..24\n off M 24..24", "W11 24, W11 24"),
            ("off B 24..24\n posted 2 JuicerDeepClean 24..25 B 24", ""),
            ("off L 17..17\n off M 17..17\n posted 2 Core 10..30 A 17", ""),
            // Nobody is named on Mondays.
            ("posted 2 Core 20..30 A 23", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{people}\n{lines}"), "W11"), expected, "{lines}");
        }
        let alone = format!("{}\noff L 24..24", people.replace("backup=M", "backup=L"));
        assert_eq!(
            finding_texts(&alone, "W11"),
            ["Tue 24 Nov has no lead: L, who is named and is the backup too, is not available"]
        );
        let gone = format!("{}\noff L 24..24\n off M 24..24", people.replace("A 24", "A 24 condition=canceled"));
        assert_eq!(findings_in_short(&gone, "W11"), "");
        let away =
            format!("{people}\noff L 24..24\n off M 24..24\n off B 24..24\n posted 2 JuicerProduction 24..25 B 24");
        assert_eq!(
            finding_texts(&away, "W11"),
            [
                "Tue 24 Nov has no juicer: B is not available, and there is no backup",
                "Tue 24 Nov has no lead: neither L nor the backup M is available",
            ]
        );
    }
}
