//! Events of XML of the kind that spreadsheet programs write: no entities of its own, no deep nesting.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use crate::limits::XML_DEPTH;
use crate::refused::FileRefused;

/// What comes next in a part.
pub(super) enum Step<'x> {
    /// An element begins; one without content ends right after.
    Start(BytesStart<'x>),
    /// An element ends.
    End,
    /// Text.
    Text(Cow<'x, str>),
}

/// A part of a workbook that is read from the front.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    depth: usize,
}

impl<'x> Xml<'x> {
    /// Reads a text.
    pub fn of(text: &'x str) -> Xml<'x> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, depth: 0 }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next step; `None` at the end.
    ///
    /// # Errors
    /// [`FileRefused::Unsafe`] for a document type, which may define entities, and for deep nesting;
    /// [`FileRefused::Damaged`].
    pub fn next(&mut self) -> Result<Option<Step<'x>>, FileRefused> {
        loop {
            match self.reader.read_event().map_err(|_| FileRefused::Damaged)? {
                Event::Start(element) => {
                    self.depth += 1;
                    if self.depth > XML_DEPTH {
                        return Err(FileRefused::Unsafe);
                    }
                    return Ok(Some(Step::Start(element)));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Step::End));
                }
                Event::Text(text) => return Ok(Some(Step::Text(text.xml10_content()))),
                Event::CData(text) => return Ok(Some(Step::Text(text.xml10_content()))),
                Event::GeneralRef(reference) => {
                    let c = reference.resolve_char_ref().map_err(|_| FileRefused::Damaged)?;
                    let text = c
                        .map(String::from)
                        .or_else(|| resolve_xml_entity(&reference).map(str::to_owned))
                        .map(Cow::Owned);
                    return text.map(Step::Text).map(Some).ok_or(FileRefused::Damaged);
                }
                Event::DocType(_) => return Err(FileRefused::Unsafe),
                Event::Eof if self.depth > 0 => return Err(FileRefused::Damaged),
                Event::Eof => return Ok(None),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
    }

    /// The text inside the element that was begun last, up to its end, at most `most` characters of it. Elements inside
    /// count where `is_read` says so of their names.
    pub fn text(&mut self, most: usize, is_read: impl Fn(&str) -> bool) -> Result<String, FileRefused> {
        let outer = self.depth;
        let mut text = String::new();
        let (mut left, mut skipped_from) = (most, None);
        while let Some(step) = self.next()? {
            match step {
                Step::Start(element) if skipped_from.is_none() && !is_read(element.local_name().as_ref()) => {
                    skipped_from = Some(self.depth);
                }
                Step::Start(_) => {}
                Step::End if self.depth < outer => break,
                Step::End if skipped_from.is_some_and(|from| self.depth < from) => skipped_from = None,
                Step::End => {}
                Step::Text(more) if skipped_from.is_none() && left > 0 => {
                    text.extend(more.chars().take(left));
                    left = left.saturating_sub(more.chars().count());
                }
                Step::Text(_) => {}
            }
        }
        Ok(text)
    }
}

/// The values of attributes as they are written, in the order of their names.
pub(super) fn attributes<'e, const N: usize>(
    element: &'e BytesStart,
    names: [&str; N],
) -> Result<[Option<Cow<'e, str>>; N], FileRefused> {
    let mut values = [const { None }; N];
    // Without the search for repeated names, which takes ever longer on an element of very many.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| FileRefused::Damaged)?;
        if let Some(at) = names.iter().position(|name| attribute.key.local_name().as_ref() == *name) {
            values[at] = Some(attribute.value);
        }
    }
    Ok(values)
}
