//! The tool `rules`: rules of the rulebook by number or topic.

use domain::rules::{HARD, SOFT, WATCH};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shapes::with_noun;
use crate::dates::words;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Lists rules of the rulebook.
pub struct Rules;

/// Arguments of `rules`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// A number such as `H3`, or words of a topic; all titles by default.
    rule: Option<String>,
}

/// The answer of `rules`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleList {
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Rule {
    id: &'static str,
    /// `hard`, `soft` or `watch`.
    kind: &'static str,
    title: &'static str,
    /// The rulebook's sentence about the rule, if few rules are listed.
    text: Option<String>,
}

/// The page of the documentation whose tables contain a sentence for each rule.
const RULEBOOK: &str = include_str!("../../../../docs/rulebook.md");
/// An answer with at most this many rules contains their sentences.
const MAX_WITH_SENTENCES: usize = 6;

impl Tool for Rules {
    const SPEC: Spec = Spec::reads(
        "rules",
        "Rules",
        "Rules of the rulebook by number (H hard, S soft, W watch) or by words of a topic; without either, all titles.",
    );
    type Arguments = Arguments;
    type Answer = RuleList;

    async fn answer(_: Context<'_>, Arguments { rule }: Arguments) -> Result<ToolReply<RuleList>, ToolError> {
        let answer = RuleList { rules: find(rule.as_deref().unwrap_or_default()) };
        let text = format!("{}.", with_noun(answer.rules.len(), "rule", "rules"));
        Ok(ToolReply { answer, text, address: "#/settings?part=weights".to_owned() })
    }
}

fn find(said: &str) -> Vec<Rule> {
    let hard = HARD.iter().map(|rule| (rule.name.id(), "hard", rule.title));
    let soft = SOFT.iter().map(|rule| (rule.id, "soft", rule.title));
    let watch = WATCH.iter().map(|rule| (rule.name.id(), "watch", rule.title));
    let all: Vec<_> = hard.chain(soft).chain(watch).collect();
    let words = words(said);
    let named: Vec<_> =
        all.iter().copied().filter(|(id, ..)| words.iter().any(|word| word.eq_ignore_ascii_case(id))).collect();
    let about = |(id, _, title): &(&str, &str, &str)| {
        let text = format!("{title} {}", sentence(id).unwrap_or_default()).to_lowercase();
        words.iter().all(|word| text.contains(word.trim_end_matches('s')))
    };
    let found = if named.is_empty() { all.into_iter().filter(about).collect() } else { named };
    let is_few = found.len() <= MAX_WITH_SENTENCES;
    let rule = |(id, kind, title)| Rule { id, kind, title, text: sentence(id).filter(|_| is_few) };
    found.into_iter().map(rule).collect()
}

/// The rulebook's sentence about a rule: the rule's row in the table, without its number and links. The number of a watch rule
/// is a link, and its row has the severity, the subject, the condition, and what a finding names.
fn sentence(id: &str) -> Option<String> {
    let (number, link) = (format!("| {id} |"), format!("| [{id}]("));
    let row = RULEBOOK.lines().find(|line| line.starts_with(&number) || line.starts_with(&link))?;
    let cells: Vec<&str> = row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).collect();
    if !row.starts_with(&link) {
        let text: Vec<&str> = cells.into_iter().skip(1).filter(|cell| !cell.contains("](")).collect();
        return Some(text.join(": "));
    }
    match cells.as_slice() {
        [_, severity, subject, when, ..] => Some(format!("{severity}, for each {subject}: {when}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_number_and_by_topic() {
        let ids = |said: &str| find(said).iter().map(|rule| rule.id).collect::<Vec<_>>();
        assert_eq!(ids("H3"), ["H3"]);
        assert_eq!(ids("h3 and s4"), ["H3", "S4"]);
        assert_eq!(ids("").len(), HARD.len() + SOFT.len() + WATCH.len());
        assert!(ids("rotation").contains(&"S4"));
        assert!(ids("minutes week").contains(&"H8"));
        assert!(ids("pizza").is_empty());
        assert_eq!(find("H3")[0].text.as_deref(), Some("At most 1 Core for an employee on a day."));
        assert!(find("")[0].text.is_none());
    }

    #[test]
    fn every_rule_has_a_sentence() {
        for rule in find("") {
            assert!(sentence(rule.id).is_some_and(|text| text.len() > 10), "{}", rule.id);
        }
        assert_eq!(find("W3")[0].text.as_deref(), Some("critical, for each day: a holiday has posted schedules"));
    }
}
