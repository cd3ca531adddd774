//! A table of malformed, hostile or unusual files, each with the exact result: the rows that are read and the cells that
//! are wrong, or the code of the refusal.

use std::fmt::Write as _;

use files::import::{Mapping, read};
use files::records::EventRow;

use crate::common::{Book, EVENTS_HEAD, EVENTS_ROW, events_sheet, gzipped, row, sheet, zipped};

/// The result of a file: `2:31900442` for each row that is read, `3[Due Date/Time]` for each wrong cell, or a code.
fn outcome(file: &[u8]) -> String {
    let imported = match read::<EventRow>(file, &Mapping::new()) {
        Ok(imported) => imported,
        Err(refused) => return refused.code().to_owned(),
    };
    let mut results: Vec<String> =
        imported.rows.iter().map(|(number, row)| format!("{number}:{}", row.event_ref)).collect();
    for cells in imported.wrong_cells.chunk_by(|a, b| a.row == b.row) {
        let columns: Vec<&str> = cells.iter().map(|cell| cell.column.as_str()).collect();
        results.push(format!("{}[{}]", cells[0].row, columns.join(",")));
    }
    if results.is_empty() { "no rows".to_owned() } else { results.join(" ") }
}

/// A case of the table: name, file, expected result.
type Case = (&'static str, Vec<u8>, &'static str);

/// [`EVENTS_ROW`] with another reference number.
fn event(number: u32) -> String {
    EVENTS_ROW.replace("31900442", &number.to_string())
}

/// The headings and these rows.
fn text(rows: &[&str]) -> Vec<u8> {
    format!("{EVENTS_HEAD}{}", rows.concat()).into_bytes()
}

/// The headings, [`EVENTS_ROW`] in row 2, and in row 3 another event with one text replaced.
fn with_row_3(from: &str, to: &str) -> Vec<u8> {
    text(&[EVENTS_ROW, &event(7).replace(from, to)])
}

/// A workbook with the headings, [`EVENTS_ROW`] in row 2, and these cells in row 3.
fn workbook_with_row_3(cells: &[&str]) -> Book {
    Book::of(&(events_sheet() + &row(3, cells)))
}

const NAME: &str = "x - V2-CORE";

fn wide(text: &str, mark: &[u8], of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    [mark.to_vec(), text.encode_utf16().flat_map(of).collect()].concat()
}

fn encodings() -> Vec<Case> {
    let accents = format!("{EVENTS_HEAD}{EVENTS_ROW}{}", event(7).replace("Cherry", "Ros\u{e9} Caf\u{e9}"));
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect::<Vec<u8>>();
    let mixed = [accents.as_bytes(), &latin(&event(8).replace("Cherry", "Ros\u{e9}"))].concat();
    let little = |mark| wide(&accents, mark, u16::to_le_bytes);
    let big = |mark| wide(&accents, mark, u16::to_be_bytes);
    let both = "2:31900442 3:7";
    vec![
        ("UTF-8", accents.clone().into(), both),
        ("UTF-8 with its mark", [b"\xef\xbb\xbf", accents.as_bytes()].concat(), both),
        ("UTF-16 LE with its mark", little(b"\xff\xfe"), both),
        ("UTF-16 LE without a mark", little(b""), both),
        ("UTF-16 BE with its mark", big(b"\xfe\xff"), both),
        ("UTF-16 BE without a mark", big(b""), both),
        ("Windows-1252", latin(&accents), both),
        ("UTF-8 with one name in Windows-1252", mixed, "2:31900442 3:7 4[Project Name]"),
        (
            "UTF-16 with half a character",
            [little(b"\xff\xfe"), b"x".to_vec()].concat(),
            "2:31900442 3:7 4[Project Name,Project Reference Number,Start Date/Time,Due Date/Time]",
        ),
        ("UTF-32", accents.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(), "FILE_NOT_A_SPREADSHEET"),
        ("a zero character in a name", with_row_3("Cherry", "Che\0rry"), "FILE_NOT_A_SPREADSHEET"),
        ("a control character in a name", with_row_3("Cherry", "Che\u{7}rry"), "2:31900442 3[Project Name]"),
        (
            "a mark inside, after a blank line",
            [b"\n\xef\xbb\xbf", text(&[EVENTS_ROW]).as_slice()].concat(),
            "3:31900442",
        ),
        (
            "line ends of three systems in one file",
            text(&[&EVENTS_ROW.replace('\n', "\r\n"), &event(7).replace('\n', "\r"), &event(8)]),
            "2:31900442 3:7 4:8",
        ),
    ]
}

fn shapes_of_text() -> Vec<Case> {
    let two = text(&[EVENTS_ROW, &event(7)]);
    let of = |text: &[u8], from: &str, to: &str| String::from_utf8_lossy(text).replace(from, to).into_bytes();
    let head = EVENTS_HEAD.trim_end();
    vec![
        ("nothing", Vec::new(), "FILE_EMPTY"),
        ("line ends alone", b"\r\n\r\n".to_vec(), "FILE_MISSING_COLUMNS"),
        ("headings alone", text(&[]), "no rows"),
        ("headings without a line end", head.into(), "no rows"),
        ("no headings", event(7).into(), "FILE_MISSING_COLUMNS"),
        ("a heading is missing", of(&two, ",Due Date/Time", ",Ends"), "FILE_MISSING_COLUMNS"),
        ("a heading twice", of(&two, "Estimated Time", "Start Date/Time"), "FILE_REPEATED_COLUMN"),
        (
            "headings again below",
            text(&[EVENTS_ROW, EVENTS_HEAD, &event(7)]),
            "2:31900442 4:7 3[Project Reference Number,Start Date/Time,Due Date/Time,Estimated Time]",
        ),
        (
            "headings with blanks, breaks and case",
            of(&two, "Project Reference Number", "\" project\nREFERENCE  number \""),
            "2:31900442 3:7",
        ),
        ("the headings in row 21", [b"x\n".repeat(20), two.clone()].concat(), "FILE_MISSING_COLUMNS"),
        (
            "a title above, a total below",
            [b"Events of today\n\n".as_slice(), &two, b"Total,2\n"].concat(),
            "4:31900442 5:7 6[Start Date/Time,Due Date/Time]",
        ),
        (
            "blank rows and lines",
            text(&["\n", EVENTS_ROW, ",,,,\n", " , ,\t,\n\n", &event(7), "\n\n"]),
            "3:31900442 7:7",
        ),
        ("semicolons", of(&two, ",", ";"), "2:31900442 3:7"),
        ("tabs", of(&two, ",", "\t"), "2:31900442 3:7"),
        ("bars", of(&two, ",", "|"), "2:31900442 3:7"),
        ("the delimiter named above", [b"sep=;\n", of(&two, ",", ";").as_slice()].concat(), "2:31900442 3:7"),
        ("tildes", of(&two, ",", "~"), "FILE_MISSING_COLUMNS"),
        (
            "a row of other delimiters",
            text(&[EVENTS_ROW, &event(7).replace(',', ";")]),
            "2:31900442 3[Project Reference Number,Start Date/Time,Due Date/Time]",
        ),
        (
            "too few cells",
            text(&[EVENTS_ROW, "x\n", &event(7)]),
            "2:31900442 4:7 3[Project Reference Number,Start Date/Time,Due Date/Time]",
        ),
        ("too many cells", text(&[EVENTS_ROW, &event(7).replace('\n', ",,more,\n")]), "2:31900442 3:7"),
    ]
}

fn cells_of_text() -> Vec<Case> {
    let unclosed = event(7).replace("619044", "\"619044");
    vec![
        (
            "a quote that is not closed",
            text(&[EVENTS_ROW, &unclosed, &event(8), &event(9)]),
            "2:31900442 4:8 5:9 3[Project Name]",
        ),
        (
            "a quote that is closed too soon",
            text(&[EVENTS_ROW, &event(7).replace("619044", "\"6\"19044"), &event(8)]),
            "2:31900442 4:8 3[Project Name]",
        ),
        (
            "quotes escaped by a backslash",
            text(&[EVENTS_ROW, &event(7).replace("619044-LKD-Cherry", "\"6\\\" pack\""), &event(8)]),
            "2:31900442 4:8 3[Project Name]",
        ),
        (
            "a quote that is not closed in the last cell",
            text(&[EVENTS_ROW, &event(7).replace(",390", ",\"390")]),
            "2:31900442 3[Estimated Time]",
        ),
        (
            "a quote that is not closed in a column that is not read",
            text(&[EVENTS_ROW, &event(7).replace(",390", ",390,\"x"), &event(8)]),
            "2:31900442 4:8 3[column 6]",
        ),
        (
            "a quote that is not closed in the headings",
            format!("\"{EVENTS_HEAD}{EVENTS_ROW}").into(),
            "FILE_BROKEN_QUOTES",
        ),
        ("a quote inside a cell without quotes", with_row_3("Cherry", "6\" Cherry"), "2:31900442 3:7"),
        (
            "a cell of two lines",
            with_row_3("619044-LKD-Cherry - V2-CORE", "\"619044-LKD\nCherry - V2-CORE\""),
            "2:31900442 3:7",
        ),
        ("digits wrapped in a formula", with_row_3(",7,", ",=\"7\","), "2:31900442 3:7"),
        ("a cell of 32,768 characters", with_row_3("Cherry", &"x".repeat(32_768)), "2:31900442 3[Project Name]"),
        ("a name of 1,000 characters", with_row_3("619044-LKD-Cherry - V2-CORE", &"x".repeat(1_000)), "2:31900442 3:7"),
        ("a formula as text", with_row_3("619044-LKD-Cherry", "=HYPERLINK(1)"), "2:31900442 3:7"),
        ("an error of a formula", with_row_3("619044-LKD-Cherry - V2-CORE", "#REF!"), "2:31900442 3[Project Name]"),
        ("the same row twice", text(&[EVENTS_ROW, EVENTS_ROW]), "2:31900442"),
        (
            "the same number with other details",
            text(&[EVENTS_ROW, &EVENTS_ROW.replace("390", "60"), &event(7)]),
            "4:7 2[Project Reference Number] 3[Project Reference Number]",
        ),
        (
            "content beyond column 256",
            text(&[EVENTS_ROW, &event(7).replace('\n', &format!("{}x\n", ",".repeat(300)))]),
            "FILE_TOO_MANY_COLUMNS",
        ),
        (
            "blanks beyond column 256",
            text(&[EVENTS_ROW, &event(7).replace('\n', &format!("{}\n", ",".repeat(300)))]),
            "2:31900442 3:7",
        ),
    ]
}

fn values() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut of = |name, from: &str, to: &str, expected| cases.push((name, with_row_3(from, to), expected));
    let (number, start, due, minutes) = (
        "2:31900442 3[Project Reference Number]",
        "2:31900442 3[Start Date/Time]",
        "2:31900442 3[Due Date/Time]",
        "2:31900442 3[Estimated Time]",
    );
    of("a number below zero", ",7,", ",-7,", number);
    of("a number with decimals", ",7,", ",7.5,", number);
    of("a number beyond what is kept exactly", ",7,", ",9007199254740992,", number);
    of("a number with an exponent", ",7,", ",3.19E+07,", number);
    of("a number with thousands", ",7,", ",\"31,900,442\",", number);
    of("a number in Arabic-Indic digits", ",7,", ",\u{664}\u{662},", number);
    of("no number", ",7,", ",,", number);
    of("February 30", "11/24/2026", "02/30/2026", start);
    of("25 o'clock", "12:00:00 AM", "25:00", start);
    of("13:00 PM", "12:00:00 AM", "13:00 PM", start);
    of("a day before the month", "11/24/2026", "24/11/2026", start);
    of("a year long before 1990", "11/24/2026", "11/24/1026", start);
    of("a time zone", "11/24/2026 12:00:00 AM", "2026-11-24T00:00:00Z", start);
    of("a serial date below zero", "11/24/2026 12:00:00 AM", "-1", start);
    of("a serial date that is too large", "11/24/2026 12:00:00 AM", "99999999999", start);
    of("a date in words", "11/24/2026 12:00:00 AM", "next Tuesday", start);
    of("a serial date", "11/24/2026 12:00:00 AM", "46350", "2:31900442 3:7");
    of("an ISO date", "11/24/2026 12:00:00 AM", "2026-11-24 00:00", "2:31900442 3:7");
    of("due before its start", "12/04/2026", "12/04/2025", due);
    of("a length of nothing", ",390", ",0", minutes);
    of("a length beyond a week", ",390", ",10081", minutes);
    of("a length of half a minute", ",390", ",0.5m", minutes);
    of("a length in hours and minutes", ",390", ",6:30", "2:31900442 3:7");
    cases
}

fn other_kinds() -> Vec<Case> {
    let none = "FILE_NOT_A_SPREADSHEET";
    let rels = |target: &str| {
        format!(r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="{target}"/></Relationships>"#)
    };
    let document = zipped(&[
        ("_rels/.rels", rels("word/document.xml").as_bytes()),
        ("word/document.xml", b"<document><sheet/></document>"),
    ]);
    let binary = zipped(&[("_rels/.rels", rels("xl/workbook.bin").as_bytes()), ("xl/workbook.bin", b"\x83\x01\0\xff")]);
    let open_document =
        zipped(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<office/>")]);
    let old = |name: &str| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), wide(name, b"", u16::to_le_bytes)].concat();
    let mut truncated = Book::of(&events_sheet()).bytes();
    truncated.truncate(truncated.len() - 30);
    let mut locked = Book::of(&events_sheet()).bytes();
    // Set the flag of entries with a password, in the directory and before each part.
    for at in 0..locked.len() - 8 {
        match &locked[at..at + 4] {
            b"PK\x01\x02" => locked[at + 8] |= 1,
            b"PK\x03\x04" => locked[at + 6] |= 1,
            _ => {}
        }
    }
    vec![
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01".to_vec(), none),
        ("a PDF", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n".to_vec(), none),
        ("a web page named .xls", b"<html><table><tr><td>Project Name</td></tr></table></html>".to_vec(), none),
        ("a table of XML", b"<?xml version=\"1.0\"?>\n<Workbook/>".to_vec(), none),
        ("JSON", br#"[{"Project Name": "x"}]"#.to_vec(), none),
        ("a text document", document, none),
        ("a binary workbook", binary, none),
        ("an open document", open_document, none),
        ("an old workbook", old("Workbook"), "FILE_OLD_OR_LOCKED"),
        ("a workbook with a password", old("EncryptedPackage"), "FILE_OLD_OR_LOCKED"),
        ("an archive with a password", locked, "FILE_OLD_OR_LOCKED"),
        ("an archive without its end", truncated, "FILE_DAMAGED"),
        ("gzip", gzipped(&text(&[EVENTS_ROW])), "2:31900442"),
        ("a workbook in gzip", gzipped(&Book::of(&events_sheet()).bytes()), "2:31900442"),
        ("gzip in gzip", gzipped(&gzipped(&text(&[EVENTS_ROW]))), none),
        ("half of gzip", gzipped(&text(&[EVENTS_ROW]))[..40].to_vec(), "FILE_DAMAGED"),
        ("5 MB", vec![b'x'; 5 << 20], "FILE_TOO_LARGE"),
        ("40 MB of blank rows in gzip", gzipped(&vec![b'\n'; 40 << 20]), "FILE_CONTENT_TOO_LARGE"),
        ("a million columns", "x,".repeat(1_000_000).into_bytes(), "FILE_TOO_MANY_COLUMNS"),
        ("10,001 rows of quotes that do not match", text(&[&"\"a\"b\n".repeat(10_001)]), "FILE_TOO_MANY_ROWS"),
    ]
}

fn workbooks() -> Vec<Case> {
    let book = |sheet_data: &str| Book::of(sheet_data).bytes();
    let cells = |start: &'static str, due: &'static str, minutes: &'static str| [NAME, "#0:7", start, due, minutes];
    let book_with_row_3 = |start, due, minutes| workbook_with_row_3(&cells(start, due, minutes)).bytes();
    let usual = cells("#1:46350", "#1:46360", "#0:390");
    let with = |from: &str, to: &str| Book::of(&(events_sheet() + &row(3, &usual).replace(from, to))).bytes();
    let parts =
        |name: &str, content: &str| Book { more: vec![(name.into(), content.into())], ..Book::of(&events_sheet()) };
    let from_1904 = |sheet: &str| Book { properties: r#"<workbookPr date1904="1"/>"#.into(), ..Book::of(sheet) };
    let merged = row(1, &["Project Name", "Project Reference", "Start", "", "Due", "Estimated"])
        + &row(2, &["", "Number", "Date/Time", "(zone)", "Date/Time", "Time"])
        + &row(3, &[NAME, "#0:7", "#1:46350", "EST", "#1:46360", "#0:390"]);
    let entities = r#"<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#;
    let laughs = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>"#;
    let with_doctype =
        |doctype: &str| Book { sheets: vec![format!("{doctype}{}", sheet(&events_sheet()))], ..Book::default() };
    let (both, wrong_start) = ("2:31900442 3:7", "2:31900442 3[Start Date/Time]");
    vec![
        ("a workbook", book(&(events_sheet() + &row(3, &usual))), both),
        ("headings alone in a sheet", book(&row(1, &EVENTS_HEAD.trim_end().split(',').collect::<Vec<_>>())), "no rows"),
        ("a sheet without rows", book(""), "FILE_MISSING_COLUMNS"),
        ("merged headings", book(&merged), "3:7"),
        (
            "dates from 1904",
            from_1904(&(events_sheet() + &row(3, &cells("#1:44888", "#1:44898", "#0:390")))).bytes(),
            both,
        ),
        ("a date of 1900", book_with_row_3("#1:1", "#1:46360", "#0:390"), wrong_start),
        ("February 29 of 1900, which did not exist", book_with_row_3("#1:60", "#1:46360", "#0:390"), wrong_start),
        ("a date below zero", book_with_row_3("#1:-3", "#1:46360", "#0:390"), wrong_start),
        ("a date that is too large", book_with_row_3("#1:1e300", "#1:46360", "#0:390"), wrong_start),
        ("not a number", book_with_row_3("#1:NaN", "#1:46360", "#0:390"), wrong_start),
        ("a length as a time", book_with_row_3("#1:46350", "#1:46360", "#3:0.2708333333"), both),
        ("a formula with its value", with("<v>390</v>", "<f>6*65</f><v>390</v>"), both),
        ("a formula that gave nothing", with(r#" s="0"><v>390</v>"#, r#" t="str"><f>""</f><v></v>"#), both),
        ("formulas without their values", with("<v>390</v>", "<f>6*65</f><v/>"), "2:31900442 3[Estimated Time]"),
        (
            "an error of a formula in a name",
            with(
                &format!(r#" t="inlineStr"><is><t xml:space="preserve">{NAME}</t></is>"#),
                r#" t="e"><f>A9</f><v>#N/A</v>"#,
            ),
            "2:31900442 3[Project Name]",
        ),
        ("an error of a formula in a date", with(r#" s="1"><v>46350</v>"#, r#" t="e"><v>#VALUE!</v>"#), wrong_start),
        ("a shared string that is not there", with(r#" s="0"><v>390</v>"#, r#" t="s"><v>5</v>"#), "FILE_DAMAGED"),
        ("a cell in row 0", book(&events_sheet().replace(r#"<row r="2">"#, r#"<row r="0">"#)), "FILE_DAMAGED"),
        ("a cell of row 0 in row 2", book(&events_sheet().replace(r#"r="A2""#, r#"r="A0""#)), "2:31900442"),
        ("a cell beyond the last column", book(&events_sheet().replace(r#"r="E2""#, r#"r="ZZZ2""#)), "FILE_DAMAGED"),
        (
            "a cell with an invalid reference",
            book(&events_sheet().replace(r#"r="E2""#, r#"r="ZZZZZ1""#)),
            "FILE_DAMAGED",
        ),
        ("a cell in column 257", book(&events_sheet().replace(r#"r="E2""#, r#"r="IW2""#)), "FILE_TOO_MANY_COLUMNS"),
        (
            "a row beyond the last",
            book(&events_sheet().replace(r#"<row r="2">"#, r#"<row r="1048577">"#)),
            "FILE_DAMAGED",
        ),
        (
            "rows out of order",
            book(&(row(9, &EVENTS_HEAD.trim_end().split(',').collect::<Vec<_>>()) + &row(4, &usual))),
            "4:7",
        ),
        ("an entity that reads a file", with_doctype(entities).bytes(), "FILE_UNSAFE"),
        ("entities of entities", with_doctype(laughs).bytes(), "FILE_UNSAFE"),
        ("an entity that is not defined", with(NAME, "&xxe;"), "FILE_DAMAGED"),
        (
            "XML that ends early",
            Book { sheets: vec!["<worksheet><sheetData><row".into()], ..Book::default() }.bytes(),
            "FILE_DAMAGED",
        ),
        ("a macro", parts("xl/vbaProject.bin", "\u{1}").bytes(), "2:31900442"),
        ("a hidden sheet", Book { hidden: vec![0], ..Book::of(&events_sheet()) }.bytes(), "FILE_EMPTY"),
        ("a sheet whose part is missing", without_part("xl/worksheets/s0.xml"), "FILE_DAMAGED"),
        ("a workbook without relations", without_part("xl/_rels/workbook.xml.rels"), "FILE_DAMAGED"),
        ("a workbook without its main part", without_part("xl/workbook.xml"), "FILE_NOT_A_SPREADSHEET"),
        ("a bomb of blank rows", book(&"<row/>".repeat((40 << 20) / 6)), "FILE_CONTENT_TOO_LARGE"),
        ("a bomb of depth", book(&"<a>".repeat(10_000)), "FILE_UNSAFE"),
        ("a name cut at 100 characters", with(NAME, &"x".repeat(100)), both),
    ]
}

/// The workbook of `events_sheet` without one of its parts.
fn without_part(name: &str) -> Vec<u8> {
    let usual = Book::of(&events_sheet()).parts();
    let kept: Vec<(&str, &[u8])> =
        usual.iter().filter(|(part, _)| part != name).map(|(n, c)| (n.as_str(), c.as_slice())).collect();
    assert_eq!(kept.len() + 1, usual.len(), "{name}");
    zipped(&kept)
}

#[test]
fn each_malformed_or_unusual_file_has_its_exact_result() {
    let (mut failed, mut count) = (String::new(), 0);
    for (name, file, expected) in
        [encodings(), shapes_of_text(), cells_of_text(), values(), other_kinds(), workbooks()].concat()
    {
        count += 1;
        let found = outcome(&file);
        if found != expected {
            writeln!(failed, "{name}:\n  found    {found}\n  expected {expected}").expect("text");
        }
    }
    assert!(failed.is_empty(), "{failed}");
    assert!(count > 100, "{count} files");
}

#[test]
fn a_wrong_cell_has_the_text_that_was_found_and_what_was_expected() {
    for (file, row, column, found, expected) in [
        (
            with_row_3("11/24/2026", "02/30/2026"),
            3,
            "Start Date/Time",
            "\"02/30/2026 12:00:00 AM\"",
            "a date and time like",
        ),
        (with_row_3("619044", "\"619044"), 3, "Project Name", "\"619044-LKD-Cherry - V2-CORE\"", "each quote inside"),
        (with_row_3(",7,", ",,"), 3, "Project Reference Number", "nothing", "a whole number"),
    ] {
        let imported = read::<EventRow>(&file, &Mapping::new()).expect("rows");
        let [wrong] = imported.wrong_cells.as_slice() else { panic!("{:?}", imported.wrong_cells) };
        assert_eq!((wrong.row, wrong.column.as_str(), wrong.found.as_str()), (row, column, found));
        assert!(wrong.expected.contains(expected), "{}", wrong.expected);
    }
    let refused = read::<EventRow>(&text(&[]).into_iter().skip(1).collect::<Vec<u8>>(), &Mapping::new());
    let words = "no row has all headings that are needed; the best row lacks: Project Name";
    assert_eq!(refused.expect_err("a refusal").to_string(), words);
    let broken = format!("title\n\"{EVENTS_HEAD}{EVENTS_ROW}");
    let refused = read::<EventRow>(broken.as_bytes(), &Mapping::new()).expect_err("a refusal");
    assert_eq!(refused.to_string(), "the quotes in the headings, row 2, do not match");
}
