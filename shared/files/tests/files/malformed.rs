//! Malformed files, by accident or on purpose. Each is read or refused. The limits of time and memory are asserted in
//! `bombs`.

use files::import::{Mapping, read, wrong_rows};
use files::records::EventRow;

use crate::common::{Book, EVENTS_HEAD, EVENTS_ROW, events_sheet, gzipped, row, sheet, zipped};
use crate::measure::{Cost, measured};

/// The numbers of rows read and left out, or the code of the refusal.
pub fn outcome(file: &[u8]) -> String {
    match read::<EventRow>(file, &Mapping::new()) {
        Ok(imported) => format!("{} read, {} wrong", imported.rows.len(), wrong_rows(&imported.wrong_cells)),
        Err(refused) => refused.code().to_owned(),
    }
}

/// Reads a file, and prints the time and memory used.
pub fn check(name: &str, file: &[u8], expected: &str) -> Cost {
    let (found, cost) = measured(|| outcome(file));
    println!("{cost} {:>9} bytes  {name}: {found}", file.len());
    assert_eq!(found, expected, "{name}");
    cost
}

pub fn events(rows: &str) -> Vec<u8> {
    format!("{EVENTS_HEAD}{rows}").into_bytes()
}

#[test]
fn a_file_that_is_no_spreadsheet_is_refused() {
    let mut truncated = Book::of(&events_sheet()).bytes();
    truncated.truncate(truncated.len() / 2);
    let mut bad_checksum = gzipped(&events(EVENTS_ROW));
    let at = bad_checksum.len() - 6;
    bad_checksum[at] ^= 0xff;
    for (name, file, expected) in [
        ("nothing", Vec::new(), "FILE_EMPTY"),
        ("a byte order mark alone", b"\xef\xbb\xbf".to_vec(), "FILE_EMPTY"),
        ("blanks", b" \n\n  \n".to_vec(), "FILE_MISSING_COLUMNS"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01".to_vec(), "FILE_NOT_A_SPREADSHEET"),
        ("a PDF of text", b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n".to_vec(), "FILE_NOT_A_SPREADSHEET"),
        (
            "a web page named .xls",
            b"<html><table><tr><td>Project Name</td></tr></table></html>".to_vec(),
            "FILE_NOT_A_SPREADSHEET",
        ),
        ("JSON", br#"[{"Project Name": "x"}]"#.to_vec(), "FILE_NOT_A_SPREADSHEET"),
        ("a program", b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec(), "FILE_NOT_A_SPREADSHEET"),
        ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0".to_vec(), "FILE_OLD_OR_LOCKED"),
        ("an archive of something else", zipped(&[("word/document.xml", b"<w/>")]), "FILE_NOT_A_SPREADSHEET"),
        ("an empty archive", zipped(&[]), "FILE_NOT_A_SPREADSHEET"),
        ("the beginning of an archive", b"PK\x03\x04".to_vec(), "FILE_DAMAGED"),
        ("half a workbook", truncated, "FILE_DAMAGED"),
        ("half a gzip file", gzipped(&events(EVENTS_ROW))[..20].to_vec(), "FILE_DAMAGED"),
        ("the beginning of a gzip file", b"\x1f\x8b".to_vec(), "FILE_DAMAGED"),
        ("a gzip file with a wrong checksum", bad_checksum, "FILE_DAMAGED"),
        ("gzip in gzip", gzipped(&gzipped(&events(EVENTS_ROW))), "FILE_NOT_A_SPREADSHEET"),
        ("a gzip file of nothing", gzipped(b""), "FILE_EMPTY"),
        ("zeros", vec![0; 4_096], "FILE_NOT_A_SPREADSHEET"),
        (
            "noise",
            (0..9_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(),
            "FILE_NOT_A_SPREADSHEET",
        ),
    ] {
        check(name, &file, expected);
    }
}

#[test]
fn a_workbook_with_damaged_or_missing_parts_is_refused_or_read() {
    let with = |name: &str, content: &[u8]| Book {
        more: vec![(name.to_owned(), content.to_vec())],
        ..Book::of(&events_sheet())
    };
    let no_sheets = Book { sheets: Vec::new(), ..Book::default() };
    let hidden = Book { hidden: vec![0], ..Book::of(&events_sheet()) };
    let second = Book { sheets: vec![sheet(&row(1, &["Notes"])), sheet(&events_sheet())], ..Book::default() };
    let open_end = Book { sheets: vec![format!("<worksheet><sheetData>{}", events_sheet())], ..Book::default() };
    let no_data = Book { sheets: vec!["<worksheet/>".into()], ..Book::default() };
    let wrong_index = Book::of(r#"<row r="1"><c r="A1" t="s"><v>99</v></c></row>"#);
    let wrong_number = Book::of(r#"<row r="1"><c r="A1"><v>12x</v></c></row>"#);
    let wrong_place = Book::of(r#"<row r="1"><c r="1A"><v>1</v></c></row>"#);
    let far_row = Book::of(r#"<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>"#);
    let no_places = Book::of(&events_sheet().replace(r#" r=""#, r#" x=""#));
    let crossed = Book::of("<row><c></row></c>");
    for (name, book, expected) in [
        ("an intact workbook", Book::of(&events_sheet()), "1 read, 0 wrong"),
        ("no sheet", no_sheets, "FILE_EMPTY"),
        ("only a hidden sheet", hidden, "FILE_EMPTY"),
        ("the second sheet has the headings", second, "1 read, 0 wrong"),
        ("a sheet without an end", open_end, "FILE_DAMAGED"),
        ("a sheet without data", no_data, "FILE_MISSING_COLUMNS"),
        ("an empty sheet", Book::of(""), "FILE_MISSING_COLUMNS"),
        ("a shared string that is not there", wrong_index, "FILE_DAMAGED"),
        ("a number that cannot be read", wrong_number, "FILE_MISSING_COLUMNS"),
        ("a cell with an invalid reference", wrong_place, "FILE_DAMAGED"),
        ("a row beyond every sheet", far_row, "FILE_DAMAGED"),
        ("cells without places", no_places, "1 read, 0 wrong"),
        ("elements that are not closed in order", crossed, "FILE_DAMAGED"),
        ("XML that ends in a tag", Book::of("<row r="), "FILE_DAMAGED"),
        ("a macro", with("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "1 read, 0 wrong"),
    ] {
        check(name, &book.bytes(), expected);
    }
}

#[test]
fn a_wrong_row_does_not_affect_the_other_rows() {
    let good = EVENTS_ROW;
    let other = |from: &str, to: &str| EVENTS_ROW.replace("31900442", "31900443").replace(from, to);
    for (name, rows, expected) in [
        ("no row", String::new(), "0 read, 0 wrong"),
        ("blank rows between", format!("\n\n{good}\n,,,,\n  ,\n{}\n\n", other("", "")), "2 read, 0 wrong"),
        ("no reference number", format!("{good}{}", other("31900443", "")), "1 read, 1 wrong"),
        ("a number with an exponent", format!("{good}{}", other("31900443", "3.19E+07")), "1 read, 1 wrong"),
        ("a negative number", format!("{good}{}", other("31900443", "-5")), "1 read, 1 wrong"),
        ("a date that does not exist", format!("{good}{}", other("11/24/2026", "11/31/2026")), "1 read, 1 wrong"),
        ("day before month", format!("{good}{}", other("11/24/2026", "24/11/2026")), "1 read, 1 wrong"),
        ("due before start", format!("{good}{}", other("12/04/2026", "11/04/2026")), "1 read, 1 wrong"),
        ("a length of 0", format!("{good}{}", other(",390", ",0")), "1 read, 1 wrong"),
        ("a length beyond a week", format!("{good}{}", other(",390", ",10081")), "1 read, 1 wrong"),
        ("too few cells", format!("{good}x,31900443\n"), "1 read, 1 wrong"),
        ("too many cells", format!("{good}{}", other(",390", ",390,,,extra")), "2 read, 0 wrong"),
        ("the same row twice", format!("{good}{good}"), "1 read, 0 wrong"),
        ("two rows that contradict each other", format!("{good}{}", good.replace("390", "360")), "0 read, 2 wrong"),
        ("a name of 1,001 characters", format!("{good}{}", other("Cherry", &"x".repeat(1_001))), "1 read, 1 wrong"),
        ("a control character in a name", format!("{good}{}", other("Cherry", "Che\u{1}rry")), "1 read, 1 wrong"),
        ("a quote inside a cell", format!("{good}{}", other("Cherry", "6\" Cherry")), "2 read, 0 wrong"),
    ] {
        check(name, &events(&rows), expected);
    }
}

#[test]
fn a_text_that_is_too_long_is_never_cut_to_a_length_that_is_accepted() {
    let name = "619044-LKD-Cherry - V2-CORE";
    let long = |text: &str| {
        row(1, &EVENTS_HEAD.trim_end().split(',').collect::<Vec<_>>())
            + &row(2, &[text, "1", "11/24/2026", "12/04/2026", "390"])
    };
    // If these texts are cut before they are cleaned, 1,000 characters or fewer are left.
    for (case, text) in [
        ("before a blank", format!("{} {}", "x".repeat(1_000), "y".repeat(50))),
        ("after leading blanks", format!("{}{}", " ".repeat(1_001), "x".repeat(1_001))),
        ("at an apostrophe before a formula", format!("'={}", "x".repeat(1_000))),
        ("at line breaks", format!("{}{}", "x\r\n".repeat(400), "x".repeat(500))),
        ("at escapes of a workbook", format!("{}{}", "_x0041_".repeat(100), "x".repeat(950))),
    ] {
        let csv = events(&format!("\"{text}\",1,11/24/2026,12/04/2026,390\n"));
        check(&format!("CSV, {case}"), &csv, "0 read, 1 wrong");
        let escaped = text.replace('\r', "&#13;");
        check(&format!("a workbook, {case}"), &Book::of(&long(&escaped)).bytes(), "0 read, 1 wrong");
        let shared =
            Book {
                shared: Some(format!("<sst><si><t>{escaped}</t></si></sst>")),
                ..Book::of(&long(name).replace(
                    &format!(r#"t="inlineStr"><is><t xml:space="preserve">{name}</t></is>"#),
                    r#"t="s"><v>0</v>"#,
                ))
            };
        check(&format!("a shared string, {case}"), &shared.bytes(), "0 read, 1 wrong");
    }
}

#[test]
fn a_file_with_any_byte_changed_is_read_or_refused() {
    let book =
        Book { shared: Some("<sst uniqueCount=\"1\"><si><t>x</t></si></sst>".into()), ..Book::of(&events_sheet()) };
    let sheet = events_sheet();
    let mut state = 0x2545_f491_u32;
    let mut draw = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below
    };
    let whole = book.bytes();
    let mut codes = std::collections::BTreeSet::new();
    for _ in 0..1_500 {
        let mut changed = whole.clone();
        let at = draw(changed.len());
        changed[at] = draw(256) as u8;
        codes.insert(outcome(&changed));
        // A change in the XML itself, which the checksum of the archive does not detect.
        let mut xml = sheet.clone().into_bytes();
        let (at, from) = (draw(xml.len()), draw(xml.len()));
        xml[at] = xml[from];
        codes.insert(outcome(&Book::of(&String::from_utf8_lossy(&xml)).bytes()));
        let mut text = events(EVENTS_ROW);
        let at = draw(text.len());
        text[at] = draw(256) as u8;
        codes.insert(outcome(&text));
    }
    println!("{codes:?}");
    assert!(codes.contains("1 read, 0 wrong") && codes.contains("FILE_DAMAGED"));
}
