//! Inspects a workbook's archive before it is opened: how much is in it when unpacked, and whether its XML is of a kind
//! that spreadsheet programs write. The reader of workbooks may then trust sizes and counts.

use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::limits::{PART_BYTES, PARTS, SHARED_TEXT_BYTES, SHARED_TEXTS, SHEET_BYTES, WORKBOOK_BYTES, XML_DEPTH};
use crate::refused::FileRefused;

/// Reads through every part of the archive within the limits.
///
/// # Errors
/// [`FileRefused::NotASpreadsheet`] for an archive that is no workbook, [`FileRefused::ContentTooLarge`],
/// [`FileRefused::Unsafe`], [`FileRefused::Damaged`].
pub(super) fn inspect(content: &[u8]) -> Result<(), FileRefused> {
    if entries(content) > PARTS {
        return Err(FileRefused::Unsafe);
    }
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| FileRefused::Damaged)?;
    if archive.index_for_name("xl/workbook.xml").is_none() {
        let is_workbook = |name: &str| name.to_lowercase().ends_with("workbook.xml");
        if !archive.file_names().flatten().any(|name| is_workbook(&name)) {
            return Err(FileRefused::NotASpreadsheet);
        }
    }
    let mut left = WORKBOOK_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| FileRefused::Damaged)?;
        let name = part.name().map_err(|_| FileRefused::Damaged)?.to_lowercase();
        let mut part = Counted { read: 0, from: part, limit: largest(&name).min(left) };
        let outcome = if matches!(name.rsplit('.').next(), Some("xml" | "rels")) {
            inspect_xml(&mut part)
        } else {
            std::io::copy(&mut part, &mut std::io::sink()).map(|_| ()).map_err(|_| FileRefused::Damaged)
        };
        if part.read > part.limit {
            return Err(FileRefused::ContentTooLarge);
        }
        outcome?;
        left -= part.read;
    }
    Ok(())
}

/// How many entries the archive's directory may have: signatures of its records, counted before anything is reserved.
fn entries(content: &[u8]) -> usize {
    content.windows(4).filter(|bytes| bytes == b"PK\x01\x02").count()
}

fn largest(name: &str) -> u64 {
    if name.contains("worksheets/") {
        SHEET_BYTES
    } else if name.contains("sharedstrings") {
        SHARED_TEXT_BYTES
    } else {
        PART_BYTES
    }
}

/// Reads until more than `limit` bytes were read; then it ends.
struct Counted<R> {
    from: R,
    read: u64,
    limit: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.read > self.limit {
            return Ok(0);
        }
        let read = self.from.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}

/// Refuses entities, deep nesting and false counts.
fn inspect_xml(part: impl Read) -> Result<(), FileRefused> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().check_end_names = false;
    let (mut buffer, mut depth, mut shared_texts) = (Vec::new(), 0_usize, 0_usize);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::DocType(_)) => return Err(FileRefused::Unsafe),
            Ok(Event::Start(element)) => {
                depth += 1;
                shared_texts += usize::from(element.local_name().as_ref() == "si");
                if depth > XML_DEPTH || shared_texts > SHARED_TEXTS || claims_too_much(&element) {
                    return Err(FileRefused::Unsafe);
                }
            }
            Ok(Event::Empty(element)) => {
                shared_texts += usize::from(element.local_name().as_ref() == "si");
                if shared_texts > SHARED_TEXTS || claims_too_much(&element) {
                    return Err(FileRefused::Unsafe);
                }
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(FileRefused::Damaged),
        }
    }
}

/// Whether a table of shared texts claims more than is accepted: the reader of workbooks reserves memory by it.
fn claims_too_much(element: &BytesStart) -> bool {
    let count = |value: &str| value.parse::<usize>().is_ok_and(|count| count <= SHARED_TEXTS);
    element.local_name().as_ref() == "sst"
        && element.attributes().any(|attribute| match attribute {
            Ok(attribute) => attribute.key.local_name().as_ref() == "uniqueCount" && !count(&attribute.value),
            Err(_) => true,
        })
}
