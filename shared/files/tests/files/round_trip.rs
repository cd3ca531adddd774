//! An import of an export gives the same rows, in both formats, whatever the rows contain.

use std::collections::BTreeMap;
use std::io::Cursor;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use domain::calendar::{Day, Hours};
use domain::event_type::{EventType, JobTitle};
use domain::snapshot::{Allowance, EmployeeId, EventRef, TimeOff};
use files::export::{write_csv, write_xlsx};
use files::import::{Import, Imported, Mapping, read};
use files::records::{AvailabilityRow, EmployeeRow, EventRow, ScheduleRow, TimeOffRow, TypeFinding};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Texts with all characters that have a meaning in a file format, without surrounding blanks.
fn text(longest: usize) -> impl Strategy<Value = String> {
    let pieces = [
        "a", "Z", "7", " ", "=", "+", "-", "@", "'", "\"", ",", ";", "\t", "\n", "|", "&", "<", ">", "_x000D_", "_",
        "é", "🍓", "(", ")", "/", "%", "CORE", "#", "\\", "0042", "1e5", "TRUE", "]]>",
    ];
    vec(select(pieces.to_vec()), 1..longest)
        .prop_map(|pieces| pieces.concat().trim().to_owned())
        .prop_filter("a text", |text| !text.is_empty())
}

fn id() -> impl Strategy<Value = EmployeeId> {
    text(8)
        .prop_map(|text| text.replace(['#', '\n', '\t'], "x"))
        .prop_map(|text| EmployeeId(text.trim().to_owned()))
        .prop_filter("an id", |id| !id.0.is_empty() && id.0.chars().count() <= 64)
}

fn date() -> impl Strategy<Value = NaiveDate> {
    (0..20_000_i64).prop_map(|days| NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date") + TimeDelta::days(days))
}

fn moment() -> impl Strategy<Value = NaiveDateTime> {
    (date(), 0..86_400_i64)
        .prop_map(|(date, second)| date.and_hms_opt(0, 0, 0).expect("midnight") + TimeDelta::seconds(second))
}

fn event() -> impl Strategy<Value = EventRow> {
    let kind = prop_oneof![
        select(EventType::ALL.to_vec()).prop_map(TypeFinding::Given),
        select(EventType::ALL.to_vec()).prop_map(TypeFinding::Detected),
    ];
    let store = (option::of(0..=9_007_199_254_740_991_u64), option::of(text(6)), option::of(text(12)));
    let window = (moment(), 0..5_000_000_i64, option::of(1..=10_080_u32));
    (text(110), 0..=9_007_199_254_740_991_u64, store, window, kind, option::of(text(6))).prop_map(
        |(
            name,
            number,
            (location_id, store_number, store_name),
            (start, length, estimated_minutes),
            kind,
            condition,
        )| {
            EventRow {
                name,
                event_ref: EventRef(number),
                location_id,
                store_number,
                store_name,
                start,
                due: start + TimeDelta::seconds(length),
                estimated_minutes,
                kind,
                condition,
            }
        },
    )
}

fn schedule() -> impl Strategy<Value = ScheduleRow> {
    (event(), option::of(text(12)), id(), any::<bool>(), moment()).prop_map(
        |(event, rep_name, id, has_id, scheduled)| {
            let employee_id = (has_id || rep_name.is_none()).then_some(id);
            ScheduleRow { event: EventRow { condition: None, ..event }, rep_name, employee_id, scheduled }
        },
    )
}

fn employee() -> impl Strategy<Value = EmployeeRow> {
    let flags = (option::of(any::<bool>()), option::of(any::<bool>()));
    let title = option::of(select(JobTitle::ALL.to_vec()));
    (id(), text(20), title, flags, option::of(date()), option::of(0..1_000_000_u64)).prop_map(
        |(id, name, job_title, (juicer_trained, active), termination_date, rep_id)| EmployeeRow {
            id,
            name,
            job_title,
            juicer_trained,
            active,
            termination_date,
            rep_id,
        },
    )
}

fn availability() -> impl Strategy<Value = AvailabilityRow> {
    let hours = (0..1_439_u32, 1..=1_440_u32).prop_map(|(from, length)| Hours { from, to: (from + length).min(1_440) });
    let allowance = prop_oneof![any::<bool>().prop_map(Allowance::Whole), hours.prop_map(Allowance::Within)];
    let span = (date(), 0..40_i64).prop_map(|(start, days)| (start, start + TimeDelta::days(days)));
    (id(), btree_map(select(Day::ALL.to_vec()), allowance, 1..7), option::of(span))
        .prop_map(|(employee_id, days, span)| AvailabilityRow { employee_id, days, span })
}

fn time_off() -> impl Strategy<Value = TimeOffRow> {
    (id(), date(), 0..40_i64).prop_map(|(employee_id, start, days)| {
        TimeOffRow(TimeOff { employee_id, start, end: start + TimeDelta::days(days) })
    })
}

/// Rows with distinct keys.
fn rows<R: Import + std::fmt::Debug>(row: impl Strategy<Value = R>) -> impl Strategy<Value = Vec<R>> {
    vec(row, 0..8).prop_map(|rows| {
        let by_key: BTreeMap<R::Key, R> = rows.into_iter().map(|row| (row.key(), row)).collect();
        by_key.into_values().collect()
    })
}

/// Rows that are exported as CSV and as XLSX, and imported again.
fn exported_and_imported<R: Import>(rows: &[R]) -> [Imported<R>; 2] {
    let mut text = Vec::new();
    write_csv(rows.iter().cloned(), &mut text).expect("written");
    let mut book = Cursor::new(Vec::new());
    write_xlsx(rows.iter().cloned(), &mut book).expect("written");
    [text, book.into_inner()].map(|file| read(&file, &Mapping::new()).expect("a file of our own"))
}

fn check_round_trip<R: Import + std::fmt::Debug>(rows: &[R]) -> Result<(), TestCaseError> {
    let [text, book] = exported_and_imported(rows);
    prop_assert_eq!(&text.rows, &book.rows, "CSV and XLSX give the same rows");
    for imported in [text, book] {
        prop_assert_eq!(&imported.wrong_cells, &[]);
        let preview = imported.clone().preview(rows.to_vec());
        prop_assert_eq!(preview.to_store().count(), 0, "{:?}", preview.changed);
        prop_assert_eq!(preview.unchanged.len(), rows.len());

        let first = imported.clone().preview([]);
        let stored: Vec<R> = first.to_store().cloned().collect();
        let second = imported.clone().preview(stored.clone());
        prop_assert_eq!(second.to_store().count(), 0, "a second import changes nothing");

        let mut reversed = imported.clone();
        reversed.rows.reverse();
        let known: Vec<R> = stored.into_iter().step_by(2).collect();
        prop_assert_eq!(reversed.preview(known.clone()), imported.preview(known), "the order of rows does not matter");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exported_events_are_imported_unchanged(rows in rows(event())) {
        check_round_trip(&rows)?;
    }

    #[test]
    fn exported_schedules_are_imported_unchanged(rows in rows(schedule())) {
        check_round_trip(&rows)?;
    }

    #[test]
    fn exported_employees_are_imported_unchanged(rows in rows(employee())) {
        check_round_trip(&rows)?;
    }

    #[test]
    fn exported_availability_is_imported_unchanged(rows in rows(availability())) {
        check_round_trip(&rows)?;
    }

    #[test]
    fn exported_days_off_are_imported_unchanged(rows in rows(time_off())) {
        check_round_trip(&rows)?;
    }

    #[test]
    fn no_file_makes_the_reader_panic(bytes in vec(any::<u8>(), 0..400), text in text(60)) {
        for file in [bytes.as_slice(), text.as_bytes(), &[b"PK\x03\x04", bytes.as_slice()].concat()] {
            prop_assert!(read::<EventRow>(file, &Mapping::new()).is_err());
        }
    }
}
