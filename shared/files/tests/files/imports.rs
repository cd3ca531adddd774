//! Tests of imports: forms of files and values that are accepted, the types of events with cut names, and known values
//! that an import keeps.

use domain::event_type::EventType;
use domain::snapshot::EventRef;
use files::import::{Import, Imported, Mapping, read};
use files::records::{AvailabilityRow, EmployeeRow, EventRow, Evidence, ScheduleRow, TimeOffRow, TypeFinding};

use crate::common::{Book, EVENTS_HEAD, EVENTS_ROW, gzipped, row};

const EVENTS: &[u8] = include_bytes!("../data/work_bank_visits.csv");
const SCHEDULE: &[u8] = include_bytes!("../data/calendar_schedule.csv");
const EMPLOYEES: &[u8] = include_bytes!("../data/employees.csv");
const AVAILABILITY: &[u8] = include_bytes!("../data/availability.csv");
const TIME_OFF: &[u8] = include_bytes!("../data/time_off.csv");

fn imported<R: Import>(file: &[u8]) -> Imported<R> {
    read(file, &Mapping::new()).expect("a file that can be read")
}

/// The rows in the format of an export, each after its number.
fn row_texts<R: Import>(imported: &Imported<R>) -> Vec<String> {
    let cells = |row: &R| row.cells().iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    imported.rows.iter().map(|(number, row)| format!("{number}: {}", cells(row))).collect()
}

#[test]
fn sample_files_are_read_and_a_wrong_cell_is_reported() {
    let events = imported::<EventRow>(EVENTS);
    assert_eq!(events.rows.len(), 4);
    assert_eq!(
        row_texts(&events)[2],
        "4: 620011-MAPPS-Oat Bar, Honey \"Crunch\" (251208540111) - V2-CORE|31900450|157384|8135|Club 8135|\
         11/25/2026 12:00:00 AM|12/05/2026 12:01:00 AM|390|Core|"
    );
    let [wrong] = events.wrong_cells.as_slice() else { panic!("{:?}", events.wrong_cells) };
    assert_eq!((wrong.row, wrong.column.as_str()), (6, "Due Date/Time"));
    assert_eq!(wrong.found, "\"11/31/2026 12:01:00 AM\"");
    assert_eq!(wrong.expected, "a date and time like 09/23/2025 10:15:00 AM, without a time zone");

    let schedule = imported::<ScheduleRow>(SCHEDULE);
    assert_eq!(
        row_texts(&schedule)[0],
        "5: 619030-LKD-AF-Peach Tea (251208539401) - V2-CORE|31900401|157384|8135|Club 8135|\
         11/20/2026 12:00:00 AM|11/30/2026 12:01:00 AM|390|AVERY QUILL|US000101|11/27/2026 10:15:00 AM|Core"
    );
    assert_eq!(
        row_texts(&imported::<EmployeeRow>(EMPLOYEES)),
        [
            "2: US000101|Avery Quill|Lead Event Specialist|no|yes||150001",
            "3: US000102|Rosa Kettle|Club Supervisor||yes||150002",
            "4: US000103|Hank Lathe|Juicer Barista|yes|no|2026-10-31|",
        ]
    );
    assert_eq!(
        row_texts(&imported::<AvailabilityRow>(AVAILABILITY)),
        [
            "2: US000101|yes|08:00-14:00|no|yes|yes||||",
            "3: US000101||no||||||2026-12-01|2026-12-07",
            "4: US000102|08:00-16:30|yes|yes|yes|yes|no|no||",
        ]
    );
    assert_eq!(
        row_texts(&imported::<TimeOffRow>(TIME_OFF)),
        ["2: US000101|2026-12-24|2026-12-26", "3: US000102|2026-12-31|2026-12-31"]
    );
}

#[test]
fn workbooks_and_texts_of_various_forms_give_the_same_row() {
    let text = format!("{EVENTS_HEAD}{EVENTS_ROW}");
    let expected = imported::<EventRow>(text.as_bytes()).rows;
    let head: Vec<&str> = EVENTS_HEAD.trim_end().split(',').collect();
    let name = "619044-LKD-Cherry - V2-CORE";
    // 2026-11-24 has the serial number 46350 in workbooks that count from 1900, and 44888 in those that count from
    // 1904. A minute after midnight is 0.000694….
    let rows =
        |start: &str, due: &str, minutes: &str| row(1, &head) + &row(2, &[name, "#0:31900442", start, due, minutes]);
    let (start, due) = ("#1:46350", "#1:46360.000694444445");
    for (form, sheet, properties) in [
        ("dates", rows(start, due, "#0:390"), ""),
        ("serial numbers", rows("#0:46350", "#0:46360.000694444445", "390"), ""),
        ("dates from 1904", rows("#1:44888", "#1:44898.000694444445", "#0:390"), r#"<workbookPr date1904="1"/>"#),
        (
            "serial numbers from 1904",
            rows("#0:44888", "#0:44898.000694444445", "390"),
            r#"<workbookPr date1904="true"/>"#,
        ),
        ("dates as text", rows("11/24/2026 12:00:00 AM", "2026-12-04T00:01:00", "390.0"), ""),
        ("a length as a time", rows(start, due, "#3:0.270833333333333"), ""),
        ("a length as a duration", rows(start, due, "#4:0.270833333333333"), ""),
        (
            "formulas with the values they had",
            rows(start, due, "#0:390").replace("<v>390</v>", "<f>6*65</f><v>390</v>"),
            "",
        ),
    ] {
        let book = Book { properties: properties.to_owned(), ..Book::of(&sheet) };
        let found = imported::<EventRow>(&book.bytes());
        assert_eq!((found.rows, found.wrong_cells), (expected.clone(), Vec::new()), "{form}");
    }
    for (form, text) in [
        ("semicolons", text.replace(',', ";")),
        ("tabs", text.replace(',', "\t")),
        ("bars", text.replace(',', "|")),
        ("line ends of Windows", text.replace('\n', "\r\n")),
        ("line ends of old Macs", text.replace('\n', "\r")),
        ("serial numbers", text.replace("11/24/2026 12:00:00 AM", "46350")),
        (
            "other headings",
            text.replace("Project Reference Number", " project REF ").replace("Estimated Time", "est. time"),
        ),
    ] {
        assert_eq!(imported::<EventRow>(text.as_bytes()).rows, expected, "{form}");
    }
}

#[test]
fn headings_are_found_below_a_title_and_in_merged_cells() {
    let title = ["Events of club 8135"];
    let upper_headings = ["Project Name", "Project Reference", "Start", "", "Due", "Estimated"];
    let lower_headings = ["", "Number", "Date/Time", "(zone)", "Date/Time", "Time"];
    let data = ["x - V2-CORE", "#0:1", "#1:46350", "EST", "#1:46360", "#0:390"];
    let sheet = row(2, &title) + &row(4, &upper_headings) + &row(5, &lower_headings) + &row(7, &data);
    let found = imported::<EventRow>(&Book::of(&sheet).bytes());
    assert_eq!(found.wrong_cells, []);
    assert_eq!(row_texts(&found)[0], "7: x - V2-CORE|1||||11/24/2026 12:00:00 AM|12/04/2026 12:00:00 AM|390|Core|");
}

#[test]
fn a_mapping_determines_the_columns() {
    let text = "What,No,Opens,Closes\nx - V2-CORE,1,11/24/2026,12/04/2026\n";
    let mapping = |pairs: &[(&str, &str)]| -> Mapping {
        pairs.iter().map(|(key, heading)| ((*key).to_owned(), (*heading).to_owned())).collect()
    };
    let names = [("name", "what"), ("ref", "NO"), ("start", "Opens"), ("due", "Closes")];
    let found = read::<EventRow>(text.as_bytes(), &mapping(&names)).expect("rows");
    assert_eq!(found.rows[0].1.event_ref, EventRef(1));
    let refused = |pairs: &[(&str, &str)]| read::<EventRow>(text.as_bytes(), &mapping(pairs)).expect_err("a refusal");
    assert_eq!(refused(&[]).code(), "FILE_MISSING_COLUMNS");
    assert_eq!(refused(&[("colour", "No")]).code(), "FILE_UNKNOWN_FIELD");
    let missing = refused(&[("name", "what"), ("ref", "NO"), ("start", "Begin"), ("due", "Closes")]);
    assert_eq!(missing.to_string(), "no row has all headings that are needed; the best row lacks: Begin");
}

#[test]
fn the_digest_depends_only_on_the_unpacked_content() {
    let text = format!("{EVENTS_HEAD}{EVENTS_ROW}");
    let plain = imported::<EventRow>(text.as_bytes()).digest;
    assert_eq!(imported::<EventRow>(&gzipped(text.as_bytes())).digest, plain);
    assert_ne!(imported::<EventRow>(format!("{text}\n").as_bytes()).digest, plain);
    assert_eq!(plain.to_string().len(), 64);
}

/// Reads events with these names, numbers and lengths. Names that end with `…` are filled up to 100 characters.
fn types(rows: &[(&str, u64, &str)]) -> Vec<TypeFinding> {
    let mut text = EVENTS_HEAD.to_owned();
    for (name, number, minutes) in rows {
        let name = match name.strip_suffix('…') {
            Some(begin) => format!("{begin}{}", "z".repeat(100 - begin.chars().count())),
            None => (*name).to_owned(),
        };
        text += &format!("{name},{number},11/24/2026,12/04/2026,{minutes}\n");
    }
    imported::<EventRow>(text.as_bytes()).rows.into_iter().map(|(_, row)| row.kind).collect()
}

#[test]
fn the_type_of_an_event_with_a_cut_name_is_recovered_or_unsure() {
    use EventType::{Core, DigitalSetup, Digitals, Other, Supervisor};
    use TypeFinding::{Detected, Recovered, Unsure};
    let by = |kind, number| Recovered(kind, Evidence::Neighbour(EventRef(number)));
    for (rows, expected) in [
        (vec![("619044-x - V2-CORE", 1, "")], vec![Detected(Core)]),
        (vec![("619044-x", 1, "")], vec![Detected(Other)]),
        (vec![("619044-x…", 1, "")], vec![Unsure(Other)]),
        (vec![("619044-x…", 1, "390")], vec![Recovered(Core, Evidence::Length)]),
        (vec![("619044-x…", 1, "5")], vec![Recovered(Supervisor, Evidence::Length)]),
        (vec![("619044 core…", 1, "")], vec![Unsure(Other)]),
        (vec![("619044 core …", 1, "")], vec![Detected(Core)]),
        (vec![("Digital Setup …", 1, "")], vec![Detected(DigitalSetup)]),
        (vec![("Digital …", 1, "")], vec![Unsure(Digitals)]),
        (vec![("619044-x…", 7, ""), ("619044-x - V2-CORE", 8, "")], vec![by(Supervisor, 8), Detected(Core)]),
        (vec![("619044-x…", 7, ""), ("619044-x - V2-Supervisor", 6, "")], vec![by(Core, 6), Detected(Supervisor)]),
        (vec![("619044-x…", 7, ""), ("619044-x…", 8, "")], vec![by(Supervisor, 8), by(Core, 7)]),
        (
            vec![("619044-x…", 7, ""), ("619044-x…", 8, "390")],
            vec![by(Supervisor, 8), Recovered(Core, Evidence::Length)],
        ),
        (vec![("619044-x…", 7, ""), ("619045-x - V2-CORE", 8, "")], vec![Unsure(Other), Detected(Core)]),
        (
            vec![("619044-x…", 7, ""), ("619044-x (251208539497) - V2-CORE", 90, "")],
            vec![Recovered(Supervisor, Evidence::SameNumber(EventRef(90))), Detected(Core)],
        ),
        (
            vec![("619044-x…", 7, ""), ("619044-x - V2-CORE", 90, ""), ("619044-x - V2-CORE", 95, "")],
            vec![Unsure(Other), Detected(Core), Detected(Core)],
        ),
        (vec![("x…", 7, ""), ("x - CORE", 8, "")], vec![Unsure(Other), Detected(Core)]),
    ] {
        assert_eq!(types(&rows), expected, "{rows:?}");
    }
}

#[test]
fn a_name_that_was_cut_from_the_known_name_does_not_replace_it_or_the_type() {
    let whole = format!("619044-{} - V2-CORE", "z".repeat(120));
    let cut: String = whole.chars().take(100).collect();
    let row = |name: &str| imported::<EventRow>(format!("{EVENTS_HEAD}{name},1,11/24/2026,12/04/2026,\n").as_bytes());
    let known = row(&whole).rows.remove(0).1;
    let preview = row(&cut).preview([known.clone()]);
    assert_eq!(preview.to_store().count(), 0, "{:?}", preview.changed);
    let other = row("619044-Another - V2-CORE").preview([known]);
    assert_eq!(other.changed[0].fields.len(), 1);
    assert_eq!(other.changed[0].fields[0].column, "Project Name");
}

#[test]
fn a_missing_type_or_length_keeps_the_known_one() {
    let file = |heading: &str, row: &str| format!("{}{heading}\n{row}\n", EVENTS_HEAD.trim_end());
    for (known, sent) in [
        (
            file(",Event Type", "619044-x,1,11/24/2026,12/04/2026,60,Core"),
            file("", "619044-x,1,11/24/2026,12/04/2026,60"),
        ),
        (file("", "619044-x,1,11/24/2026,12/04/2026,390"), file("", "619044-x,1,11/24/2026,12/04/2026,")),
    ] {
        let known = imported::<EventRow>(known.as_bytes()).rows.remove(0).1;
        assert_eq!(known.kind.sure_type(), Some(EventType::Core));
        let preview = imported::<EventRow>(sent.as_bytes()).preview([known]);
        assert_eq!(preview.to_store().count(), 0, "{:?}", preview.changed);
    }
}

#[test]
fn a_type_that_is_recovered_does_not_replace_a_type_that_was_given() {
    let known = format!("{},Event Type\n619044-x,1,11/24/2026,12/04/2026,390,Freeosk\n", EVENTS_HEAD.trim_end());
    let known = imported::<EventRow>(known.as_bytes()).rows.remove(0).1;
    let cut = format!("619044-{}", "z".repeat(93));
    for sent in [
        format!("{EVENTS_HEAD}{cut},1,11/24/2026,12/04/2026,390\n"),
        format!("{EVENTS_HEAD}{cut},1,11/24/2026,12/04/2026,\n619044-x - V2-CORE,2,11/24/2026,12/04/2026,390\n"),
    ] {
        let sent = imported::<EventRow>(sent.as_bytes());
        assert!(matches!(sent.rows[0].1.kind, TypeFinding::Recovered(..)), "{:?}", sent.rows);
        let preview = sent.preview([known.clone()]);
        let [changed] = preview.changed.as_slice() else { panic!("{:?}", preview.changed) };
        assert_eq!(
            (changed.new.name.as_str(), changed.new.kind),
            (cut.as_str(), TypeFinding::Given(EventType::Freeosk))
        );
    }
}

#[test]
fn missing_columns_and_blank_cells_keep_the_known_values() {
    let known = imported::<EmployeeRow>(EMPLOYEES).rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>();
    let file = b"Employee ID,Name,Active\nUS000101,Avery Quill,\nUS000103,Hank Lathe,yes\nUS000104,Ida Fern,yes\n";
    let preview = imported::<EmployeeRow>(file).preview(known.clone());
    assert_eq!(preview.unchanged, [known[0].clone()]);
    assert_eq!(preview.new.len(), 1);
    let [changed] = preview.changed.as_slice() else { panic!("{:?}", preview.changed) };
    assert_eq!(changed.new, EmployeeRow { active: Some(true), ..known[2].clone() });
    let field = &changed.fields[0];
    assert_eq!((field.column, field.old.as_str(), field.new.as_str()), ("Active", "no", "yes"));
}

#[test]
fn each_row_of_an_event_with_differing_rows_is_reported_with_a_row_that_differs() {
    let shorter = EVENTS_ROW.replace("390", "60");
    let (a, b) = (EVENTS_ROW, shorter.as_str());
    for (rows, expected) in [([a, a, b], [4, 4, 2]), ([a, b, a], [3, 2, 3]), ([b, a, a], [3, 2, 2])] {
        let events = imported::<EventRow>(format!("{EVENTS_HEAD}{}", rows.concat()).as_bytes());
        assert_eq!(row_texts(&events), Vec::<String>::new());
        let found: Vec<_> = events.wrong_cells.iter().map(|cell| (cell.row, cell.found.clone())).collect();
        let found_of = |n: u32| format!("the same value as in row {n}, but other cells differ");
        assert_eq!(found, [(2, found_of(expected[0])), (3, found_of(expected[1])), (4, found_of(expected[2]))]);
    }
}
