//! The parts of a workbook's archive, each unpacked within its limit and only when it is asked for.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::{PARTS, WORKBOOK_BYTES};
use crate::refused::FileRefused;

/// A workbook's archive.
pub(super) struct Archive<'c> {
    zip: ZipArchive<Cursor<&'c [u8]>>,
    /// The names of the parts, in lower case: programs differ in the case that they use.
    names: Vec<String>,
    /// How much may still be unpacked, in bytes.
    left: usize,
}

impl<'c> Archive<'c> {
    /// Opens an archive.
    ///
    /// # Errors
    /// [`FileRefused::Unsafe`] for an archive of very many parts; [`FileRefused::Damaged`].
    pub fn open(content: &'c [u8]) -> Result<Archive<'c>, FileRefused> {
        // Counted before anything is reserved for them: the signatures of the directory's entries.
        if content.windows(4).filter(|bytes| bytes == b"PK\x01\x02").count() > PARTS {
            return Err(FileRefused::Unsafe);
        }
        let zip = ZipArchive::new(Cursor::new(content)).map_err(|_| FileRefused::Damaged)?;
        let names = zip.file_names().map(|name| name.map(|name| name.to_lowercase()).unwrap_or_default()).collect();
        Ok(Archive { zip, names, left: WORKBOOK_BYTES })
    }

    /// The text of a part; `None` where there is no such part.
    ///
    /// # Errors
    /// [`FileRefused::ContentTooLarge`] beyond `limit` bytes, or beyond the limit of the whole workbook;
    /// [`FileRefused::Damaged`].
    pub fn part(&mut self, name: &str, limit: usize) -> Result<Option<String>, FileRefused> {
        let name = name.to_lowercase();
        let Some(index) = self.names.iter().position(|known| *known == name) else { return Ok(None) };
        let part = self.zip.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => FileRefused::OldOrLocked,
            _ => FileRefused::Damaged,
        })?;
        let limit = limit.min(self.left);
        let mut content = Vec::new();
        part.take(limit as u64 + 1).read_to_end(&mut content).map_err(|_| FileRefused::Damaged)?;
        if content.len() > limit {
            return Err(FileRefused::ContentTooLarge);
        }
        self.left -= content.len();
        text_of(content).map(Some)
    }
}

/// The text of XML: by its byte order mark, else UTF-8.
fn text_of(content: Vec<u8>) -> Result<String, FileRefused> {
    match encoding_rs::Encoding::for_bom(&content) {
        Some((encoding, mark)) => {
            let (text, is_wrong) = encoding.decode_without_bom_handling(&content[mark..]);
            if is_wrong { Err(FileRefused::Damaged) } else { Ok(text.into_owned()) }
        }
        None => String::from_utf8(content).map_err(|_| FileRefused::Damaged),
    }
}
