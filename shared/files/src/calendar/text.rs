//! The content lines of a calendar: escaped, folded at 75 octets, ended by CRLF.

use chrono_tz::Tz;

use super::zone::FeedMoment;

/// Maximum length of a line in octets, without its CRLF.
const LONGEST: usize = 75;

/// The text of a calendar while it is written.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// Writes a property whose value needs no escapes.
    pub fn put(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// Writes a property with free text: escaped, without control characters.
    pub fn put_text(&mut self, name: &str, text: &str) {
        self.fold(&format!("{name}:{}", escape(text)));
    }

    /// Writes a property with a moment: local time with its zone, or an instant in UTC.
    pub fn put_moment(&mut self, name: &str, moment: FeedMoment, zone: Tz) {
        match moment {
            FeedMoment::Local(at) => self.put(&format!("{name};TZID={}", zone.name()), &local_text(at)),
            FeedMoment::Instant(at) => self.put(name, &at.format("%Y%m%dT%H%M%SZ").to_string()),
        }
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.0
    }

    /// Writes a folded line: continuation lines begin with a space, and no character is split.
    fn fold(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A local date and time as a calendar writes it.
pub(super) fn local_text(at: chrono::NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// A text, escaped as in RFC 5545 section 3.3.11.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push(' '),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_at_most_75_octets_long_and_no_character_is_split() {
        let mut lines = Lines::default();
        let text = "\u{e9}\u{1f353}x".repeat(60);
        lines.put_text("SUMMARY", &text);
        let written = lines.finish();
        assert!(written.ends_with("\r\n"));
        assert!(written.trim_end().split("\r\n").all(|line| line.len() <= LONGEST), "{written}");
        assert_eq!(written.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
    }

    #[test]
    fn special_characters_are_escaped_and_control_characters_removed() {
        assert_eq!(escape("a,b;c\\d\r\ne\nf\tg\u{7}:\"h\""), "a\\,b\\;c\\\\d\\ne\\nf g:\"h\"");
    }
}
