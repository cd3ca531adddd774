//! The totals of a drill over all clubs, and the table that the drill prints.

use std::collections::BTreeMap;
use std::time::Instant;

use desk::numbers::WholeRecount;

use super::calls::Call;
use super::findings::DrillFindings;
use crate::console;

/// Maximum number of findings that are printed.
const MAX_PRINTED: usize = 20;

/// The totals of a drill.
#[derive(Debug)]
pub struct DrillTotals {
    began: Instant,
    /// Number of clubs whose drill was finished.
    pub clubs: u64,
    /// Number of approved lines by kind.
    pub lines: BTreeMap<String, u64>,
    /// Number of kills.
    pub kills: u64,
    /// The time by which the clocks were moved, in seconds.
    pub clock_s: u64,
    /// Number of dead letters.
    pub dead_letters: u64,
    /// Numbers of outcomes, of days and of rows of the ledger that were recounted.
    recounted: [usize; 3],
    findings: DrillFindings,
    calls: BTreeMap<String, u64>,
    faults: BTreeMap<String, u64>,
}

impl Default for DrillTotals {
    fn default() -> DrillTotals {
        DrillTotals {
            began: Instant::now(),
            clubs: 0,
            lines: BTreeMap::new(),
            kills: 0,
            clock_s: 0,
            dead_letters: 0,
            recounted: [0; 3],
            findings: DrillFindings::default(),
            calls: BTreeMap::new(),
            faults: BTreeMap::new(),
        }
    }
}

impl DrillTotals {
    /// Adds the findings and the calls of a club.
    pub fn add(&mut self, findings: DrillFindings, calls: &[Call]) {
        let DrillFindings { lost, doubled, stuck, unexplained, blind, miscounted, doubtful, accepted, failed } =
            findings;
        self.findings.lost.extend(lost);
        self.findings.doubled.extend(doubled);
        self.findings.stuck.extend(stuck);
        self.findings.unexplained.extend(unexplained);
        self.findings.blind.extend(blind);
        self.findings.miscounted.extend(miscounted);
        self.findings.doubtful += doubtful;
        self.findings.accepted += accepted;
        for (cause, count) in failed {
            *self.findings.failed.entry(cause).or_default() += count;
        }
        for call in calls {
            *self.calls.entry(call.name.clone()).or_default() += 1;
            if let Some(fault) = &call.fault {
                *self.faults.entry(fault.kind.clone()).or_default() += 1;
            }
        }
    }

    /// Adds the recount of a club's numbers, and the alarms of its nightly recounts.
    pub fn add_recount(&mut self, title: &str, recount: WholeRecount, alarms: usize) {
        let WholeRecount { lines, days, rows, differences } = recount;
        for (sum, count) in self.recounted.iter_mut().zip([lines, days, rows]) {
            *sum += count;
        }
        self.findings.miscounted.extend(differences.into_iter().map(|words| format!("{title}: {words}")));
        if alarms > 0 {
            self.findings.miscounted.push(format!("{title}: {alarms} of its nightly recounts found a wrong count"));
        }
    }

    /// Number of findings that are bugs.
    pub fn bug_count(&self) -> usize {
        self.bugs().count()
    }

    /// The first findings that are bugs, one per line.
    pub fn first_bugs(&self) -> String {
        let shown: Vec<&str> = self.bugs().take(MAX_PRINTED).map(String::as_str).collect();
        shown.join("\n  ")
    }

    /// The table of the totals.
    pub fn table(&self) -> String {
        let DrillFindings { lost, doubled, stuck, unexplained, blind, miscounted, doubtful, accepted, failed } =
            &self.findings;
        let [outcomes, days, ledger_rows] = self.recounted;
        let details = |counts: &BTreeMap<String, u64>| {
            let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            counts.join(", ")
        };
        let sum = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>().to_string();
        let hours = format!("{}:{:02} h", self.clock_s / 3_600, self.clock_s / 60 % 60);
        let count_row = |name: &str, count: String| [name.to_owned(), count, String::new()];
        let rows = [
            count_row("clubs", self.clubs.to_string()),
            ["lines approved".to_owned(), sum(&self.lines), details(&self.lines)],
            ["calls".to_owned(), sum(&self.calls), details(&self.calls)],
            ["faults".to_owned(), sum(&self.faults), details(&self.faults)],
            count_row("kills", self.kills.to_string()),
            count_row("accepted", accepted.to_string()),
            ["failed, with a reason".to_owned(), sum(failed), details(failed)],
            count_row("doubtful, for a person to decide", doubtful.to_string()),
            count_row("lost", lost.len().to_string()),
            count_row("doubled", doubled.len().to_string()),
            count_row("stuck", stuck.len().to_string()),
            count_row("failed with a wrong reason", unexplained.len().to_string()),
            count_row("scheduled again blindly", blind.len().to_string()),
            [
                "recounted from the audit trail".to_owned(),
                outcomes.to_string(),
                format!("outcomes, {days} days, {ledger_rows} rows of the ledger"),
            ],
            count_row("miscounted", miscounted.len().to_string()),
            count_row("dead letters", self.dead_letters.to_string()),
            count_row("real time", format!("{} s", self.began.elapsed().as_secs())),
            count_row("simulated time", hours),
        ];
        console::table(&["", "", ""], &rows)
    }

    fn bugs(&self) -> impl Iterator<Item = &String> {
        let DrillFindings { lost, doubled, stuck, unexplained, blind, miscounted, .. } = &self.findings;
        lost.iter().chain(doubled).chain(stuck).chain(unexplained).chain(blind).chain(miscounted)
    }
}
