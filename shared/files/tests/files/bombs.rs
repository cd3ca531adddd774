//! Files that are made to exhaust memory or time.

use crate::common::{Book, EVENTS_ROW, events_sheet, gzipped, row, sheet};
use crate::malformed::{check, events};

/// The environment variables that pass a file and its expected result to
/// [`the_file_named_by_environment_variables_is_read_within_limits`].
const ENVIRONMENT: [&str; 3] = ["BOMB_NAME", "BOMB_FILE", "BOMB_OUTCOME"];

#[test]
fn a_file_that_is_made_to_exhaust_memory_or_time_is_read_or_refused_within_limits() {
    // The sizes are just within or beyond those of `files::limits`, or far beyond them. 6 is the length of `<row/>`.
    let blank_rows = |count: usize| Book::of(&r"<row/>".repeat(count)).bytes();
    let big_part =
        |name: &str, size: usize| Book { more: vec![(name.into(), vec![b' '; size])], ..Book::of(&events_sheet()) };
    let doctype = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    let entity = Book { sheets: vec![format!("{doctype}{}", sheet(&events_sheet()))], ..Book::default() };
    let unknown_entity = Book::of(&row(1, &["&b;"]));
    let deep = Book::of(&format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000)));
    let wide = |columns: usize| {
        let cells: String = (0..columns).map(|_| "<c><v>1</v></c>").collect();
        Book::of(&format!("<row>{cells}</row>")).bytes()
    };
    let long_text = format!("<si><t>{}</t></si>", "x".repeat(3 << 20));
    let same_text = Book {
        shared: Some(format!("<sst>{long_text}</sst>")),
        ..Book::of(&"<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>".repeat(200_000))
    };
    let same_cell = Book {
        shared: Some(format!("<sst>{long_text}</sst>")),
        ..Book::of(&format!("<row r=\"1\">{}</row>", "<c r=\"A1\" t=\"s\"><v>0</v></c>".repeat(500_000)))
    };
    let mut amplified = events_sheet();
    for at in 3..10_002 {
        let cell = |column: char| format!(r#"<c r="{column}{at}" t="s"><v>0</v></c>"#);
        amplified += &format!(r#"<row r="{at}">{}{}{}</row>"#, cell('A'), cell('B'), cell('C'));
    }
    let amplified = Book { shared: Some(format!("<sst>{long_text}</sst>")), ..Book::of(&amplified) };
    let parts: Vec<(String, Vec<u8>)> = (0..20_000).map(|at| (format!("x{at}"), Vec::new())).collect();
    let many_parts = Book { more: parts, ..Book::of(&events_sheet()) };
    let attributes = Book::of(&format!("<row{}/>", (0..1_000_000).map(|n| format!(" a{n}=\"\"")).collect::<String>()));
    let rows = |count: usize| {
        let rows = (0..count).map(|n| EVENTS_ROW.replace("31900442", &(31_900_000 + n).to_string()));
        events(&rows.collect::<String>())
    };
    for (name, file, expected) in [
        ("40 MB of blank rows in a workbook", blank_rows((40 << 20) / 6), "FILE_CONTENT_TOO_LARGE"),
        ("more blank rows than a sheet can have", blank_rows((20 << 20) / 6), "FILE_DAMAGED"),
        ("40 MB of blank rows in gzip", gzipped(&vec![b'\n'; 40 << 20]), "FILE_CONTENT_TOO_LARGE"),
        ("15 MB of blank rows in gzip", gzipped(&vec![b'\n'; 15 << 20]), "FILE_MISSING_COLUMNS"),
        ("5 MB of text", vec![b'x'; 5 << 20], "FILE_TOO_LARGE"),
        ("1 GB in gzip", gzipped_gigabyte(), "FILE_CONTENT_TOO_LARGE"),
        ("a large part that nobody reads", big_part("docProps/app.xml", 60 << 20).bytes(), "1 read, 0 wrong"),
        (
            "a table of shared strings with 13 MB of blanks",
            shared_strings("", &" ".repeat(13 << 20)).bytes(),
            "FILE_CONTENT_TOO_LARGE",
        ),
        ("entities", entity.bytes(), "FILE_UNSAFE"),
        ("an entity that is not defined", unknown_entity.bytes(), "FILE_DAMAGED"),
        ("deep XML", deep.bytes(), "FILE_UNSAFE"),
        (
            "a bad count of shared strings",
            shared_strings(r#"uniqueCount="99999999999""#, "").bytes(),
            "1 read, 0 wrong",
        ),
        (
            "a count of shared strings beyond 64 bits",
            shared_strings(r#"uniqueCount="18446744073709551616""#, "").bytes(),
            "1 read, 0 wrong",
        ),
        ("many shared strings", shared_strings("", &"<si/>".repeat(600_000)).bytes(), "FILE_UNSAFE"),
        ("a million columns in a workbook", wide(1_000_000), "FILE_TOO_MANY_COLUMNS"),
        ("a million columns in CSV", vec![b','; 1_000_000], "FILE_MISSING_COLUMNS"),
        ("a million columns with content", "x,".repeat(1_000_000).into_bytes(), "FILE_TOO_MANY_COLUMNS"),
        ("one long text in all cells", same_text.bytes(), "FILE_MISSING_COLUMNS"),
        ("one cell with half a million values", same_cell.bytes(), "FILE_MISSING_COLUMNS"),
        ("one cell with 20 MB of text", Book::of(&row(1, &[&"x".repeat(20 << 20)])).bytes(), "FILE_MISSING_COLUMNS"),
        ("one long text in 30,000 cells", amplified.bytes(), "FILE_CONTENT_TOO_LARGE"),
        ("a row with a million attributes", attributes.bytes(), "FILE_MISSING_COLUMNS"),
        ("an archive of 20,000 parts", many_parts.bytes(), "FILE_UNSAFE"),
        ("a quote that never ends", [events("\""), vec![b'x'; 3 << 20]].concat(), "0 read, 1 wrong"),
        (
            "quotes that open and close on every line",
            gzipped(&events(&" \",\"\n".repeat(3 << 20))),
            "0 read, 960 wrong",
        ),
        (
            "quoted cells with escaped quotes that are never closed",
            gzipped(&events(&format!("\"x{}\n", "\"\"".repeat(700)).repeat(9_000))),
            "0 read, 9000 wrong",
        ),
        ("10,000 rows", rows(10_000), "10000 read, 0 wrong"),
        ("10,001 rows", rows(10_001), "FILE_TOO_MANY_ROWS"),
    ] {
        check_in_own_process(name, &file, expected);
    }
}

/// Reads a file in a process of its own, so that other tests do not add to the peak memory that is measured.
fn check_in_own_process(name: &str, file: &[u8], expected: &str) {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bomb-{}", std::process::id()));
    std::fs::write(&path, file).expect("a file");
    let mut child = std::process::Command::new(std::env::current_exe().expect("this program"));
    child.args(["--exact", "bombs::the_file_named_by_environment_variables_is_read_within_limits", "--nocapture"]);
    let values = [name, path.to_str().expect("a path"), expected];
    let output = child.envs(ENVIRONMENT.into_iter().zip(values)).output().expect("a process");
    std::fs::remove_file(&path).expect("removed");
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.lines().filter(|line| line.contains(" bytes ")).for_each(|line| println!("{line}"));
    assert!(output.status.success(), "{name}: {printed}{}", String::from_utf8_lossy(&output.stderr));
}

/// Without the variables it reads a sample, so that it also passes alone.
#[test]
fn the_file_named_by_environment_variables_is_read_within_limits() {
    let cost = match ENVIRONMENT.map(|name| std::env::var(name).ok()) {
        [Some(name), Some(path), Some(expected)] => check(&name, &std::fs::read(path).expect("the file"), &expected),
        _ => check("a sample", include_bytes!("../data/work_bank_visits.csv"), "4 read, 1 wrong"),
    };
    assert!(cost.is_bounded(), "{cost}");
}

/// A gigabyte of zeros, as a gzip file with 1,024 members of one megabyte each.
fn gzipped_gigabyte() -> Vec<u8> {
    gzipped(&vec![0; 1 << 20]).repeat(1_024)
}

fn shared_strings(attributes: &str, content: &str) -> Book {
    let shared = format!(r"<sst {attributes}>{content}</sst>");
    Book { shared: Some(shared), ..Book::of(&events_sheet()) }
}
