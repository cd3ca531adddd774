//! Prepares texts of others (names of people and events, reasons, messages of Crossmark) for an answer: replaces each
//! hidden character by `\u{fffd}`, and cuts a long text. A character is hidden if nobody sees it, or if it changes how
//! the text around it is displayed. Pure.

use std::borrow::Cow;

use serde_json::Value;

/// Maximum length of a text in an answer, in characters, without the `…` that marks a cut.
const LONGEST: usize = 600;
/// Replaces a hidden character.
const REPLACEMENT: char = '\u{fffd}';

/// Replaces the hidden characters of a text, and cuts a long text.
pub fn clean(said: &str) -> Cow<'_, str> {
    if !said.chars().any(is_hidden) && said.chars().nth(LONGEST).is_none() {
        return Cow::Borrowed(said);
    }
    let mut shown: String = said.chars().take(LONGEST).map(|c| if is_hidden(c) { REPLACEMENT } else { c }).collect();
    if said.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// Applies [`clean`] to every text of an answer. The keys of objects are not changed, because Muster chooses them.
pub fn clean_all(value: &mut Value) {
    match value {
        Value::String(said) => {
            if let Cow::Owned(shown) = clean(said) {
                *said = shown;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(clean_all),
        Value::Object(members) => members.values_mut().for_each(clean_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a character is a control character or is invisible, such as a mark of direction, a joiner, a tag, a filler,
/// a variation selector, or a break of a line or paragraph.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hidden_characters_are_replaced_and_long_texts_are_cut() {
        for (said, expected) in [
            ("Ana María Nuñez-O’Brien 李", "Ana María Nuñez-O’Brien 李"),
            ("one\ntwo\r\n\tthree", "one\u{fffd}two\u{fffd}\u{fffd}\u{fffd}three"),
            ("\u{202e}gnp.exe\u{2066}", "\u{fffd}gnp.exe\u{fffd}"),
            ("a\u{200b}b\u{feff}c\u{e0041}d\u{1b}[31m", "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}[31m"),
        ] {
            assert_eq!(clean(said), expected, "{said:?}");
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(clean(&long), format!("{}…", "x".repeat(LONGEST)));
        assert!(matches!(clean(&"x".repeat(LONGEST)), Cow::Borrowed(_)));
    }

    #[test]
    fn hidden_characters_are_replaced_in_every_text_of_an_answer() {
        let mut found = json!({"a": ["\u{0}", {"b": "\u{202e}"}], "c": 1, "d": null});
        clean_all(&mut found);
        assert_eq!(found, json!({"a": ["\u{fffd}", {"b": "\u{fffd}"}], "c": 1, "d": null}));
    }
}
