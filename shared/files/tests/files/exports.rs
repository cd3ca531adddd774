//! Exports, read back by other libraries.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use domain::event_type::EventType;
use domain::snapshot::{EmployeeId, EventRef};
use files::export::{ExportError, write_csv, write_xlsx};
use files::import::{Mapping, read};
use files::limits::ROWS;
use files::records::{EventRow, LostRow, PayrollRow, ScheduleRow, TypeFinding};

use crate::measure::measured;

fn moment(day: u32, hour: u32) -> chrono::NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, day).and_then(|date| date.and_hms_opt(hour, 15, 0)).expect("a moment")
}

fn lost(name: &str, reason: &str) -> LostRow {
    LostRow {
        event_ref: EventRef(31_900_442),
        name: name.to_owned(),
        kind: EventType::Core,
        start: moment(24, 0),
        due: moment(28, 10),
        condition: None,
        reason: reason.to_owned(),
    }
}

fn schedule(number: u64) -> ScheduleRow {
    ScheduleRow {
        event: EventRow {
            name: format!(
                "{}-LKD-AF-Cherry Pistachio Salad with Oats ({}) - V2-CORE",
                600_000 + number,
                251_208_500_000 + number
            ),
            event_ref: EventRef(31_900_000 + number),
            location_id: Some(157_384),
            store_number: Some("8135".into()),
            store_name: Some("Club 8135".into()),
            start: moment(20, 0),
            due: moment(30, 0),
            estimated_minutes: Some(390),
            kind: TypeFinding::Given(EventType::Core),
            condition: None,
        },
        rep_name: Some(format!("Person {}", number % 40)),
        employee_id: Some(EmployeeId(format!("US{:06}", number % 40))),
        scheduled: moment(21 + (number % 7) as u32, 10),
    }
}

#[test]
fn no_text_is_evaluated_as_a_formula() {
    let attacks = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "'=1"];
    let rows: Vec<LostRow> = attacks.iter().map(|attack| lost(attack, "x,\"y\"\nz")).collect();
    let mut text = Vec::new();
    write_csv(rows.iter().cloned(), &mut text).expect("written");
    let text = String::from_utf8(text).expect("UTF-8");
    assert!(text.starts_with("\u{feff}Project Name,Project Reference Number,Event Type,"));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    for (record, attack) in reader.records().zip(attacks) {
        let record = record.expect("a row");
        assert_eq!(record[0], format!("'{attack}"));
        assert_eq!(&record[6], "x,\"y\"\nz");
    }

    let mut book = Cursor::new(Vec::new());
    write_xlsx(rows, &mut book).expect("written");
    let mut book: Xlsx<_> = Xlsx::new(book).expect("a workbook");
    let formulas = book.worksheet_formula("Lost Events").expect("a sheet");
    assert!(formulas.used_cells().next().is_none());
    let cells = book.worksheet_range("Lost Events").expect("a sheet");
    assert_eq!(cells.get_value((1, 0)), Some(&Data::String("=1+1".into())));
    assert_eq!(cells.get_value((8, 0)), Some(&Data::String("''=1".into())), "one apostrophe more, as CSV has it");
}

#[test]
fn dates_and_numbers_have_their_own_types_in_a_workbook() {
    let payroll = PayrollRow {
        employee_id: EmployeeId("US000101".into()),
        name: "Avery Quill".into(),
        week: moment(22, 0).date(),
        days: 5,
        events: 9,
        core: 5,
        minutes: 2_010,
    };
    let mut book = Cursor::new(Vec::new());
    write_xlsx([payroll.clone()], &mut book).expect("written");
    let mut again = Cursor::new(Vec::new());
    write_xlsx([payroll], &mut again).expect("written");
    assert_eq!(book.get_ref(), again.get_ref(), "the same rows give the same bytes");
    let mut book: Xlsx<_> = Xlsx::new(book).expect("a workbook");
    let cells = book.worksheet_range("Payroll").expect("a sheet");
    let Some(Data::DateTime(week)) = cells.get_value((1, 2)) else { panic!("{:?}", cells.get_value((1, 2))) };
    assert_eq!(week.as_f64(), 46_348.0);
    assert_eq!(cells.get_value((1, 7)), Some(&Data::Float(33.5)));
    assert_eq!(cells.get_value((0, 2)), Some(&Data::String("Week Of".into())));
}

#[test]
fn too_many_rows_and_too_long_texts_are_refused() {
    let rows = || (0..=ROWS as u64).map(schedule);
    let results = [write_csv(rows(), std::io::sink()), write_xlsx(rows(), Cursor::new(Vec::new()))];
    for result in results {
        let error = result.expect_err("too many");
        assert!(matches!(error, ExportError::TooManyRows { limit: ROWS }));
        assert_eq!(error.to_string(), "more than 10000 rows: choose fewer days or people");
    }
    let long = write_xlsx([lost(&"x".repeat(40_000), "")], Cursor::new(Vec::new()));
    assert!(matches!(long, Err(ExportError::TextTooLong { limit: 32_767 })));
}

#[test]
fn ten_thousand_rows_are_written_read_and_compared() {
    let rows = || (0..ROWS as u64).map(schedule);
    let mut text = Vec::new();
    let (written, cost) = measured(|| write_csv(rows(), &mut text));
    println!("{cost} {:>9} bytes  10,000 schedules written as CSV", text.len());
    assert_eq!(written.expect("written"), ROWS);
    println!("{:>21} {:>9} bytes  the same compressed", "", crate::common::gzipped(&text).len());
    let mut book = Cursor::new(Vec::new());
    let (written, cost) = measured(|| write_xlsx(rows(), &mut book));
    println!("{cost} {:>9} bytes  10,000 schedules written as XLSX", book.get_ref().len());
    assert_eq!(written.expect("written"), ROWS);
    let book = book.into_inner();
    for (format, file) in [("CSV", &text), ("XLSX", &book)] {
        let (imported, cost) = measured(|| read::<ScheduleRow>(file, &Mapping::new()));
        println!("{cost} {:>9} bytes  10,000 schedules read from {format}", file.len());
        let imported = imported.expect("rows");
        assert_eq!((imported.rows.len(), imported.wrong_cells.len()), (ROWS, 0));
        let known: Vec<ScheduleRow> = rows().collect();
        let (preview, cost) = measured(|| imported.preview(known));
        println!("{cost} {:>15}  compared with 10,000 known schedules", "");
        assert_eq!(preview.to_store().count(), 0);
    }
}
