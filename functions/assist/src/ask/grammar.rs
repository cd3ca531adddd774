//! The closed grammar of *Find*: maps a sentence to a tool and its arguments. It uses no model and does not guess: a
//! sentence outside of the grammar is not understood. Pure.

use rmcp::model::JsonObject;
use serde_json::{Value, json};

use crate::dates::{Today, words};

/// The call of a tool that a sentence asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The tool's name.
    pub tool: &'static str,
    /// Its arguments.
    pub arguments: JsonObject,
}

/// How a sentence was understood.
#[derive(Debug, Clone, PartialEq)]
pub enum Sentence {
    /// A question, or a sentence that asks for a change.
    Call(ToolCall),
    /// Only the name of a person or of an event, with or without days.
    Name {
        /// The name.
        name: String,
        /// The days, in the words of the sentence.
        when: Option<String>,
    },
    /// The sentence is outside of the grammar.
    NotUnderstood,
}

/// Sentences that show what is understood.
pub const EXAMPLES: [&str; 30] = [
    "who is free friday",
    "who can cover 619044",
    "who works tomorrow",
    "Avery next week",
    "why 619044",
    "why not Avery for 619044",
    "what needs a look",
    "not placed",
    "what is wrong this week",
    "what failed",
    "due soon",
    "lost events",
    "juicer friday",
    "rotations next week",
    "workload this week",
    "fairness",
    "rule H3",
    "history",
    "compare runs",
    "what happened to 619044",
    "Avery out tomorrow",
    "Avery off 9 jan to 12 jan",
    "swap Avery and Blake friday",
    "move 619044 to Avery friday",
    "take back 619044",
    "hold 619044",
    "make Avery juicer friday",
    "run now",
    "approve 619044",
    "retry failed",
];

/// Words without meaning at the beginning of a sentence.
const LEADING_FILLERS: [&str; 8] = ["please", "show", "me", "tell", "us", "hey", "muster", "find"];

/// Reads a sentence. `is_name` returns whether two consecutive words belong to the name of one person.
pub fn read(said: &str, today: Today, is_name: &dyn Fn(&str, &str) -> bool) -> Sentence {
    let all: Vec<String> = words(said).into_iter().flat_map(|word| spelled_out(&word)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let fillers = all.iter().take_while(|word| LEADING_FILLERS.contains(word)).count();
    let all = &all[fillers..];
    let (rest, when) = match today.at_end(all, is_name) {
        Some((at, _)) => (&all[..at], Some(all[at..].join(" "))),
        None => (all, None),
    };
    let when = when.as_deref();
    match question(rest, all, when).or_else(|| requested_change(rest, all, when)) {
        Some(call) if takes_day(&call, when) => Sentence::Call(call),
        Some(_) => Sentence::NotUnderstood,
        None if rest.is_empty() || rest.len() > MAX_NAME_WORDS => Sentence::NotUnderstood,
        None => Sentence::Name { name: rest.join(" "), when: when.map(str::to_owned) },
    }
}

/// Whether the arguments contain the day of the sentence: `run friday` must not draft a run, which has no day. The
/// words `now` and `today` may be missing from the arguments.
fn takes_day(call: &ToolCall, when: Option<&str>) -> bool {
    let Some(when) = when.filter(|when| !matches!(*when, "now" | "today")) else { return true };
    let is_in = |value: &Value| value.as_str().is_some_and(|text| text.contains(when));
    let is_in_any = |value: &Value| is_in(value) || value.as_array().is_some_and(|list| list.iter().any(is_in));
    call.arguments.values().any(is_in_any)
}

/// Maximum words of a name.
const MAX_NAME_WORDS: usize = 6;

/// The words of a contraction; any other word as it is.
fn spelled_out(word: &str) -> Vec<String> {
    let word = word.replace('’', "'");
    let two = match word.as_str() {
        "who's" | "whos" => ["who", "is"],
        "what's" | "whats" => ["what", "is"],
        "isn't" | "isnt" => ["is", "not"],
        "can't" | "cant" | "cannot" => ["can", "not"],
        "don't" | "dont" => ["do", "not"],
        "won't" | "wont" => ["will", "not"],
        "unplaced" => ["not", "placed"],
        _ => return vec![word],
    };
    two.map(str::to_owned).to_vec()
}

fn call_of(tool: &'static str, arguments: Value) -> Option<ToolCall> {
    let Value::Object(mut arguments) = arguments else { return None };
    arguments.retain(|_, value| !value.is_null());
    Some(ToolCall { tool, arguments })
}

/// Joins words to one argument, without a leading `the`; `None` if there are none.
fn text(words: &[&str]) -> Option<String> {
    let words = match words {
        ["the", rest @ ..] => rest,
        all => all,
    };
    (!words.is_empty()).then(|| words.join(" "))
}

/// Splits words at the last one that is listed in `at`.
fn split<'w, 's>(words: &'w [&'s str], at: &[&str]) -> Option<(&'w [&'s str], &'w [&'s str])> {
    let at = words.iter().rposition(|word| at.contains(word))?;
    Some((&words[..at], &words[at + 1..]))
}

/// Words between a person and an event in a question about both: `can Avery take 619044`.
const BETWEEN_PERSON_AND_EVENT: [&str; 4] = ["for", "take", "do", "work"];

/// The tool that answers a question. `rest` is the sentence without the days at its end, `all` with them.
fn question(rest: &[&str], all: &[&str], when: Option<&str>) -> Option<ToolCall> {
    match rest {
        ["free"] | ["who", "is", "free" | "available"] | ["who", "can" | "could", "work" | "cover" | "come"] => {
            call_of("who_is_free", json!({"when": when}))
        }
        // The person who needs cover does not matter: the answer is who is free that day.
        ["who", "can" | "could", "cover", "for", ..] => call_of("who_is_free", json!({"when": when})),
        ["who", "can" | "could", "work" | "cover" | "take" | "do", event @ ..]
        | ["who", "is", "free" | "available", "for", event @ ..] => {
            call_of("who_is_free", json!({"event": text(event)?, "when": when}))
        }
        ["roster" | "day" | "team"]
        | ["who", "works" | "is"]
        | ["who", "is", "working" | "on" | "in" | "there" | "here" | "off" | "out"] => {
            call_of("day_roster", json!({"date": when}))
        }
        [] if when.is_some() => call_of("day_roster", json!({"date": when})),
        ["why", "not", place @ ..] | ["can", place @ ..] if split(place, &BETWEEN_PERSON_AND_EVENT).is_some() => {
            let (person, event) = split(place, &BETWEEN_PERSON_AND_EVENT)?;
            call_of("check_place", json!({"person": text(person)?, "event": text(event)?, "date": when}))
        }
        ["why" | "explain", ..] => {
            let event = without_verb_and_state(&all[1..]);
            call_of("explain_event", json!({"event": text(event)?}))
        }
        ["history", "of", ..] => call_of("event_history", json!({"event": text(&all[2..])?})),
        ["what", "happened", "to" | "with", ..] => call_of("event_history", json!({"event": text(&all[3..])?})),
        ["history" | "runs"] | ["past" | "last", "runs"] => call_of("runs", json!({})),
        ["compare"] | ["compare", "runs"] | ["what", "changed"] => call_of("compare_runs", json!({})),
        ["proposal" | "review"] | ["what", "needs", "look"] | ["what", "needs", "a", "look"] | ["needs", "look"] => {
            call_of("proposal", json!({"show": "needs_look", "when": when}))
        }
        ["what", "is", "in", "proposal"] | ["what", "is", "in", "the", "proposal"] => {
            call_of("proposal", json!({"show": "open", "when": when}))
        }
        ["not", "placed"] | ["what", "is", "not", "placed"] => {
            call_of("proposal", json!({"show": "not_placed", "when": when}))
        }
        ["findings" | "problems" | "issues" | "validation" | "health"] | ["what", "is", "wrong"] => {
            call_of("findings", json!({"week": when}))
        }
        ["failed" | "submissions"] | ["what", "failed"] | ["failed", "lines"] => call_of("submissions", json!({})),
        ["due"] | ["due", "soon"] | ["what", "is", "due"] | ["what", "is", "due", "soon"] => {
            call_of("events", json!({"which": "due_soon"}))
        }
        ["lost"] | ["lost", "events"] | ["what", "is", "lost"] => call_of("events", json!({"which": "lost"})),
        ["open"] | ["open", "events"] | ["what", "is", "open"] => call_of("events", json!({"which": "open"})),
        ["rotations" | "rotation" | "juicer" | "lead"]
        | ["who", "is", "juicer" | "lead"]
        | ["who", "is", "the", "juicer" | "lead"]
        | ["who", "leads"] => call_of("rotations", json!({"when": when})),
        ["workload" | "hours"] | ["who", "works", "most"] => call_of("workload", json!({"when": when})),
        ["fairness"] | ["who", "is", "owed"] => call_of("fairness", json!({})),
        ["rules"] => call_of("rules", json!({})),
        ["rule" | "rules", "about" | "on", topic @ ..] | ["rule" | "rules", topic @ ..] => {
            call_of("rules", json!({"rule": text(topic)?}))
        }
        [one] if is_rule(one) => call_of("rules", json!({"rule": one})),
        [number] if number.bytes().all(|b| b.is_ascii_digit()) && when.is_none() => {
            call_of("explain_event", json!({"event": number}))
        }
        ["schedule", "of", person @ ..]
        | ["when" | "what", "does", person @ .., "work"]
        | ["is", person @ .., "free" | "available" | "off" | "out" | "working" | "in" | "there" | "here"]
        | [person @ .., "schedule" | "shifts" | "hours"] => {
            call_of("person_schedule", json!({"person": text(person)?, "when": when}))
        }
        _ => None,
    }
}

/// Removes the verb and the state from a question about an event: `is the freeosk open` becomes `the freeosk`.
fn without_verb_and_state<'w, 's>(words: &'w [&'s str]) -> &'w [&'s str] {
    let words = match words {
        ["is" | "was" | "did", "not", rest @ ..] | ["is" | "was" | "did" | "not", rest @ ..] => rest,
        all => all,
    };
    match words {
        [event @ .., "not", "placed" | "there"] => event,
        [event @ .., "open" | "there" | "so" | "failed" | "placed" | "fail"] => event,
        event => event,
    }
}

fn is_rule(word: &str) -> bool {
    let number = word.strip_prefix(['h', 's', 'w']);
    number.is_some_and(|number| !number.is_empty() && number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Words with which a question or a condition begins: such a sentence asks for no change.
const QUESTION_WORDS: [&str; 25] = [
    "who", "what", "when", "where", "which", "why", "how", "is", "are", "was", "were", "did", "does", "do", "has",
    "have", "had", "can", "could", "should", "would", "will", "if", "unless", "whether",
];
/// Words of a negation: a sentence that contains one asks for no change.
const NEGATIONS: [&str; 4] = ["not", "never", "no", "without"];

/// The tool that drafts the change that a sentence asks for.
fn requested_change(rest: &[&str], all: &[&str], when: Option<&str>) -> Option<ToolCall> {
    if let [person @ .., "is" | "can" | "will", "not", "coming" | "come"] | [person @ .., "not", "coming"] = rest {
        return call_of("call_out", json!({"person": text(person)?, "when": when}));
    }
    if let ["ignore", finding, "because", ..] = rest {
        return call_of("ignore_finding", json!({"finding": capitalised(finding), "reason": text(&all[3..])?}));
    }
    if all.first().is_some_and(|word| QUESTION_WORDS.contains(word)) || all.iter().any(|word| NEGATIONS.contains(word))
    {
        return None;
    }
    match rest {
        ["swap" | "trade", pair @ ..] => {
            let (one, other) = split(pair, &["and", "with"])?;
            call_of("swap_events", json!({"a": text(one)?, "b": text(other)?, "when": when}))
        }
        ["move" | "give", move_ @ ..] => {
            let (event, person) = split(move_, &["to"])?;
            call_of("move_event", json!({"event": text(event)?, "person": text(person), "date": when}))
        }
        ["place" | "put" | "assign", place @ ..] => {
            let (event, person) = split(place, &["with", "to"]).unwrap_or((place, &[]));
            call_of("move_event", json!({"event": text(event)?, "person": text(person), "date": when}))
        }
        ["take", "back", ..] => call_of("take_back", json!({"event": text(&all[2..])?})),
        ["unschedule" | "cancel", ..] => call_of("take_back", json!({"event": text(&all[1..])?})),
        ["hold", ..] => call_of("hold_line", json!({"event": text(&all[1..])?})),
        ["release" | "unhold", ..] => call_of("hold_line", json!({"event": text(&all[1..])?, "release": true})),
        ["run"] => call_of("run_now", json!({})),
        ["run", "emergency"] | ["emergency", "run"] => call_of("run_now", json!({"emergency": true})),
        ["approve", ..] => call_of("approve_lines", json!({"events": event_list(&all[1..])?})),
        ["retry"] | ["retry", "failed" | "all"] | ["retry", "all", "failed"] => call_of("retry_lines", json!({})),
        ["retry", ..] => call_of("retry_lines", json!({"events": event_list(&all[1..])?})),
        ["make", person @ .., "juicer"] => {
            call_of("rotation_exception", json!({"person": text(person)?, "rotation": "juicer", "date": when}))
        }
        ["make", person @ .., "lead"] => {
            call_of("rotation_exception", json!({"person": text(person)?, "rotation": "primary_lead", "date": when}))
        }
        ["time", "off", "for", person @ ..]
        | [person @ .., "time" | "is", "off"]
        | [person @ .., "off" | "vacation"] => call_of("time_off", json!({"person": text(person)?, "when": when})),
        ["callout" | "call-out", person @ ..]
        | [person @ .., "is" | "called" | "calls", "out" | "sick" | "ill" | "absent"]
        | [person @ .., "will", "be", "out" | "sick" | "ill" | "absent"]
        | [person @ .., "called" | "calls" | "is" | "calling", "in", "sick" | "ill"]
        | [person @ .., "out" | "sick" | "ill" | "absent"] => {
            call_of("call_out", json!({"person": text(person)?, "when": when}))
        }
        _ => None,
    }
}

/// The events in a list such as `619044 and 619050` or `619044, 619050`; `None` if the list is empty.
fn event_list(words: &[&str]) -> Option<Vec<String>> {
    let is_between = |word: &&str| *word == "and";
    let events: Vec<String> = words.split(is_between).filter_map(text).collect();
    let numbers = events.iter().flat_map(|event| {
        let all_numbers = event.split(' ').all(|word| word.bytes().all(|b| b.is_ascii_digit()));
        if all_numbers { event.split(' ').map(str::to_owned).collect() } else { vec![event.clone()] }
    });
    let events: Vec<String> = numbers.collect();
    (!events.is_empty()).then_some(events)
}

/// Restores the capital letter of a finding's id, which the conversion of the sentence to lower case has lost.
fn capitalised(finding: &str) -> String {
    let mut letters = finding.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The three examples that are most similar to a sentence.
pub fn nearest(said: &str) -> Vec<String> {
    let said = words(said).join(" ");
    let mut ranked: Vec<(f64, &str)> =
        EXAMPLES.iter().map(|example| (strsim::sorensen_dice(&said, &example.to_lowercase()), *example)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(3).map(|(_, example)| example.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use domain::calendar::read_date;

    use super::*;

    fn understood(said: &str) -> String {
        let today = Today(read_date("2026-11-25").expect("a date"));
        match read(said, today, &|_, _| false) {
            Sentence::Call(call) => format!("{} {}", call.tool, Value::Object(call.arguments)),
            Sentence::Name { name, when } => {
                format!("name {name:?} {}", when.unwrap_or_default()).trim_end().to_owned()
            }
            Sentence::NotUnderstood => "not understood".to_owned(),
        }
    }

    #[test]
    fn a_sentence_asks_for_one_tool() {
        for (said, expected) in [
            ("who is free friday", r#"who_is_free {"when":"friday"}"#),
            ("Who's free on Friday?", r#"who_is_free {"when":"on friday"}"#),
            ("who is free", "who_is_free {}"),
            ("who can cover for somebody on friday", r#"who_is_free {"when":"on friday"}"#),
            ("who can cover 619044", r#"who_is_free {"event":"619044"}"#),
            ("who could take the freeosk tomorrow", r#"who_is_free {"event":"freeosk","when":"tomorrow"}"#),
            ("who works tomorrow", r#"day_roster {"date":"tomorrow"}"#),
            ("tomorrow", r#"day_roster {"date":"tomorrow"}"#),
            ("why 619044", r#"explain_event {"event":"619044"}"#),
            ("why is the freeosk open?", r#"explain_event {"event":"freeosk"}"#),
            ("why isn't the walnut core placed", r#"explain_event {"event":"walnut core"}"#),
            ("why avery's core on friday", r#"explain_event {"event":"avery's core on friday"}"#),
            ("why not avery for 619044", r#"check_place {"event":"619044","person":"avery"}"#),
            ("619044", r#"explain_event {"event":"619044"}"#),
            ("avery next week", r#"name "avery" next week"#),
            ("Avery Quill", r#"name "avery quill""#),
            ("avery's schedule next week", r#"person_schedule {"person":"avery's","when":"next week"}"#),
            ("when does avery work", r#"person_schedule {"person":"avery"}"#),
            ("avery out tomorrow", r#"call_out {"person":"avery","when":"tomorrow"}"#),
            ("Avery Quill is sick today", r#"call_out {"person":"avery quill","when":"today"}"#),
            ("avery off 9 jan to 12 jan", r#"time_off {"person":"avery","when":"9 jan to 12 jan"}"#),
            ("swap avery and blake friday", r#"swap_events {"a":"avery","b":"blake","when":"friday"}"#),
            ("move 619044 to avery friday", r#"move_event {"date":"friday","event":"619044","person":"avery"}"#),
            ("move 619044 to friday", r#"move_event {"date":"friday","event":"619044"}"#),
            ("give the walnut core to blake", r#"move_event {"event":"walnut core","person":"blake"}"#),
            ("place 619044 with blake tomorrow", r#"move_event {"date":"tomorrow","event":"619044","person":"blake"}"#),
            ("take back 619044", r#"take_back {"event":"619044"}"#),
            ("hold 619044", r#"hold_line {"event":"619044"}"#),
            ("release 619044", r#"hold_line {"event":"619044","release":true}"#),
            (
                "make avery juicer friday",
                r#"rotation_exception {"date":"friday","person":"avery","rotation":"juicer"}"#,
            ),
            ("run now", "run_now {}"),
            ("approve 619044, 619050 and 619051", r#"approve_lines {"events":["619044","619050","619051"]}"#),
            ("retry failed", "retry_lines {}"),
            (
                "ignore w8-2026-01-12-6c62272e07bb0142 because it is meant",
                r#"ignore_finding {"finding":"W8-2026-01-12-6c62272e07bb0142","reason":"it is meant"}"#,
            ),
            ("what needs a look", r#"proposal {"show":"needs_look"}"#),
            ("what is in the proposal", r#"proposal {"show":"open"}"#),
            ("What's in the proposal on Friday?", r#"proposal {"show":"open","when":"on friday"}"#),
            ("unplaced", r#"proposal {"show":"not_placed"}"#),
            ("what's wrong next week", r#"findings {"week":"next week"}"#),
            ("what failed", "submissions {}"),
            ("due soon", r#"events {"which":"due_soon"}"#),
            ("juicer friday", r#"rotations {"when":"friday"}"#),
            ("workload this week", r#"workload {"when":"this week"}"#),
            ("rule H3", r#"rules {"rule":"h3"}"#),
            ("h3", r#"rules {"rule":"h3"}"#),
            ("what happened to 619044", r#"event_history {"event":"619044"}"#),
            ("compare runs", "compare_runs {}"),
            ("please show me history", "runs {}"),
            ("next week", r#"day_roster {"date":"next week"}"#),
            ("unplaced friday", r#"proposal {"show":"not_placed","when":"friday"}"#),
            ("Avery can't come tomorrow", r#"call_out {"person":"avery","when":"tomorrow"}"#),
            ("Avery called in sick", r#"call_out {"person":"avery"}"#),
            ("is avery out tomorrow", r#"person_schedule {"person":"avery","when":"tomorrow"}"#),
            // A question or a negation asks for no change. A change without a day is not understood if the sentence has
            // one.
            ("if avery is out friday", r#"name "if avery is out" friday"#),
            ("avery is not out friday", r#"name "avery is not out" friday"#),
            ("don't hold 619044", r#"name "do not hold 619044""#),
            ("should we approve 619044", r#"name "should we approve 619044""#),
            ("run friday", "not understood"),
            ("retry failed tomorrow", "not understood"),
            ("what is due friday", "not understood"),
            ("", "not understood"),
            ("delete the whole club and everything that is in it", "not understood"),
        ] {
            assert_eq!(understood(said), expected, "{said}");
        }
    }

    #[test]
    fn every_example_is_understood_by_a_tool_that_exists() {
        let today = Today(read_date("2026-11-25").expect("a date"));
        for example in EXAMPLES {
            match read(example, today, &|_, _| false) {
                Sentence::Call(call) => {
                    assert!(crate::tools::tool_named(call.tool).is_some(), "{example}: {}", call.tool);
                }
                Sentence::Name { .. } => assert_eq!(example, "Avery next week"),
                Sentence::NotUnderstood => panic!("{example} is not understood"),
            }
        }
    }

    #[test]
    fn the_most_similar_examples_are_the_nearest_sentences() {
        assert!(nearest("who is fre on friday").contains(&"who is free friday".to_owned()));
        assert_eq!(nearest("xyz").len(), 3);
    }
}
