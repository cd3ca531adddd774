//! The API's representation of a fact's value.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::affinity::Learning;
use domain::calendar::Day;
use domain::event_type::EventType;
use domain::holidays::HolidayRule;
use domain::snapshot::{EmployeeId, EventRef, Rotation, RotationRow};
use serde::Serialize;
use store::events::OriginalValues;
use store::facts::{EventCorrection, Fact};
use utoipa::ToSchema;

use crate::employees::{AllowanceView, EmployeeFact, week_view};
use crate::settings::PlannedSettings;

/// The value of a fact, by its kind.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[schema(as = FactValue)]
pub enum FactView {
    /// A person.
    Employee(EmployeeFact),
    /// The weekly availability of a person. Weekdays that are not listed are available.
    Availability(WeekFact),
    /// Other weekly availability for a span of days. Days that are left out stay as in the usual week.
    Override(OverrideFact),
    /// Days off, both ends included.
    TimeOff(TimeOffFact),
    /// A holiday on one date.
    Holiday(HolidayFact),
    /// A holiday that returns every year.
    YearlyHoliday(YearlyHolidayFact),
    /// A locked day, on which nothing is planned.
    LockedDay(LockedDayFact),
    /// The person who holds a rotation on one date instead of the usual one.
    Exception(ExceptionFact),
    /// Both rotations with all their days.
    Rotations(Vec<RotationFact>),
    /// The club and its settings.
    Settings(Box<SettingsFact>),
    /// The corrections of one event.
    Event(EventFact),
    /// The switches of learned affinity.
    Affinity(AffinityFact),
}

/// The weekly availability of a person.
#[derive(Serialize, ToSchema)]
pub struct WeekFact {
    employee_id: EmployeeId,
    days: BTreeMap<Day, AllowanceView>,
}

/// Other weekly availability for a span of days.
#[derive(Serialize, ToSchema)]
pub struct OverrideFact {
    employee_id: EmployeeId,
    start: NaiveDate,
    end: NaiveDate,
    days: BTreeMap<Day, AllowanceView>,
}

/// Days off.
#[derive(Serialize, ToSchema)]
pub struct TimeOffFact {
    employee_id: EmployeeId,
    start: NaiveDate,
    end: NaiveDate,
}

/// A holiday on one date.
#[derive(Serialize, ToSchema)]
pub struct HolidayFact {
    date: NaiveDate,
    name: Option<String>,
}

/// A holiday that returns every year.
#[derive(Serialize, ToSchema)]
pub struct YearlyHolidayFact {
    rule: HolidayRule,
    name: Option<String>,
}

/// A locked day.
#[derive(Serialize, ToSchema)]
pub struct LockedDayFact {
    date: NaiveDate,
    reason: Option<String>,
}

/// The person who holds a rotation on one date instead of the usual one.
#[derive(Serialize, ToSchema)]
pub struct ExceptionFact {
    date: NaiveDate,
    rotation: Rotation,
    employee_id: EmployeeId,
    reason: Option<String>,
}

/// The person who holds a rotation on a weekday.
#[derive(Serialize, ToSchema)]
pub struct RotationFact {
    day: Day,
    rotation: Rotation,
    employee_id: EmployeeId,
    backup_employee_id: Option<EmployeeId>,
}

/// The club and its settings, with the rulebook's defaults for what the club has not set.
#[derive(Serialize, ToSchema)]
pub struct SettingsFact {
    name: String,
    time_zone: api::TimeZone,
    #[serde(flatten)]
    planned: PlannedSettings,
}

/// The corrections of one event.
#[derive(Serialize, ToSchema)]
pub struct EventFact {
    event_ref_num: EventRef,
    /// The event type; `null` if the type is not corrected.
    event_type: Option<&'static str>,
    /// The length in minutes; `null` if the length is not corrected.
    estimated_minutes: Option<u32>,
    /// Whether runs may place the event.
    auto: bool,
    /// Used if Crossmark gives no usable name; `null` if nothing is set.
    project_name: Option<String>,
    /// Used if Crossmark gives no usable first day of the window; `null` if nothing is set.
    start_date: Option<NaiveDate>,
    /// Used if Crossmark gives no usable day before which the event must be worked; `null` if nothing is set.
    due_date: Option<NaiveDate>,
    /// Crossmark's values before the type or length was corrected; `null` if neither is corrected.
    uncorrected: Option<UncorrectedFact>,
}

/// The type and length of an event as Crossmark gave them.
#[derive(Serialize, ToSchema)]
pub struct UncorrectedFact {
    event_type: Option<&'static str>,
    estimated_minutes: Option<u32>,
}

/// The switches of learned affinity.
#[derive(Serialize, ToSchema)]
pub struct AffinityFact {
    club: Learning,
    /// The people whose outcomes are ignored.
    people_off: BTreeSet<EmployeeId>,
}

impl From<Fact> for FactView {
    fn from(fact: Fact) -> FactView {
        match fact {
            Fact::Employee(e) => FactView::Employee(e.into()),
            Fact::Availability(w) => {
                FactView::Availability(WeekFact { employee_id: w.employee_id, days: week_view(&w.days) })
            }
            Fact::Override(o) => FactView::Override(OverrideFact {
                employee_id: o.employee_id,
                start: o.start,
                end: o.end,
                days: week_view(&o.days),
            }),
            Fact::TimeOff(t) => {
                FactView::TimeOff(TimeOffFact { employee_id: t.employee_id, start: t.start, end: t.end })
            }
            Fact::Holiday(h) => FactView::Holiday(HolidayFact { date: h.date, name: h.name }),
            Fact::YearlyHoliday(h) => FactView::YearlyHoliday(YearlyHolidayFact { rule: h.rule, name: h.name }),
            Fact::LockedDay(l) => FactView::LockedDay(LockedDayFact { date: l.date, reason: l.reason }),
            Fact::Exception(e) => FactView::Exception(ExceptionFact {
                date: e.date,
                rotation: e.rotation,
                employee_id: e.employee_id,
                reason: e.reason,
            }),
            Fact::Rotations(rows) => FactView::Rotations(rows.into_iter().map(RotationFact::from).collect()),
            Fact::Settings(s) => FactView::Settings(Box::new(SettingsFact {
                name: s.club.name,
                time_zone: s.club.time_zone.into(),
                planned: s.settings.into(),
            })),
            Fact::Event(correction) => FactView::Event(correction.into()),
            Fact::Affinity(switches) => {
                FactView::Affinity(AffinityFact { club: switches.club, people_off: switches.people_off })
            }
        }
    }
}

impl From<RotationRow> for RotationFact {
    fn from(row: RotationRow) -> RotationFact {
        let RotationRow { day, rotation, employee_id, backup_employee_id } = row;
        RotationFact { day, rotation, employee_id, backup_employee_id }
    }
}

impl From<EventCorrection> for EventFact {
    fn from(EventCorrection { event_ref, correction, auto }: EventCorrection) -> EventFact {
        let original = |OriginalValues { kind, minutes }| UncorrectedFact {
            event_type: kind.map(EventType::name),
            estimated_minutes: minutes,
        };
        EventFact {
            event_ref_num: event_ref,
            event_type: correction.kind.map(EventType::name),
            estimated_minutes: correction.minutes,
            auto,
            project_name: correction.entered.name,
            start_date: correction.entered.start,
            due_date: correction.entered.due,
            uncorrected: correction.original.map(original),
        }
    }
}
