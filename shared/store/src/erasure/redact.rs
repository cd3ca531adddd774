//! Replaces a person's id and name in JSON texts by a pseudonym, and their Crossmark number by 0. Every other byte of a
//! body or archived document stays the same.

/// The person to replace, and the pseudonym.
#[derive(Debug, Clone)]
pub(super) struct Redactor {
    id: Replacement,
    name: Replacement,
    /// The first name, if it identifies the person in messages.
    first_name: Option<Replacement>,
    rep_id: Option<u64>,
    /// Whether the id can be recognized inside a text. An id that could be a word or a number is replaced only if it is
    /// a whole value or between separators.
    is_distinctive: bool,
}

#[derive(Debug, Clone)]
struct Replacement {
    /// The text in plain form.
    from: String,
    /// The text as it is written within a JSON string.
    escaped: String,
    to: String,
}

impl Replacement {
    fn new(from: &str, to: &str) -> Replacement {
        Replacement { from: from.to_owned(), escaped: escape(from), to: to.to_owned() }
    }
}

/// A text as it is written within a JSON string.
fn escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The members with an event's name. A first name in them is part of the name of a product.
const NAMES_OF_EVENTS: [&str; 3] = ["name", "project_name", "title"];
/// The characters that may surround an id in a key or in a message.
const SEPARATORS: &str = "#~:()\"\\";

/// What must surround a text for it to be replaced.
#[derive(Clone, Copy)]
enum Within {
    /// Between characters that are no part of an id.
    Ids,
    /// Between separators.
    Separators,
    /// Between characters that are no part of a name.
    Names,
}

impl Within {
    fn is_boundary(self, neighbour: Option<char>) -> bool {
        neighbour.is_none_or(|c| match self {
            Within::Ids => !c.is_alphanumeric() && c != '_' && c != '-',
            Within::Separators => SEPARATORS.contains(c),
            Within::Names => !c.is_alphanumeric(),
        })
    }
}

impl Redactor {
    pub fn new(
        (id, name): (&str, &str),
        (other_id, other_name): (&str, &str),
        first_name: Option<&str>,
        rep_id: Option<u64>,
    ) -> Redactor {
        let mixed = id.chars().any(char::is_alphabetic) && id.chars().any(|c| c.is_ascii_digit());
        Redactor {
            id: Replacement::new(id, other_id),
            name: Replacement::new(name, other_name),
            first_name: first_name.map(|first| Replacement::new(first, other_name)),
            rep_id,
            is_distinctive: mixed && id.chars().count() >= 3,
        }
    }

    /// Redacts a key or another plain text; `None` if it does not name the person.
    pub fn redact_text(&self, text: &str) -> Option<String> {
        let within = if self.is_distinctive { Within::Ids } else { Within::Separators };
        let mut changed = replace_all(text, &self.id.from, &self.id.to, within);
        if !self.name.from.is_empty() {
            let so_far = changed.as_deref().unwrap_or(text);
            changed = replace_all(so_far, &self.name.from, &self.name.to, Within::Names).or(changed);
        }
        changed
    }

    /// Redacts a JSON document; `None` if it does not name the person.
    pub fn redact_json(&self, json: &str) -> Option<String> {
        if !self.may_be_in(json) {
            return None;
        }
        let mut out = String::with_capacity(json.len());
        let (mut rest, mut member, mut changed) = (json, String::new(), false);
        while let Some(open) = rest.find('"') {
            let (before, from_quote) = rest.split_at(open);
            changed |= self.push_between(before, &member, &mut out);
            let Some(end) = end_of_string(from_quote) else { break };
            let content = &from_quote[1..end];
            rest = &from_quote[end + 1..];
            let is_member = rest.trim_start().starts_with(':');
            let redacted = self.redact_string(content, &member, is_member);
            changed |= redacted.is_some();
            out.push('"');
            out.push_str(redacted.as_deref().unwrap_or(content));
            out.push('"');
            if is_member {
                content.clone_into(&mut member);
            }
        }
        changed |= self.push_between(rest, &member, &mut out);
        changed.then_some(out)
    }

    /// Whether a document may name the person. Otherwise it is not scanned.
    fn may_be_in(&self, json: &str) -> bool {
        let first = self.first_name.as_ref().is_some_and(|first| json.contains(&first.escaped));
        let number = self.rep_id.is_some_and(|number| json.contains(&number.to_string()));
        let name = !self.name.escaped.is_empty() && json.contains(&self.name.escaped);
        first || number || name || json.contains(&self.id.escaped)
    }

    /// Redacts the content of a string, which stays escaped; `None` if it does not name the person.
    fn redact_string(&self, content: &str, member: &str, is_member: bool) -> Option<String> {
        if content == self.id.escaped {
            return Some(self.id.to.clone());
        }
        let within = if self.is_distinctive { Within::Ids } else { Within::Separators };
        let mut changed = replace_all(content, &self.id.escaped, &self.id.to, within);
        if !self.name.escaped.is_empty() {
            let so_far = changed.as_deref().unwrap_or(content);
            changed = replace_all(so_far, &self.name.escaped, &self.name.to, Within::Names).or(changed);
        }
        let is_message = !is_member && !NAMES_OF_EVENTS.contains(&member);
        if let Some(first) = self.first_name.as_ref().filter(|_| is_message) {
            let so_far = changed.as_deref().unwrap_or(content);
            changed = replace_all(so_far, &first.escaped, &first.to, Within::Names).or(changed);
        }
        changed
    }

    /// Writes the text between two strings, with 0 in place of the person's number at Crossmark. Returns whether the
    /// number was there.
    fn push_between(&self, between: &str, member: &str, out: &mut String) -> bool {
        let number = between.trim_start().strip_prefix(':').map(str::trim_start);
        let digits = number.map_or("", |number| &number[..number.len() - number.trim_start_matches(is_digit).len()]);
        let is_theirs = member == "rep_id" && self.rep_id.is_some_and(|known| digits == known.to_string());
        if is_theirs {
            out.push_str(&between.replacen(digits, "0", 1));
        } else {
            out.push_str(between);
        }
        is_theirs
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The position of the closing quote of the string that begins here.
fn end_of_string(from_quote: &str) -> Option<usize> {
    let mut escapes = false;
    for (at, byte) in from_quote.bytes().enumerate().skip(1) {
        match byte {
            _ if escapes => escapes = false,
            b'\\' => escapes = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// Replaces every occurrence that is not part of a longer id or name; `None` if there is none.
fn replace_all(text: &str, from: &str, to: &str, within: Within) -> Option<String> {
    if from.is_empty() {
        return None;
    }
    let (mut out, mut copied, mut changed) = (String::new(), 0, false);
    for (at, _) in text.match_indices(from) {
        let end = at + from.len();
        let is_whole =
            within.is_boundary(text[..at].chars().next_back()) && within.is_boundary(text[end..].chars().next());
        if at < copied || !is_whole {
            continue;
        }
        out.push_str(&text[copied..at]);
        out.push_str(to);
        (copied, changed) = (end, true);
    }
    out.push_str(&text[copied..]);
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, clippy::unwrap_used)]

    use super::*;

    fn redactor() -> Redactor {
        Redactor::new(("E07", "Olive \"Ol\" Öz"), ("former-7F", "Former employee 7F"), Some("Olive"), Some(150_007))
    }

    #[test]
    fn ids_names_and_numbers_are_replaced_and_nothing_else() {
        for (json, expected) in [
            (r#"{"employee_id":"E07","ref":7}"#, Some(r#"{"employee_id":"former-7F","ref":7}"#)),
            (r#"{"E07":[1,2],"E070":3,"XE07":4}"#, Some(r#"{"former-7F":[1,2],"E070":3,"XE07":4}"#)),
            (
                r#"{"fact":{"kind":"time_off","id":"E07~2026-11-24~2026-11-26"}}"#,
                Some(r#"{"fact":{"kind":"time_off","id":"former-7F~2026-11-24~2026-11-26"}}"#),
            ),
            (
                r#"{"id":"E07","name":"Olive \"Ol\" Öz","rep_id":150007,"active":false}"#,
                Some(r#"{"id":"former-7F","name":"Former employee 7F","rep_id":0,"active":false}"#),
            ),
            (
                r#"{"why":"Olive cannot come; Olivers can"}"#,
                Some(r#"{"why":"Former employee 7F cannot come; Olivers can"}"#),
            ),
            (r#"{"why":"E07 cannot come, E08's day"}"#, Some(r#"{"why":"former-7F cannot come, E08's day"}"#)),
            // A product's name and a number in another member do not name the person.
            (r#"{"name":"619101-LKD-Olive Oil (25)","ref":150007}"#, None),
            (r#"{"score":0.1000000000000000055511151231257827,"of":"E08"}"#, None),
            (r#"{"a":"\\\"E07\\\""}"#, Some(r#"{"a":"\\\"former-7F\\\""}"#)),
            ("", None),
            ("E07", None),
        ] {
            assert_eq!(redactor().redact_json(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn text_that_is_not_replaced_keeps_its_bytes() {
        let json = r#"{ "x" : 1.10 , "employee_id" : "E07" , "y":"Ž 1" }"#;
        assert_eq!(
            redactor().redact_json(json).unwrap(),
            r#"{ "x" : 1.10 , "employee_id" : "former-7F" , "y":"Ž 1" }"#
        );
    }

    #[test]
    fn an_id_that_could_be_a_word_is_replaced_only_as_a_value() {
        let short = Redactor::new(("A", "Ann Lee"), ("former-7F", "Former employee 7F"), None, None);
        for (json, expected) in [
            (
                r#"{"employee_id":"A","text":"A day for A (A)"}"#,
                r#"{"employee_id":"former-7F","text":"A day for A (former-7F)"}"#,
            ),
            (r#"{"id":"A~2026-11-24","by":"Ann Lee"}"#, r#"{"id":"former-7F~2026-11-24","by":"Former employee 7F"}"#),
        ] {
            assert_eq!(short.redact_json(json).as_deref(), Some(expected));
        }
        assert_eq!(short.redact_text("OFF#A#2026-11-24").as_deref(), Some("OFF#former-7F#2026-11-24"));
        assert_eq!(short.redact_text("AVAIL#B"), None);
    }

    #[test]
    fn an_id_is_replaced_within_a_key() {
        let key = "2026-11-23T07:00:00.000Z#FACT#employee#E07#000002#saved";
        assert_eq!(
            redactor().redact_text(key).as_deref(),
            Some("2026-11-23T07:00:00.000Z#FACT#employee#former-7F#000002#saved")
        );
        assert_eq!(redactor().redact_text("EMP#E071"), None);
    }
}
