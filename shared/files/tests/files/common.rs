//! Files for tests: workbooks that are assembled part by part, and compressed files.
#![allow(clippy::expect_used, reason = "tests")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The headings and one row of events, as comma-separated text.
pub const EVENTS_HEAD: &str = "Project Name,Project Reference Number,Start Date/Time,Due Date/Time,Estimated Time\n";
pub const EVENTS_ROW: &str = "619044-LKD-Cherry - V2-CORE,31900442,11/24/2026 12:00:00 AM,12/04/2026 12:01:00 AM,390\n";

pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(content).expect("its content");
    }
    zip.finish().expect("an archive").into_inner()
}

pub fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content).expect("content");
    gzip.finish().expect("a gzip file")
}

/// A workbook of one or more sheets, written part by part, so that tests can make workbooks that no program writes.
#[derive(Default)]
pub struct Book {
    /// The XML of each sheet.
    pub sheets: Vec<String>,
    /// The indexes of the hidden sheets.
    pub hidden: Vec<usize>,
    /// The XML of the table of shared strings.
    pub shared: Option<String>,
    /// Elements of the workbook before its list of sheets.
    pub properties: String,
    /// Further parts: name and content.
    pub more: Vec<(String, Vec<u8>)>,
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Style 1 is a date with time, 2 a date, 3 a time of day, 4 a duration.
const STYLES: &str = r#"<numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="164"/></cellXfs>"#;

impl Book {
    /// A workbook of one sheet with this `sheetData`.
    pub fn of(sheet_data: &str) -> Book {
        Book { sheets: vec![sheet(sheet_data)], ..Book::default() }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let parts = self.parts();
        let parts: Vec<(&str, &[u8])> =
            parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        zipped(&parts)
    }

    /// The parts of the archive, by name.
    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let (mut list, mut rels) = (String::new(), String::new());
        for at in 0..self.sheets.len() {
            let state = if self.hidden.contains(&at) { r#" state="hidden""# } else { "" };
            write!(list, r#"<sheet name="S{at}" sheetId="{}" r:id="r{at}"{state}/>"#, at + 1).expect("text");
            write!(rels, r#"<Relationship Id="r{at}" Type="{OFFICE}/worksheet" Target="worksheets/s{at}.xml"/>"#)
                .expect("text");
        }
        rels += &format!(r#"<Relationship Id="st" Type="{OFFICE}/styles" Target="styles.xml"/>"#);
        rels += &format!(r#"<Relationship Id="ss" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>"#);
        let properties = &self.properties;
        let workbook =
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{list}</sheets></workbook>"#);
        let mut parts: Vec<(String, Vec<u8>)> = vec![
            ("[Content_Types].xml".into(), b"<Types/>".to_vec()),
            (
                "_rels/.rels".into(),
                format!(r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#).into(),
            ),
            ("xl/workbook.xml".into(), workbook.into()),
            ("xl/_rels/workbook.xml.rels".into(), format!(r#"<Relationships xmlns="{PACKAGE}">{rels}</Relationships>"#).into()),
            ("xl/styles.xml".into(), format!(r#"<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>"#).into()),
        ];
        for (at, sheet) in self.sheets.iter().enumerate() {
            parts.push((format!("xl/worksheets/s{at}.xml"), sheet.clone().into()));
        }
        if let Some(shared) = &self.shared {
            parts.push(("xl/sharedStrings.xml".into(), shared.clone().into()));
        }
        parts.extend(self.more.clone());
        parts
    }
}

pub fn sheet(sheet_data: &str) -> String {
    format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{sheet_data}</sheetData></worksheet>"#)
}

/// A row of text cells. `#1:45923.5` is a number in style 1.
pub fn row(number: usize, cells: &[&str]) -> String {
    let mut row = format!(r#"<row r="{number}">"#);
    for (column, text) in cells.iter().enumerate() {
        let at = format!("{}{number}", char::from(b'A' + column as u8));
        match text.strip_prefix('#').and_then(|rest| rest.split_once(':')) {
            _ if text.is_empty() => {}
            Some((style, number)) => row += &format!(r#"<c r="{at}" s="{style}"><v>{number}</v></c>"#),
            None => row += &format!(r#"<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#),
        }
    }
    row + "</row>"
}

/// The headings and one row of events, as rows of a sheet.
pub fn events_sheet() -> String {
    let cells = |text: &'static str| text.trim_end().split(',').collect::<Vec<_>>();
    row(1, &cells(EVENTS_HEAD)) + &row(2, &cells(EVENTS_ROW))
}
