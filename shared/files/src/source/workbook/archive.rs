//! The parts of a workbook's archive. Each part is unpacked only on request and within its limit.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::{PARTS, WORKBOOK_BYTES};
use crate::refused::FileRefused;

/// A workbook's archive.
pub(super) struct Archive<'c> {
    zip: ZipArchive<Cursor<&'c [u8]>>,
    /// The names of the parts in lower case, because programs write them in different cases.
    names: Vec<String>,
    /// The number of bytes that may still be unpacked.
    left: usize,
}

impl<'c> Archive<'c> {
    /// Opens an archive.
    ///
    /// # Errors
    /// [`FileRefused::Unsafe`] for an archive with too many parts; [`FileRefused::Damaged`].
    pub fn open(content: &'c [u8]) -> Result<Archive<'c>, FileRefused> {
        // Count the signatures of the directory's entries before memory is reserved for the entries.
        if content.windows(4).filter(|bytes| bytes == b"PK\x01\x02").count() > PARTS {
            return Err(FileRefused::Unsafe);
        }
        let zip = ZipArchive::new(Cursor::new(content)).map_err(|_| FileRefused::Damaged)?;
        let names = zip.file_names().map(|name| name.map(|name| name.to_lowercase()).unwrap_or_default()).collect();
        Ok(Archive { zip, names, left: WORKBOOK_BYTES })
    }

    /// The text of a part; `None` if there is no such part.
    ///
    /// # Errors
    /// [`FileRefused::ContentTooLarge`] beyond `limit` bytes or the limit of the whole workbook;
    /// [`FileRefused::OldOrLocked`] if the part has a password; [`FileRefused::Damaged`].
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

/// The text of an XML part. The encoding is the one of the byte order mark, otherwise UTF-8.
fn text_of(content: Vec<u8>) -> Result<String, FileRefused> {
    match encoding_rs::Encoding::for_bom(&content) {
        Some((encoding, mark)) => {
            let (text, is_wrong) = encoding.decode_without_bom_handling(&content[mark..]);
            if is_wrong { Err(FileRefused::Damaged) } else { Ok(text.into_owned()) }
        }
        None => String::from_utf8(content).map_err(|_| FileRefused::Damaged),
    }
}
