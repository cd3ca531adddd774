//! XML events, restricted to what spreadsheet programs write: no custom entities, no deep nesting.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use crate::limits::XML_DEPTH;
use crate::refused::FileRefused;

/// The next event in a part.
pub(super) enum Step<'x> {
    /// The start of an element. An empty element has an end, too.
    Start(BytesStart<'x>),
    /// The end of an element.
    End,
    /// Text.
    Text(Cow<'x, str>),
}

/// A reader of the XML of a part, from start to end.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    depth: usize,
}

impl<'x> Xml<'x> {
    /// A reader at the start of a text.
    pub fn of(text: &'x str) -> Xml<'x> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, depth: 0 }
    }

    /// The number of open elements.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The next event; `None` at the end.
    ///
    /// # Errors
    /// [`FileRefused::Unsafe`] for a document type declaration, which may define entities, and for deep nesting;
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

    /// The text inside the current element, up to its end. The text of a child element counts only if `is_read` returns true
    /// for the name of the child.
    ///
    /// # Errors
    /// Those of [`Xml::next`].
    pub fn text(&mut self, is_read: impl Fn(&str) -> bool) -> Result<String, FileRefused> {
        let outer = self.depth;
        let mut text = String::new();
        let mut skipped_from = None;
        while let Some(step) = self.next()? {
            match step {
                Step::Start(element) if skipped_from.is_none() && !is_read(element.local_name().as_ref()) => {
                    skipped_from = Some(self.depth);
                }
                Step::Start(_) => {}
                Step::End if self.depth < outer => break,
                Step::End if skipped_from.is_some_and(|from| self.depth < from) => skipped_from = None,
                Step::End => {}
                Step::Text(more) if skipped_from.is_none() => text.push_str(&more),
                Step::Text(_) => {}
            }
        }
        Ok(text)
    }
}

/// The raw values of attributes, in the order of `names`.
pub(super) fn attributes<'e, const N: usize>(
    element: &'e BytesStart,
    names: [&str; N],
) -> Result<[Option<Cow<'e, str>>; N], FileRefused> {
    let mut values = [const { None }; N];
    // The check for repeated names is off, because it is slow for elements with very many attributes.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| FileRefused::Damaged)?;
        if let Some(at) = names.iter().position(|name| attribute.key.local_name().as_ref() == *name) {
            values[at] = Some(attribute.value);
        }
    }
    Ok(values)
}
