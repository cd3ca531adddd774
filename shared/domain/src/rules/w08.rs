//! W8: two or more posted Core of one product on a day.

use std::collections::BTreeMap;

use super::{WatchName, WatchRule, facts};
use crate::names;
use crate::standing::{Issue, IssueDate, Severity};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W8,
    title: "One Core of a product a day",
    severity: Severity::Warning,
    check: |standing, found| {
        let club = standing.club();
        for day in club.day_ixs() {
            let mut products: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for (event, _) in standing.on(day, |event| event.product.is_some()) {
                products.entry(event.product).or_default().push(event);
            }
            for core in products.into_values().filter(|core| core.len() > 1) {
                found.push(Issue::new(standing, IssueDate::Day(club.day(day).date), None, core));
            }
        }
    },
    words: |standing, issue| {
        let codes = standing.club().settings.programme_codes();
        let product = standing.events(&issue.refs).find_map(|event| names::product(&event.name, &codes));
        let product = crate::club::cut_for_message(&product.unwrap_or_default());
        let (core, when) = (facts::events_of_issue(standing, issue), facts::when_of_issue(issue));
        format!("{when} has {} Core of {product}: {core}", issue.refs.len())
    },
};

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn two_core_of_one_product_on_a_day_are_found() {
        let club = "person A specialist
            person B specialist
            person D specialist
            posted 1 Core 20..30 A 24 product=CHERRY";
        for (lines, expected) in [
            ("", ""),
            ("posted 2 Core 20..30 B 24 product=OAT", ""),
            ("posted 2 Core 20..30 B 24 product=Cherry", "W8 24 1+2"),
            ("posted 2 Core 20..30 B 25 product=CHERRY", ""),
            ("posted 2 Core 20..30 B 24 product=CHERRY condition=canceled", ""),
            ("posted 2 Freeosk 20..30 B 24 product=CHERRY", ""),
            ("event 2 Core 20..30 product=CHERRY", ""),
            ("posted 3 Core 20..30 B 24 product=CHERRY\n posted 2 Core 20..30 D 24 product=CHERRY", "W8 24 1+2+3"),
            ("posted 3 Core 20..30 B 24 product=OAT\n posted 2 Core 20..30 D 24 product=OAT", "W8 24 2+3"),
            // Core without a product are not compared.
            ("posted 3 Core 20..30 B 24 name=619003-LKD-\n posted 2 Core 20..30 D 24 name=619004-LKD-", ""),
            ("posted 3 Core 17..30 B 18 product=OAT\n posted 2 Core 17..30 D 18 product=OAT", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{club}\n{lines}"), "W8"), expected, "{lines}");
        }
        let words = finding_texts(&format!("{club}\nposted 2 Core 20..30 B 24 product=CHERRY"), "W8").join("; ");
        assert!(words.starts_with("Tue 24 Nov has 2 Core of CHERRY: Core 1 \"600001-LKD-CHERRY"), "{words}");
    }
}
