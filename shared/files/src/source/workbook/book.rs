//! The parts of a workbook other than cells: the list of sheets, the origin of dates, the number formats of the styles,
//! and the texts that cells share.

use std::collections::HashMap;
use std::path::Path;

use super::archive::Archive;
use super::xml::{Step, Xml, attributes};
use crate::cells::DateSystem;
use crate::limits::{PART_BYTES, SHARED_STRING_BYTES, SHARED_STRINGS};
use crate::refused::FileRefused;
use crate::source::cell;

/// The kind of value that a style shows for a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberFormat {
    /// A number.
    Number,
    /// A date, a time of day, or both.
    Date,
    /// Hours, minutes and seconds, possibly more than 24 hours.
    Duration,
}

/// A workbook without the cells of its sheets.
pub(super) struct Book {
    /// The names of the parts of the visible sheets, in the order of the sheets.
    pub sheets: Vec<String>,
    /// The origin of serial dates.
    pub system: DateSystem,
    /// The number format of each style.
    pub styles: Vec<NumberFormat>,
    /// The texts that cells share, cleaned and cut as [`cell`] does.
    pub texts: Vec<Box<str>>,
}

impl Book {
    /// Reads the parts that describe the workbook.
    ///
    /// # Errors
    /// [`FileRefused::NotASpreadsheet`] for another kind of archive; [`FileRefused::Damaged`], [`FileRefused::Unsafe`],
    /// [`FileRefused::ContentTooLarge`] and [`FileRefused::OldOrLocked`].
    pub fn read(archive: &mut Archive) -> Result<Book, FileRefused> {
        let package = relations(archive, "_rels/.rels", "")?;
        let main = package.values().find(|relation| relation.kind == "officeDocument");
        let main = main.map_or("xl/workbook.xml", |relation| relation.part.as_str()).to_owned();
        // A binary workbook (.xlsb) has these parts, but not in XML.
        if Path::new(&main).extension().is_none_or(|extension| extension != "xml") {
            return Err(FileRefused::NotASpreadsheet);
        }
        let workbook = archive.part(&main, PART_BYTES)?.ok_or(FileRefused::NotASpreadsheet)?;
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let relations = relations(archive, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let (sheets, system) = read_workbook(&workbook, &relations)?;
        let of_kind = |kind: &str| relations.values().find(|r| r.kind == kind).map(|r| r.part.clone());
        let mut optional = |kind: &str, limit| match of_kind(kind) {
            Some(part) => archive.part(&part, limit),
            None => Ok(None),
        };
        let styles = optional("styles", PART_BYTES)?.map_or(Ok(Vec::new()), |xml| read_styles(&xml))?;
        let texts = optional("sharedStrings", SHARED_STRING_BYTES)?.map_or(Ok(Vec::new()), |xml| read_texts(&xml))?;
        Ok(Book { sheets, system, styles, texts })
    }
}

/// A reference from one part to another.
struct Relation {
    /// The last segment of its type's URL: `worksheet`, `styles`.
    kind: String,
    /// The name of the other part.
    part: String,
}

/// The relations in a list of relations, by id; empty if the archive does not have the list. `folder` is the folder of the
/// part that has the relations.
fn relations(archive: &mut Archive, list: &str, folder: &str) -> Result<HashMap<String, Relation>, FileRefused> {
    let mut relations = HashMap::new();
    let Some(text) = archive.part(list.trim_start_matches('/'), PART_BYTES)? else { return Ok(relations) };
    let mut xml = Xml::of(&text);
    while let Some(step) = xml.next()? {
        let Step::Start(element) = step else { continue };
        if element.local_name().as_ref() != "Relationship" {
            continue;
        }
        if let [Some(id), Some(kind), Some(target)] = attributes(&element, ["Id", "Type", "Target"])? {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.insert(id.into_owned(), Relation { kind, part: resolve_part_name(folder, &target) });
        }
    }
    Ok(relations)
}

/// The name of a part, from a reference relative to a folder: `/xl/a.xml`, `a.xml`, `../a.xml`.
fn resolve_part_name(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            ".." => drop(path.pop()),
            "" | "." => {}
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

/// The names of the parts of the visible sheets, and the origin of serial dates.
fn read_workbook(text: &str, relations: &HashMap<String, Relation>) -> Result<(Vec<String>, DateSystem), FileRefused> {
    let (mut sheets, mut system) = (Vec::new(), DateSystem::From1900);
    let (mut is_workbook, mut is_sheet_missing) = (false, false);
    let mut xml = Xml::of(text);
    while let Some(step) = xml.next()? {
        let Step::Start(element) = step else { continue };
        match element.local_name().as_ref() {
            "workbook" => is_workbook = true,
            // The archive of a text document has a main part too.
            _ if !is_workbook => return Err(FileRefused::NotASpreadsheet),
            "workbookPr" => {
                let [from_1904] = attributes(&element, ["date1904"])?;
                if matches!(from_1904.as_deref(), Some("1" | "true")) {
                    system = DateSystem::From1904;
                }
            }
            "sheet" => {
                let [state, id] = attributes(&element, ["state", "id"])?;
                let is_hidden = state.is_some_and(|state| state != "visible");
                let sheet = id.and_then(|id| relations.get(id.as_ref()));
                is_sheet_missing |= sheet.is_none() && !is_hidden;
                let sheet = sheet.filter(|relation| relation.kind == "worksheet" && !is_hidden);
                sheets.extend(sheet.map(|relation| relation.part.clone()));
            }
            _ => {}
        }
    }
    if sheets.is_empty() && is_sheet_missing { Err(FileRefused::Damaged) } else { Ok((sheets, system)) }
}

/// The number format of each style of cells.
fn read_styles(text: &str) -> Result<Vec<NumberFormat>, FileRefused> {
    let mut codes: HashMap<String, NumberFormat> = HashMap::new();
    let mut styles = Vec::new();
    let mut cell_styles_from = None;
    let mut xml = Xml::of(text);
    while let Some(step) = xml.next()? {
        let Step::Start(element) = step else {
            cell_styles_from = cell_styles_from.filter(|from| xml.depth() >= *from);
            continue;
        };
        match element.local_name().as_ref() {
            "numFmt" => {
                if let [Some(id), Some(code)] = attributes(&element, ["numFmtId", "formatCode"])? {
                    codes.insert(id.into_owned(), format_of_code(&code.replace("&quot;", "\"")));
                }
            }
            "cellXfs" => cell_styles_from = Some(xml.depth()),
            "xf" if cell_styles_from.is_some() => {
                let [id] = attributes(&element, ["numFmtId"])?;
                let id = id.unwrap_or_default();
                styles.push(codes.get(id.as_ref()).copied().unwrap_or_else(|| builtin_format(&id)));
            }
            _ => {}
        }
    }
    Ok(styles)
}

/// The built-in number format with this id, which workbooks do not define.
fn builtin_format(id: &str) -> NumberFormat {
    match id.parse() {
        Ok(14..=22 | 27..=36 | 45 | 47 | 50..=58) => NumberFormat::Date,
        Ok(46_u32) => NumberFormat::Duration,
        _ => NumberFormat::Number,
    }
}

/// The kind of value that a format code shows: `yyyy-mm-dd` a date, `[h]:mm` a duration, `0.00` a number.
fn format_of_code(code: &str) -> NumberFormat {
    let mut chars = code.chars();
    let mut is_date = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if !inside.is_empty() && inside.to_lowercase().chars().all(|c| matches!(c, 'h' | 'm' | 's')) {
                    return NumberFormat::Duration;
                }
            }
            ';' => break,
            c => is_date |= matches!(c.to_ascii_lowercase(), 'y' | 'm' | 'd' | 'h' | 's'),
        }
    }
    if is_date { NumberFormat::Date } else { NumberFormat::Number }
}

/// The texts that cells share.
fn read_texts(text: &str) -> Result<Vec<Box<str>>, FileRefused> {
    let mut texts = Vec::new();
    let mut xml = Xml::of(text);
    while let Some(step) = xml.next()? {
        let Step::Start(element) = step else { continue };
        if element.local_name().as_ref() == "si" {
            texts.push(cell(&unescape(rich_text(&mut xml)?)).into_boxed_str());
        }
        if texts.len() > SHARED_STRINGS {
            return Err(FileRefused::Unsafe);
        }
    }
    Ok(texts)
}

/// The text of an element whose parts may have different formats: the text of its `t` elements, without phonetic readings
/// (`rPh`).
pub(super) fn rich_text(xml: &mut Xml) -> Result<String, FileRefused> {
    xml.text(|name| matches!(name, "t" | "r"))
}

/// Decodes the escapes for characters that XML cannot contain: `_x000D_`.
pub(super) fn unescape(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let c = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        match c {
            Some(c) if rest[at + 6..].starts_with('_') => {
                plain.push_str(&rest[..at]);
                plain.push(c);
                rest = &rest[at + 7..];
            }
            _ => {
                plain.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_code_shows_a_date_a_duration_or_a_number() {
        for (code, format) in [
            ("yyyy-mm-dd", NumberFormat::Date),
            ("mm/dd/yyyy hh:mm:ss AM/PM", NumberFormat::Date),
            ("[$-409]h:mm AM/PM;@", NumberFormat::Date),
            ("[h]:mm", NumberFormat::Duration),
            ("[mm]:ss", NumberFormat::Duration),
            ("General", NumberFormat::Number),
            ("0.00%", NumberFormat::Number),
            ("[Red]0.00", NumberFormat::Number),
            ("0\" days\"", NumberFormat::Number),
            ("0\\d", NumberFormat::Number),
            ("#,##0_d", NumberFormat::Number),
            ("0;\"dd\"d", NumberFormat::Number),
        ] {
            assert_eq!(format_of_code(code), format, "{code}");
        }
    }

    #[test]
    fn parts_and_escapes_are_resolved() {
        assert_eq!(resolve_part_name("xl", "worksheets/s.xml"), "xl/worksheets/s.xml");
        assert_eq!(resolve_part_name("xl", "/xl/s.xml"), "xl/s.xml");
        assert_eq!(resolve_part_name("xl", "../../s.xml"), "s.xml");
        assert_eq!(resolve_part_name("", "xl/workbook.xml"), "xl/workbook.xml");
        for (text, plain) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x00", "_x00"),
            ("_xZZZZ_", "_xZZZZ_"),
            ("_x000\u{e9}_", "_x000\u{e9}_"),
            ("_xD800_", "_xD800_"),
        ] {
            assert_eq!(unescape(text.to_owned()), plain, "{text}");
        }
    }
}
