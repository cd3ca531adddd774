//! Reads a snapshot document. An invalid one is refused with its faults: the JSON path, what was found and what was
//! expected.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use chrono::NaiveDate;

use super::rows::{BLOCKS, EventMember, EventValues};
use super::{
    AffinityRow, Allowance, AvailabilityOverride, ClubFacts, Debt, Employee, EmployeeId, EventFacts, EventRef,
    PlacementRow, Posted, PreviousRow, Rotation, RotationException, RotationRow, ScheduledEventId, Snapshot, TimeOff,
    TypeAffinityRow, Week, WeeklyAvailability, callout, outside, settings,
};
use crate::bounds::{LARGEST_NUMBER, RUN_DATE, read_run_date};
use crate::calendar::{Day, Hours, read_date, read_end_minute, read_minute, read_moment};
use crate::event_type::{EventType, JobTitle};
use crate::json::{Json, JsonCursor, RefusedDocument};

pub(super) const DATE: &str = "a date like \"2026-11-24\"";
pub(super) const MOMENT: &str = "a local date and time like \"2026-11-24T10:15:00\"";

impl Snapshot {
    /// Reads a snapshot document.
    ///
    /// # Errors
    /// Every fault, by JSON path.
    pub fn parse(bytes: &[u8]) -> Result<Snapshot, RefusedDocument> {
        let json = Json::parse(bytes)?;
        let faults = RefCell::default();
        let snapshot = read(&JsonCursor::root(&json, &faults));
        match (snapshot, faults.into_inner()) {
            (Some(snapshot), faults) if faults.is_empty() => Ok(snapshot),
            (_, faults) => Err(RefusedDocument(faults)),
        }
    }
}

/// Title and juicer training by id of all people that were read; other rows may refer to them.
pub(super) type People = HashMap<String, (JobTitle, bool)>;

pub(super) fn read(root: &JsonCursor) -> Option<Snapshot> {
    root.object("a snapshot: an object with club, today, employees and events")?;
    let club = read_club(&root.at("club"));
    let today = root.at("today").parsed(RUN_DATE, read_run_date);
    let settings = settings::read(&root.at("settings"));
    let (employees, people) = read_employees(&root.at("employees"));
    let people = &people;
    let events = rows(&root.at("events"), "a list of events", read_event);
    let events = without_repeated_keys(root, events, ".ref", |e| e.event_ref, "each ref once in events");
    let posted = optional_rows(&root.at("posted"), "a list of posted schedules", |at| read_posted(at, people));
    let posted = without_repeated_keys(root, posted, ".event.ref", |p| p.event.event_ref, "each ref once in posted");
    let weekly =
        optional_rows(&root.at("weekly_availability"), "a list of availability rows", |at| read_weekly(at, people));
    let weekly_availability = without_repeated_keys(
        root,
        weekly,
        "",
        |w| w.employee_id.clone(),
        "one row of weekly availability for each person",
    );
    let overrides = optional_rows(&root.at("availability_overrides"), "a list of availability overrides", |at| {
        let (employee_id, start, end) = read_span(at, "an availability override", people)?;
        Some(AvailabilityOverride { employee_id, start, end, days: read_week(&at.at("days"))? })
    });
    let time_off = optional_rows(&root.at("time_off"), "a list of days off", |at| {
        read_span(at, "days off", people).map(|(employee_id, start, end)| TimeOff { employee_id, start, end })
    });
    let rotations = optional_rows(&root.at("rotations"), "a list of rotation rows", |at| read_rotation(at, people));
    let rotations =
        without_repeated_keys(root, rotations, "", |r| (r.day, r.rotation), "one row for each weekday and rotation");
    let exceptions =
        optional_rows(&root.at("exceptions"), "a list of rotation exceptions", |at| read_exception(at, people));
    let exceptions =
        without_repeated_keys(root, exceptions, "", |e| (e.date, e.rotation), "one row for each date and rotation");
    let affinity = optional_rows(&root.at("affinity"), "a list of affinities", |at| read_affinity(at, people));
    let affinity = without_repeated_keys(
        root,
        affinity,
        "",
        |a| (a.employee_id.clone(), a.event_ref),
        "one row for each person and event",
    );
    let by_type = optional_rows(&root.at("affinity_by_type"), "a list of affinities by type", |at| {
        read_type_affinity(at, people)
    });
    let affinity_by_type = without_repeated_keys(
        root,
        by_type,
        "",
        |a| (a.employee_id.clone(), a.kind),
        "one row for each person and type",
    );
    let ledger = optional_rows(&root.at("ledger"), "a list of debts", |at| read_debt(at, people));
    let ledger = without_repeated_keys(root, ledger, "", |d| d.employee_id.clone(), "one row for each person");
    let previous = optional_rows(&root.at("previous"), "a list of previous placements", |at| read_previous(at, people));
    let previous = without_repeated_keys(root, previous, ".ref", |p| p.event_ref, "each ref once in previous");
    let wishes = optional_rows(&root.at("wishes"), "a list of wishes", |at| read_wish(at, "a wish", people));
    let wishes = without_repeated_keys(root, wishes, ".ref", |w| w.event_ref, "each ref once in wishes");
    let unwanted =
        optional_rows(&root.at("unwanted"), "a list of refusals", |at| read_wish(at, "a refused placement", people));
    let unwanted = without_repeated_keys(
        root,
        unwanted,
        "",
        |w| (w.event_ref, w.employee_id.clone(), w.date),
        "one row for each ref, employee and date",
    );
    let at_callout = root.at("callout");
    let callout = if at_callout.is_null() { Some(None) } else { callout::read(&at_callout, today, people).map(Some) };
    let (holidays, locked_days) = (read_dates(&root.at("holidays")), read_dates(&root.at("locked_days")));
    Some(Snapshot {
        club: club?,
        today: today?,
        settings,
        employees,
        weekly_availability,
        availability_overrides: overrides.into_iter().map(|(_, row)| row).collect(),
        time_off: time_off.into_iter().map(|(_, row)| row).collect(),
        holidays,
        locked_days,
        rotations,
        exceptions,
        events,
        posted,
        affinity,
        affinity_by_type,
        ledger,
        previous,
        wishes,
        unwanted,
        outside: outside::read(root),
        callout: callout?,
        by_hand: BTreeSet::new(),
        under_way: BTreeSet::new(),
        unread: unknown_members(root),
    })
}

fn read_club(at: &JsonCursor) -> Option<ClubFacts> {
    at.object("the club: an object with id and time_zone")?;
    let id = at.at("id").id("the club's id");
    let name = at.at("name");
    let name = if name.is_null() { id } else { name.text("the club's name") };
    let zone = at.at("time_zone").parsed("an IANA time zone like \"America/Indiana/Indianapolis\"", |t| t.parse().ok());
    Some(ClubFacts {
        id: id?.to_owned(),
        name: name?.to_owned(),
        time_zone: zone?,
        location_id: read_crossmark_number(&at.at("location_id")),
    })
}

/// A number of Crossmark that is stored and passed on, and that no rule reads; `None` if it is invalid.
fn read_crossmark_number(at: &JsonCursor) -> Option<u64> {
    let number = match at.value() {
        Json::Number(number) => number.as_u64()?,
        _ => return None,
    };
    (number <= LARGEST_NUMBER).then_some(number)
}

/// The rows of a list that could be read, with their paths.
pub(super) fn rows<T>(at: &JsonCursor, expected: &str, read: impl Fn(&JsonCursor) -> Option<T>) -> Vec<(String, T)> {
    at.items(expected).iter().filter_map(|item| Some((item.path(), read(item)?))).collect()
}

/// Like [`rows`], for a list that may be missing or null.
fn optional_rows<T>(at: &JsonCursor, expected: &str, read: impl Fn(&JsonCursor) -> Option<T>) -> Vec<(String, T)> {
    if at.is_null() { Vec::new() } else { rows(at, expected, read) }
}

/// Keeps the first row of each key. A repeated key is a fault at the path of the later row, extended by `member`.
pub(super) fn without_repeated_keys<T, K: Hash + Eq>(
    root: &JsonCursor,
    rows: Vec<(String, T)>,
    member: &str,
    key: impl Fn(&T) -> K,
    expected: &str,
) -> Vec<T> {
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for (path, row) in rows {
        if seen.insert(key(&row)) {
            kept.push(row);
        } else {
            root.fault_at(format!("{path}{member}"), "a second one", expected);
        }
    }
    kept
}

const ROOT_MEMBERS: &[&str] = &[
    "club",
    "today",
    "settings",
    "employees",
    "weekly_availability",
    "availability_overrides",
    "time_off",
    "holidays",
    "locked_days",
    "rotations",
    "exceptions",
    "events",
    "posted",
    "affinity",
    "affinity_by_type",
    "ledger",
    "previous",
    "wishes",
    "unwanted",
    "listed",
    "crossmark",
    "events_as_of",
    "now",
    "callout",
];
const SETTINGS_MEMBERS: &[&str] = &[
    "buffer_days",
    "horizon_days",
    "block_capacity",
    "weights",
    "fixed_day_types",
    "programme_codes",
    "arrivals",
    "starts",
    "closing",
];
const EMPLOYEE_MEMBERS: &[&str] =
    &["id", "name", "job_title", "juicer_trained", "active", "termination_date", "rep_id"];
const EVENT_MEMBERS: &[&str] =
    &["ref", "name", "type", "start", "due", "estimated_minutes", "condition", "auto", "parent_ref"];

/// The paths of unknown members of the document, its settings, its call-out, its employees and its events. Most of
/// their members are optional, so a misspelt name would otherwise go unnoticed.
fn unknown_members(root: &JsonCursor) -> Vec<String> {
    let mut paths = Vec::new();
    let mut add_unknown = |at: &JsonCursor, known: &[&str]| {
        if let Json::Object(members) = at.value() {
            paths.extend(members.iter().filter(|(k, _)| !known.contains(&k.as_str())).map(|(k, _)| at.at(k).path()));
        }
    };
    add_unknown(root, ROOT_MEMBERS);
    add_unknown(&root.at("settings"), SETTINGS_MEMBERS);
    add_unknown(&root.at("callout"), callout::MEMBERS);
    for (list, known) in [("employees", EMPLOYEE_MEMBERS), ("events", EVENT_MEMBERS)] {
        let at = root.at(list);
        at.items_or_none(list).iter().for_each(|item| add_unknown(item, known));
    }
    paths
}

fn read_employees(at: &JsonCursor) -> (Vec<Employee>, People) {
    let mut people = People::new();
    let mut employees = Vec::new();
    for at in at.items("a list of employees") {
        if at.object("an employee").is_none() {
            continue;
        }
        let id = at.at("id").id("the employee's id");
        let name = at.at("name").text("the employee's name");
        let titles = JobTitle::ALL.map(|t| format!("{:?}", t.name())).join(", ");
        let title = at.at("job_title").parsed(&format!("a job title: one of {titles}"), JobTitle::named);
        let trained = at.at("juicer_trained").flag(false);
        let active = at.at("active").flag(true);
        let at_end = at.at("termination_date");
        let end = if at_end.is_null() { None } else { at_end.parsed("a date like \"2026-11-24\", or null", read_date) };
        let Some(id) = id else { continue };
        // A faulty row still counts as known, so that one mistake causes only one fault.
        if people.insert(id.to_owned(), (title.unwrap_or(JobTitle::ClubSupervisor), trained.unwrap_or(true))).is_some()
        {
            at.at("id").fault_with_found("a second one", "each employee id once");
            continue;
        }
        if let (Some(name), Some(job_title), Some(juicer_trained), Some(active)) = (name, title, trained, active) {
            let (id, name) = (EmployeeId(id.to_owned()), name.to_owned());
            let rep_id = read_crossmark_number(&at.at("rep_id"));
            employees.push(Employee { id, name, job_title, juicer_trained, active, termination_date: end, rep_id });
        }
    }
    (employees, people)
}

pub(super) fn person(at: &JsonCursor, people: &People) -> Option<EmployeeId> {
    at.parsed("the id of one of the employees", |id| people.contains_key(id).then(|| EmployeeId(id.to_owned())))
}

pub(super) fn read_ref(at: &JsonCursor) -> Option<EventRef> {
    let number = at.integer(&EventMember::Ref.expected())?;
    let values = EventValues { event_ref: Some(number.into()), ..EventValues::default() };
    if let Some(fault) = values.faults().first() {
        at.fault(fault.expected());
        return None;
    }
    u64::try_from(number).ok().map(EventRef)
}

fn read_type(at: &JsonCursor) -> Option<EventType> {
    let types = EventType::ALL.map(|kind| format!("{:?}", kind.name())).join(", ");
    at.parsed(&format!("an event type: one of {types}"), EventType::named)
}

fn read_event(at: &JsonCursor) -> Option<EventFacts> {
    at.object("an event")?;
    let event_ref = read_ref(&at.at("ref"));
    let name = at.at("name").text("the project's name");
    let at_minutes = at.at("estimated_minutes");
    let minutes = (!at_minutes.is_null()).then(|| at_minutes.integer(&EventMember::Minutes.expected()));
    let at_type = at.at("type");
    let kind = (!at_type.is_null()).then(|| read_type(&at_type));
    let start = at.at("start").parsed(MOMENT, read_moment);
    let due = at.at("due").parsed(MOMENT, read_moment);
    let at_condition = at.at("condition");
    let condition = if at_condition.is_null() { Some(None) } else { at_condition.text("a condition").map(Some) };
    let auto = at.at("auto").flag(true);
    let values = EventValues {
        event_ref: None,
        name,
        start,
        due,
        minutes: minutes.flatten().map(i128::from),
        condition: condition.flatten(),
    };
    for fault in values.faults() {
        at.at(fault.member.key()).fault(fault.expected());
    }
    let minutes = match minutes {
        None => None,
        Some(read) => Some(u32::try_from(read?).ok()?),
    };
    let kind = match kind {
        None => None,
        Some(read) => Some(read?),
    };
    Some(EventFacts {
        event_ref: event_ref?,
        name: name?.to_owned(),
        kind,
        start: start?,
        due: due?,
        estimated_minutes: minutes,
        condition: condition?.map(str::to_owned),
        auto: auto?,
        parent_ref: read_crossmark_number(&at.at("parent_ref")),
    })
}

fn read_posted(at: &JsonCursor, people: &People) -> Option<Posted> {
    at.object("a posted schedule")?;
    let event = read_event(&at.at("event"));
    let employee = person(&at.at("employee_id"), people);
    let start = at.at("start").parsed(MOMENT, read_moment);
    let at_block = at.at("block");
    let block = if at_block.is_null() {
        Some(None)
    } else {
        at_block.integer_in(i64::from(*BLOCKS.start())..=i64::from(*BLOCKS.end()), "a block").map(|b| Some(b as u8))
    };
    let scheduled_event_id = read_crossmark_number(&at.at("scheduled_event_id")).map(ScheduledEventId);
    Some(Posted { event: event?, employee_id: employee?, start: start?, block: block?, scheduled_event_id })
}

fn read_weekly(at: &JsonCursor, people: &People) -> Option<WeeklyAvailability> {
    at.object("an availability row")?;
    let (employee, days) = (person(&at.at("employee_id"), people), read_week(&at.at("days")));
    Some(WeeklyAvailability { employee_id: employee?, days: days? })
}

fn read_week(at: &JsonCursor) -> Option<Week> {
    const ALLOWANCE: &str = "true, false or hours like {\"from\": \"08:00\", \"to\": \"14:00\"}";
    let days = at.members("availability by weekday, an object like {\"mon\": true}");
    let read = days.iter().map(|(key, at)| {
        let Some(day) = Day::named(key) else {
            at.fault_with_found(crate::json::quoted(key), "a weekday: mon, tue, wed, thu, fri, sat or sun");
            return None;
        };
        let allowance = match at.value() {
            Json::Bool(works) => Allowance::Whole(*works),
            Json::Object(_) => {
                let from = at.at("from").parsed("a time like \"08:00\"", read_minute);
                let to = at.at("to").parsed("a time like \"14:00\", at most \"24:00\"", read_end_minute);
                let hours = Hours { from: from?, to: to? };
                if hours.to <= hours.from {
                    at.at("to").fault(format!("a time after {}", crate::calendar::clock(hours.from)));
                }
                Allowance::Within(hours)
            }
            _ => {
                at.fault(ALLOWANCE);
                return None;
            }
        };
        Some((day, allowance))
    });
    // Collected in two steps, so that every faulty weekday is recorded and not only the first.
    let read: Vec<_> = read.collect();
    read.into_iter().collect()
}

fn read_span(at: &JsonCursor, what: &str, people: &People) -> Option<(EmployeeId, NaiveDate, NaiveDate)> {
    at.object(what)?;
    let employee = person(&at.at("employee_id"), people);
    let (start, end) = (at.at("start").parsed(DATE, read_date), at.at("end").parsed(DATE, read_date));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        at.at("end").fault(format!("a date not before the start, {start}"));
    }
    Some((employee?, start?, end?))
}

fn read_holder(at: &JsonCursor, rotation: Option<Rotation>, people: &People) -> Option<EmployeeId> {
    let id = person(at, people)?;
    let (title, trained) = people.get(&id.0)?;
    if let Some(rotation) = rotation
        && !rotation.may_hold(*title, *trained)
    {
        at.fault(rotation.expected_holder());
    }
    Some(id)
}

fn read_rotation_name(at: &JsonCursor) -> Option<Rotation> {
    at.parsed("a rotation: \"juicer\" or \"primary_lead\"", Rotation::named)
}

fn read_rotation(at: &JsonCursor, people: &People) -> Option<RotationRow> {
    at.object("a rotation row")?;
    let day = at.at("day").parsed("a weekday: mon, tue, wed, thu, fri, sat or sun", Day::named);
    let rotation = read_rotation_name(&at.at("rotation"));
    let employee = read_holder(&at.at("employee_id"), rotation, people);
    let at_backup = at.at("backup_employee_id");
    let backup = if at_backup.is_null() { None } else { read_holder(&at_backup, rotation, people) };
    Some(RotationRow { day: day?, rotation: rotation?, employee_id: employee?, backup_employee_id: backup })
}

fn read_exception(at: &JsonCursor, people: &People) -> Option<RotationException> {
    at.object("a rotation exception")?;
    let date = at.at("date").parsed(DATE, read_date);
    let rotation = read_rotation_name(&at.at("rotation"));
    let employee = read_holder(&at.at("employee_id"), rotation, people);
    let reason = match at.at("reason").value() {
        Json::Text(reason) => Some(reason.clone()),
        _ => None,
    };
    Some(RotationException { date: date?, rotation: rotation?, employee_id: employee?, reason })
}

fn read_affinity(at: &JsonCursor, people: &People) -> Option<AffinityRow> {
    at.object("an affinity")?;
    let employee = person(&at.at("employee_id"), people);
    let event_ref = read_ref(&at.at("ref"));
    let score = at.at("score").number(0.0..=1.0, "an affinity");
    Some(AffinityRow { employee_id: employee?, event_ref: event_ref?, score: score? })
}

fn read_type_affinity(at: &JsonCursor, people: &People) -> Option<TypeAffinityRow> {
    at.object("an affinity by type")?;
    let employee = person(&at.at("employee_id"), people);
    let kind = read_type(&at.at("type"));
    let score = at.at("score").number(0.0..=1.0, "an affinity");
    Some(TypeAffinityRow { employee_id: employee?, kind: kind?, score: score? })
}

fn read_debt(at: &JsonCursor, people: &People) -> Option<Debt> {
    at.object("a debt")?;
    let employee = person(&at.at("employee_id"), people);
    let debt = at.at("debt").number(-3.0..=3.0, "a debt, in Core");
    Some(Debt { employee_id: employee?, debt: debt? })
}

fn read_previous(at: &JsonCursor, people: &People) -> Option<PreviousRow> {
    at.object("a previous placement")?;
    let event_ref = read_ref(&at.at("ref"));
    let employee = person(&at.at("employee_id"), people);
    let start = at.at("start").parsed(MOMENT, read_moment);
    Some(PreviousRow { event_ref: event_ref?, employee_id: employee?, start: start? })
}

fn read_wish(at: &JsonCursor, what: &str, people: &People) -> Option<PlacementRow> {
    at.object(what)?;
    let event_ref = read_ref(&at.at("ref"));
    let employee = person(&at.at("employee_id"), people);
    let date = at.at("date").parsed(DATE, read_date);
    Some(PlacementRow { event_ref: event_ref?, employee_id: employee?, date: date? })
}

fn read_dates(at: &JsonCursor) -> BTreeSet<NaiveDate> {
    at.items_or_none("a list of dates").iter().filter_map(|c| c.parsed(DATE, read_date)).collect()
}
