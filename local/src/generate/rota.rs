//! The two rotations with their exceptions (rulebook 3). They name only people who may hold them.

use chrono::NaiveDate;
use domain::calendar::Day;
use domain::event_type::JobTitle;
use domain::snapshot::Rotation;
use serde_json::{Value, json};

use super::calendar::{Calendar, days};
use super::people::{Person, Span};
use super::rng::SeededRng;

/// Maximum exceptions of a club.
const MAX_EXCEPTIONS: usize = 4;

/// The lead and the juicer of each day. People are indices of the team.
pub(super) struct Rota {
    rows: Vec<Row>,
    exceptions: Vec<Exception>,
}

struct Row {
    weekday: Day,
    rotation: Rotation,
    person: usize,
    backup: Option<usize>,
}

struct Exception {
    date: NaiveDate,
    rotation: Rotation,
    person: usize,
    reason: &'static str,
}

impl Rota {
    /// Draws the rotations. The people who usually work on a weekday take turns; most weekdays have a backup.
    pub(super) fn draw(team: &[Person], calendar: &Calendar, rng: &mut SeededRng) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for weekday in Day::ALL {
            for rotation in [Rotation::PrimaryLead, Rotation::Juicer] {
                let row_count = |at: usize| rows.iter().filter(|row| row.person == at).count();
                let is_away = |at: usize| !team[at].usually_works(weekday, span(rotation));
                let order = |at: &usize| (is_away(*at), rank(rotation, &team[*at]), row_count(*at), *at);
                let candidates = || (0..team.len()).filter(|&at| team[at].stays() && team[at].may_hold(rotation));
                let Some(person) = candidates().min_by_key(order) else { continue };
                let backup = candidates().filter(|&at| at != person).min_by_key(order).filter(|_| rng.chance(65));
                rows.push(Row { weekday, rotation, person, backup });
            }
        }
        let exceptions = exceptions(&rows, team, calendar, rng);
        Self { rows, exceptions }
    }

    /// The day's lead or the day's juicer (rulebook 3).
    pub(super) fn of(&self, rotation: Rotation, day: NaiveDate, team: &[Person]) -> Option<usize> {
        let is_available = |&at: &usize| team[at].is_available(day);
        if let Some(exception) = self.exceptions.iter().find(|row| row.date == day && row.rotation == rotation) {
            return Some(exception.person).filter(is_available);
        }
        let row = self.rows.iter().find(|row| row.weekday == Day::of(day) && row.rotation == rotation)?;
        Some(row.person).filter(is_available).or(row.backup.filter(is_available))
    }

    /// The rows of `rotations`.
    pub(super) fn rows_json(&self, team: &[Person]) -> Vec<Value> {
        let to_json = |row: &Row| {
            json!({"day": row.weekday.name(), "rotation": row.rotation.name(), "employee_id": team[row.person].id,
                   "backup_employee_id": row.backup.map(|at| &team[at].id)})
        };
        self.rows.iter().map(to_json).collect()
    }

    /// The rows of `exceptions`.
    pub(super) fn exceptions_json(&self, team: &[Person]) -> Vec<Value> {
        let to_json = |row: &Exception| {
            json!({"date": row.date.to_string(), "rotation": row.rotation.name(), "employee_id": team[row.person].id,
                   "reason": row.reason})
        };
        self.exceptions.iter().map(to_json).collect()
    }
}

/// The order in which a rotation names people: those with the matching title first, the Club Supervisor last.
fn rank(rotation: Rotation, person: &Person) -> (bool, bool) {
    let matching_title = match rotation {
        Rotation::Juicer => JobTitle::JuicerBarista,
        Rotation::PrimaryLead => JobTitle::LeadEventSpecialist,
    };
    (person.title == JobTitle::ClubSupervisor, person.title != matching_title)
}

/// The time that the work of a rotation usually takes.
fn span(rotation: Rotation) -> Span {
    match rotation {
        Rotation::Juicer => Span { start: 9 * 60, minutes: 540 },
        Rotation::PrimaryLead => Span { start: 10 * 60 + 15, minutes: 390 },
    }
}

/// Draws exceptions: on some days on which the named employee is not available, another employee stands in.
fn exceptions(rows: &[Row], team: &[Person], calendar: &Calendar, rng: &mut SeededRng) -> Vec<Exception> {
    let mut exceptions = Vec::new();
    for date in days(calendar.earliest, calendar.end) {
        for row in rows.iter().filter(|row| row.weekday == Day::of(date) && !team[row.person].is_available(date)) {
            let may_stand_in =
                |at: &usize| *at != row.person && team[*at].may_hold(row.rotation) && team[*at].is_available(date);
            let stand_in = (0..team.len()).filter(may_stand_in).min_by_key(|&at| rank(row.rotation, &team[at]));
            let is_wanted = exceptions.len() < MAX_EXCEPTIONS && rng.chance(25);
            if let Some(person) = stand_in.filter(|_| is_wanted) {
                let reason = rng.pick(&["vacation", "shift swap", "training", "sick leave"]);
                exceptions.push(Exception { date, rotation: row.rotation, person, reason });
            }
        }
    }
    exceptions
}
