//! Properties that the findings of every club have.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::broken::{Random, shuffle, week};
use super::{Weeks, look, look_at, naive};
use crate::calendar::{plus_days, read_date};
use crate::fixture::in_short;
use crate::standing::{Finding, Health};

const SEEDS: std::ops::Range<u64> = 0..160;

fn today(document: &Value) -> NaiveDate {
    document["today"].as_str().and_then(read_date).expect("a date")
}

#[test]
fn the_order_of_lists_changes_nothing() {
    for seed in SEEDS {
        let document = week(seed);
        let mut shuffled = document.clone();
        shuffle(&mut shuffled, &mut Random::new(seed + 1));
        assert_eq!(look(&document), look(&shuffled), "seed {seed}");
    }
}

#[test]
fn findings_are_in_order_and_ids_are_unique() {
    for seed in SEEDS {
        let findings = look(&week(seed)).findings;
        let ids: BTreeSet<_> = findings.iter().map(|f| &f.id).collect();
        assert_eq!(ids.len(), findings.len(), "seed {seed}");
        assert!(findings.is_sorted_by(|a, b| a.compare(b).is_lt()), "seed {seed}");
        for finding in findings {
            assert!(crate::bounds::is_id(&finding.id.0), "{}", finding.id);
            assert!(finding.refs.is_sorted(), "{finding:?}");
            assert!(!finding.text.is_empty() && !finding.text.contains('\n'), "{finding:?}");
        }
    }
}

/// The identity of a finding, without the date, which may change from day to day for H10, H11 and W12.
fn identity(finding: &Finding) -> (String, String) {
    let short = in_short(finding);
    let moves = ["H10", "H11", "W12"].contains(&finding.rule.id());
    let rest = short.split(' ').enumerate().filter(|(i, _)| !(moves && *i == 1)).map(|(_, part)| part);
    // Two rotations on one day differ only in their text.
    let words = if finding.rule.id() == "W11" { finding.text.clone() } else { String::new() };
    (rest.collect::<Vec<_>>().join(" "), words)
}

#[test]
fn a_finding_that_remains_a_day_later_keeps_its_id() {
    let mut kept = 0;
    for seed in SEEDS {
        let document = week(seed);
        let mut tomorrow = document.clone();
        tomorrow["today"] = json!(plus_days(today(&document), 1).to_string());
        let before: BTreeMap<_, _> = look(&document).findings.into_iter().map(|f| (identity(&f), f)).collect();
        for finding in look(&tomorrow).findings {
            let Some(earlier) = before.get(&identity(&finding)) else { continue };
            let same_days = earlier.when == finding.when || ["H10", "H11", "W12"].contains(&finding.rule.id());
            assert!(same_days, "seed {seed}: {earlier:?} {finding:?}");
            // If the second day of an event is gone or new, the days differ, and so does the id.
            if earlier.text == finding.text {
                assert_eq!(earlier.id, finding.id, "seed {seed}: {earlier:?} {finding:?}");
                kept += 1;
            }
        }
    }
    assert!(kept > 900, "{kept} findings kept");
}

#[test]
fn a_finding_is_gone_without_the_events_that_it_names() {
    for seed in SEEDS.step_by(10) {
        let document = week(seed);
        for finding in look(&document).findings.iter().filter(|f| !f.refs.is_empty()) {
            let named: BTreeSet<u64> = finding.refs.iter().map(|r| r.0).collect();
            let mut without = document.clone();
            for (list, member) in [("posted", "/event/ref"), ("events", "/ref"), ("crossmark", "/ref")] {
                if let Some(rows) = without[list].as_array_mut() {
                    rows.retain(|row| !row.pointer(member).and_then(Value::as_u64).is_some_and(|r| named.contains(&r)));
                }
            }
            let left = look(&without).findings;
            assert!(left.iter().all(|f| f.id != finding.id), "seed {seed}: {finding:?}");
            // Rules that need several events are not broken by one of them.
            if ["H3", "H6", "H7", "W8"].contains(&finding.rule.id()) && finding.refs.len() == 2 {
                let mut one_less = document.clone();
                let posted = one_less["posted"].as_array_mut().expect("a list");
                posted.retain(|row| row["event"]["ref"] != json!(finding.refs[0].0));
                let left = look(&one_less).findings;
                assert!(left.iter().all(|f| f.id != finding.id), "seed {seed}: {finding:?}");
            }
        }
    }
}

#[test]
fn the_findings_of_single_weeks_together_are_those_of_all_weeks() {
    for seed in SEEDS {
        let document = week(seed);
        let all = look(&document).findings;
        let mut one_by_one = BTreeMap::new();
        for days in (0..30).step_by(7) {
            let of_week = look_at(&document, Weeks::Of(plus_days(today(&document), days))).findings;
            one_by_one.extend(of_week.into_iter().map(|f| (f.id.clone(), f)));
        }
        let named: BTreeMap<_, _> = all.into_iter().map(|f| (f.id.clone(), f)).collect();
        // After the last posted week, only events that are not posted can have findings.
        one_by_one.retain(|id, f| named.contains_key(id) || !["W4", "W12"].contains(&f.rule.id()));
        assert_eq!(named, one_by_one, "seed {seed}");
    }
}

#[test]
fn a_club_without_schedules_and_events_is_in_perfect_health() {
    for seed in SEEDS {
        let mut document = week(seed);
        for list in ["posted", "events"] {
            document[list] = json!([]);
        }
        for outside in ["crossmark", "listed", "now"] {
            document[outside] = Value::Null;
        }
        let findings = look(&document);
        assert_eq!((findings.health.points(), findings.findings), (100, Vec::new()), "seed {seed}");
    }
}

#[test]
fn health_never_rises_with_a_further_finding() {
    for seed in SEEDS {
        let findings = look(&week(seed)).findings;
        let mut before = 100;
        for n in 0..=findings.len() {
            let health = Health::of(&findings[..n]).points();
            assert!(health <= before, "seed {seed}");
            before = health;
        }
        assert_eq!(before, naive::health(&findings), "seed {seed}");
    }
}

#[test]
fn an_independent_implementation_makes_the_same_findings() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for seed in SEEDS {
        let document = week(seed);
        let mut found: Vec<String> = look(&document).findings.iter().map(in_short).collect();
        let mut expected = naive::findings(&document);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "seed {seed}\n{document:#}");
        for rule in found.iter().filter_map(|f| f.split(' ').next()) {
            *counts.entry(rule.to_owned()).or_default() += 1;
        }
    }
    // Every rule was broken, and more than once.
    assert_eq!(counts.len(), 28, "{counts:?}");
    assert!(counts.values().all(|count| *count >= 2), "{counts:?}");
}
