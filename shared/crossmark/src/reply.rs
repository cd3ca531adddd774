//! Reads answers. The content type of every answer is `text/html`, so only the body shows whether it is JSON or a page.

use reqwest::StatusCode;
use serde_json::Value;

use crate::outcome::Doubt;
use crate::transport::HttpResponse;
use crate::wire::Row;

/// Maximum length of Crossmark's explanation, in characters.
const LONGEST_EXPLANATION: usize = 200;

/// The value of an answer's `ok`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OkValue {
    Yes,
    No,
    /// There is no `ok`.
    Missing,
}

impl HttpResponse {
    /// The body as JSON, if it is an object or a list; `None` for anything else.
    pub fn json(&self) -> Option<Value> {
        let body = self.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.body);
        serde_json::from_slice(body).ok().filter(|value: &Value| value.is_object() || value.is_array())
    }

    /// Whether the body is an HTML page.
    pub fn is_page(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"<")
    }

    /// Whether the answer shows that the session has ended: 401, 403, a redirect to the login, or a successful answer
    /// with a page instead of JSON.
    pub fn ends_session(&self) -> bool {
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
            status if status.is_redirection() => self.leads_to_login(),
            status => status.is_success() && self.is_page(),
        }
    }

    /// Whether the answer redirects to the login.
    pub fn leads_to_login(&self) -> bool {
        self.location.as_ref().is_some_and(|location| location.path().to_ascii_lowercase().contains("login"))
    }

    /// Why an answer that is not the expected JSON leaves the outcome unknown.
    pub fn doubt(&self) -> Doubt {
        if self.ends_session() {
            Doubt::SessionEnded
        } else if self.status.is_success() {
            Doubt::NotUnderstood
        } else {
            Doubt::Status { status: self.status.as_u16() }
        }
    }
}

/// Reads `ok`, which is a number, digits or a boolean.
pub(crate) fn ok(body: &Value) -> OkValue {
    match body.get("ok") {
        None | Some(Value::Null) => OkValue::Missing,
        Some(Value::Bool(true)) => OkValue::Yes,
        Some(Value::Number(number)) if number.as_f64() == Some(1.0) => OkValue::Yes,
        Some(Value::String(text)) if text.trim() == "1" => OkValue::Yes,
        Some(_) => OkValue::No,
    }
}

/// Crossmark's explanation of a refusal, as plain text of bounded length.
pub(crate) fn explanation(body: &Value) -> String {
    let row = Row::of(body);
    let text = ["message", "msg", "error", "errors", "reason"].iter().find_map(|name| row.member_text(name));
    let plain = text.map(|text| plain_text(&text)).unwrap_or_default();
    if plain.is_empty() { "Crossmark did not say why".to_owned() } else { plain }
}

fn plain_text(text: &str) -> String {
    let mut in_tag = false;
    let without_tags: String = text
        .chars()
        .filter(|&letter| {
            let shown = !in_tag && letter != '<';
            in_tag = (in_tag || letter == '<') && letter != '>';
            shown
        })
        .collect();
    let words: Vec<_> = without_tags.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_EXPLANATION).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ok_is_one_in_any_of_its_forms() {
        let check = |body: Value, expect: OkValue| assert_eq!(ok(&body), expect, "{body}");
        for yes in [json!(1), json!(1.0), json!("1"), json!(true)] {
            check(json!({"ok": yes}), OkValue::Yes);
        }
        for no in [json!(0), json!(2), json!("0"), json!("no"), json!(""), json!(false), json!([]), json!({})] {
            check(json!({"ok": no}), OkValue::No);
        }
        check(json!({"ok": null}), OkValue::Missing);
        check(json!({"okay": 1}), OkValue::Missing);
        check(json!([1]), OkValue::Missing);
    }

    #[test]
    fn an_explanation_is_short_plain_text() {
        let check = |body: Value, expect: &str| assert_eq!(explanation(&body), expect);
        check(json!({"message": "Already booked"}), "Already booked");
        check(json!({"message": "", "error": " <b>Event</b>\n closed "}), "Event closed");
        check(json!({"errors": {"a": 1}}), "Crossmark did not say why");
        check(json!({"ok": 0}), "Crossmark did not say why");
        assert_eq!(explanation(&json!({"message": "x".repeat(5000)})).len(), LONGEST_EXPLANATION);
    }
}
