//! The two rotations with their exceptions (rulebook 3). They name only people who may do that work.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::calendar::{Calendar, WEEKDAYS, days, weekday};
use super::people::{Person, Span, Title};
use super::rng::SeededRng;

/// Maximum exceptions of a club.
const MOST_EXCEPTIONS: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rotation {
    Juicer,
    PrimaryLead,
}

/// The lead and the juicer of each day; people by index.
pub(super) struct Rota {
    rows: Vec<Row>,
    exceptions: Vec<Exception>,
}

struct Row {
    weekday: usize,
    rotation: Rotation,
    named: usize,
    backup: Option<usize>,
}

struct Exception {
    date: NaiveDate,
    rotation: Rotation,
    named: usize,
    reason: &'static str,
}

impl Rota {
    /// Names a person for each weekday who usually works then, in turn, and mostly a backup.
    pub(super) fn draw(team: &[Person], calendar: &Calendar, rng: &mut SeededRng) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for (weekday, _) in WEEKDAYS.iter().enumerate() {
            for rotation in [Rotation::PrimaryLead, Rotation::Juicer] {
                let turns = |at: usize| rows.iter().filter(|row| row.named == at).count();
                let away = |at: usize| !team[at].usually_works(weekday, rotation.span());
                let order = |at: &usize| (away(*at), rotation.rank(&team[*at]), turns(*at), *at);
                let able = || (0..team.len()).filter(|&at| team[at].stays() && rotation.may_work(&team[at]));
                let Some(named) = able().min_by_key(order) else { continue };
                let backup = able().filter(|&at| at != named).min_by_key(order).filter(|_| rng.chance(65));
                rows.push(Row { weekday, rotation, named, backup });
            }
        }
        let exceptions = exceptions(&rows, team, calendar, rng);
        Self { rows, exceptions }
    }

    /// The day's lead or the day's juicer (rulebook 3).
    pub(super) fn of(&self, rotation: Rotation, day: NaiveDate, team: &[Person]) -> Option<usize> {
        let there = |&at: &usize| team[at].is_there(day);
        if let Some(exception) = self.exceptions.iter().find(|row| row.date == day && row.rotation == rotation) {
            return Some(exception.named).filter(there);
        }
        let row = self.rows.iter().find(|row| row.weekday == weekday(day) && row.rotation == rotation)?;
        Some(row.named).filter(there).or(row.backup.filter(there))
    }

    /// The rows of `rotations`.
    pub(super) fn rows_json(&self, team: &[Person]) -> Vec<Value> {
        let to_json = |row: &Row| {
            json!({"day": WEEKDAYS[row.weekday], "rotation": row.rotation.label(), "employee_id": team[row.named].id,
                   "backup_employee_id": row.backup.map(|at| &team[at].id)})
        };
        self.rows.iter().map(to_json).collect()
    }

    /// The rows of `exceptions`.
    pub(super) fn exceptions_json(&self, team: &[Person]) -> Vec<Value> {
        let to_json = |row: &Exception| {
            json!({"date": row.date.to_string(), "rotation": row.rotation.label(), "employee_id": team[row.named].id,
                   "reason": row.reason})
        };
        self.exceptions.iter().map(to_json).collect()
    }
}

impl Rotation {
    fn may_work(self, person: &Person) -> bool {
        match self {
            Self::Juicer => person.can_juice(),
            Self::PrimaryLead => person.can_lead(),
        }
    }

    /// The order in which a rotation names people: those with the matching title first, the Club Supervisor last.
    fn rank(self, person: &Person) -> (bool, bool) {
        let trade = if self == Self::Juicer { Title::Barista } else { Title::Lead };
        (person.title == Title::ClubSupervisor, person.title != trade)
    }

    /// The hours that the day's work usually takes.
    fn span(self) -> Span {
        match self {
            Self::Juicer => Span { start: 9 * 60, minutes: 540 },
            Self::PrimaryLead => Span { start: 10 * 60 + 15, minutes: 390 },
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Juicer => "juicer",
            Self::PrimaryLead => "primary_lead",
        }
    }
}

/// Exceptions: for some of the days on which the named employee is away, another one who is available.
fn exceptions(rows: &[Row], team: &[Person], calendar: &Calendar, rng: &mut SeededRng) -> Vec<Exception> {
    let mut exceptions = Vec::new();
    for date in days(calendar.earliest, calendar.end) {
        for row in rows.iter().filter(|row| row.weekday == weekday(date) && !team[row.named].is_there(date)) {
            let able = |at: &usize| *at != row.named && row.rotation.may_work(&team[*at]) && team[*at].is_there(date);
            let stand_in = (0..team.len()).filter(able).min_by_key(|&at| row.rotation.rank(&team[at]));
            let wanted = exceptions.len() < MOST_EXCEPTIONS && rng.chance(25);
            if let Some(named) = stand_in.filter(|_| wanted) {
                let reason = rng.pick(&["vacation", "shift swap", "training", "sick leave"]);
                exceptions.push(Exception { date, rotation: row.rotation, named, reason });
            }
        }
    }
    exceptions
}
