//! Unusual values for the members of requests. Most of them are invalid for most members.

use serde_json::{Value, json};

use super::members::Member;

/// The day of the requests.
pub const TODAY: &str = "2026-11-23";
/// Dates that a request may name: the day of the requests, and the bounds two years before and after it.
pub const WITHIN: [&str; 3] = ["2024-11-23", TODAY, "2028-11-23"];
/// Dates one day outside the bounds, and far outside.
pub const BEYOND: [&str; 4] = ["2024-11-22", "2028-11-24", "0001-01-01", "9999-12-31"];
/// Texts that look like dates but are invalid. A library may accept some of them.
pub const INVALID_DATES: [&str; 5] = ["0000-01-01", "262142-12-31", "+262142-12-31", "-0001-01-01", "2026-02-30"];

/// Texts for any member.
pub fn texts() -> Vec<String> {
    let plain = [
        "",
        " ",
        "null",
        "-1",
        "0",
        "1.5",
        "1e308",
        "NaN",
        "9007199254740992",
        "18446744073709551616",
        "true",
        "..",
        "../../etc/passwd",
        "%00",
        "\u{0}",
        "a\u{1}\u{7f}b",
        "É😀\u{202e}\u{feff}",
        "a#b",
        "\"}],[{\"",
        "2026-11-24T10:15:00",
        "2026-11-24T10:15:00Z",
    ];
    let dates = WITHIN.iter().chain(&BEYOND).chain(&INVALID_DATES);
    // Longer than an id, than a segment of a path, and than a reason.
    let long = [65, 300, 3_000].map(|length| "x".repeat(length));
    plain.iter().chain(dates).map(|text| (*text).to_owned()).chain(long).collect()
}

/// Values for any member of a body.
pub fn values() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..60 {
        deep = json!([deep]);
    }
    let others = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(9_007_199_254_740_992_u64),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!([]),
        json!({}),
        json!([null]),
        json!([[]]),
        json!({"": ""}),
        json!(vec!["run-1.101"; 1_001]),
        json!("x".repeat(100_000)),
        deep,
    ];
    texts().into_iter().map(Value::from).chain(others).collect()
}

/// Values that are not out of bounds by the member's schema, and values that must be refused: beyond a bound, or
/// invalid. For dates the bounds are those of the API.
pub fn bounds(member: &Member) -> (Vec<Value>, Vec<Value>) {
    let schema = &member.schema;
    let (mut within, mut beyond) = (Vec::new(), Vec::new());
    let mut dates = |form: &dyn Fn(&str) -> String| {
        within.extend(WITHIN.map(|date| json!(form(date))));
        beyond.extend(BEYOND.iter().chain(&INVALID_DATES).map(|date| json!(form(date))));
    };
    match schema["format"].as_str() {
        Some("date") => dates(&|date| date.to_owned()),
        Some("date-time") => dates(&|date| format!("{date}T12:00:00Z")),
        _ => {}
    }
    let text = |length: u64| json!("x".repeat(length as usize));
    if let Some(longest) = schema["maxLength"].as_u64() {
        within.push(text(longest));
        beyond.push(text(longest + 1));
        beyond.push(text(longest * 10));
    }
    if schema["minLength"].as_u64().is_some_and(|shortest| shortest > 0) {
        beyond.push(json!(""));
    }
    if let Some(largest) = schema["maximum"].as_u64() {
        within.push(json!(largest));
        beyond.push(json!(largest + 1));
    }
    if let Some(smallest) = schema["minimum"].as_i64() {
        within.push(json!(smallest));
        beyond.push(json!(smallest - 1));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        beyond.push(json!(vec!["x"; most as usize + 1]));
    }
    if schema["minItems"].as_u64().is_some_and(|fewest| fewest > 0) {
        beyond.push(json!([]));
    }
    if let Some(pattern) = schema["pattern"].as_str()
        && pattern.contains("{1,64}$")
    {
        // The member is an id.
        within.push(text(64));
        beyond.extend([text(65), json!("a#b"), json!("a b"), json!("é")]);
    }
    (within, beyond)
}
