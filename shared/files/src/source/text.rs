//! Decodes the bytes of a text file.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::refused::FileRefused;

/// Number of bytes at the start of a file that are examined to detect UTF-16 without a byte order mark.
const SAMPLE: usize = 4_096;

/// The character that replaces bytes that are invalid in the encoding. Names and ids that contain it are refused, because
/// it is a control character.
const SUBSTITUTE: char = '\u{1a}';

/// Decodes a file. The encoding is the one of the byte order mark; otherwise UTF-16 if most bytes at even or at odd
/// positions are zero; otherwise UTF-8 if the bytes are mostly valid UTF-8; otherwise Windows-1252. Line breaks in the
/// result are `\n`.
///
/// # Errors
/// [`FileRefused::Empty`] without text; [`FileRefused::NotASpreadsheet`] for characters that text files do not have.
pub(super) fn decode(content: &[u8]) -> Result<Cow<'_, str>, FileRefused> {
    let (mut text, is_damaged) = encoding_of(content).decode_with_bom_removal(content);
    if is_damaged {
        text = Cow::Owned(text.replace(char::REPLACEMENT_CHARACTER, SUBSTITUTE.encode_utf8(&mut [0; 4])));
    }
    if text.is_empty() {
        return Err(FileRefused::Empty);
    }
    if !is_text(&text) {
        return Err(FileRefused::NotASpreadsheet);
    }
    if text.contains('\r') {
        let text = text.replace("\r\n", "\n");
        return Ok(Cow::Owned(if text.contains('\r') { text.replace('\r', "\n") } else { text }));
    }
    Ok(text)
}

fn encoding_of(content: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(content) {
        return encoding;
    }
    let sample = &content[..content.len().min(SAMPLE) & !1];
    let zeros_at = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let most = sample.len() / 2 * 6 / 10;
    match (zeros_at(0), zeros_at(1)) {
        (even, odd) if odd > most && even < most / 4 => UTF_16LE,
        (even, odd) if even > most && odd < most / 4 => UTF_16BE,
        _ if is_mostly_utf8(content) => UTF_8,
        _ => WINDOWS_1252,
    }
}

/// Whether bytes are UTF-8, possibly with a few damaged characters: more valid non-ASCII characters than invalid
/// sequences.
fn is_mostly_utf8(content: &[u8]) -> bool {
    let (mut whole, mut damaged) = (0, 0);
    for chunk in content.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    damaged == 0 || whole > damaged
}

/// Whether this may be the text of a text file: no zero characters, and at most one other control character per 200
/// bytes.
fn is_text(text: &str) -> bool {
    const BYTES_PER_CONTROL: usize = 200;
    let controls = text.chars().filter(|c| c.is_control() && !matches!(*c, '\t' | '\n' | '\r' | SUBSTITUTE)).count();
    !text.contains('\0') && controls <= text.len() / BYTES_PER_CONTROL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_text_is_decoded_to_the_same_text() {
        let text = "Name;Jos\u{e9} Z\u{fc}rn\r\nx\ry\n";
        let expected = "Name;Jos\u{e9} Z\u{fc}rn\nx\ny\n";
        let wide = |of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        let with = |bom: &[u8], bytes: &[u8]| [bom, bytes].concat();
        let narrow: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect();
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8 with mark", with(b"\xef\xbb\xbf", text.as_bytes())),
            ("UTF-16LE", wide(u16::to_le_bytes)),
            ("UTF-16LE with mark", with(b"\xff\xfe", &wide(u16::to_le_bytes))),
            ("UTF-16BE", wide(u16::to_be_bytes)),
            ("UTF-16BE with mark", with(b"\xfe\xff", &wide(u16::to_be_bytes))),
            ("Windows-1252", narrow),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(expected), "{name}");
        }
        assert_eq!(decode(b"price \x80 5").as_deref(), Ok("price \u{20ac} 5"));
    }

    #[test]
    fn a_damaged_character_becomes_a_control_character() {
        for (bytes, expected) in [
            (b"Jos\xc3\xa9, Z\xc3\xbcrn, Jos\xe9".as_slice(), "Jos\u{e9}, Z\u{fc}rn, Jos\u{1a}"),
            (b"\xef\xbb\xbfJos\xe9", "Jos\u{1a}"),
            (b"Jos\xc3\xa9 \xef\xbf\xbd", "Jos\u{e9} \u{fffd}"),
            (b"\xff\xfea\0b\0c", "ab\u{1a}"),
            (b"Jos\xe9 \xc3\xa9", "Jos\u{e9} \u{c3}\u{a9}"),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(expected), "{bytes:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        let noise: Vec<u8> = (0..2_000u32).map(|n| (n * 7919 % 251) as u8).collect();
        for bytes in [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), b"a,b\n\0\0\0", &noise, b"\x01\x02\x03"] {
            assert_eq!(decode(bytes), Err(FileRefused::NotASpreadsheet), "{bytes:?}");
        }
        assert_eq!(decode(b"\xef\xbb\xbf"), Err(FileRefused::Empty));
    }
}
