//! `muster validate`.

use std::path::PathBuf;

use chrono::NaiveDate;
use domain::calendar::{date_in_words, read_date, week_start};
use domain::snapshot::Snapshot;
use domain::standing::{self, Finding, FindingDate, Findings, Severity, Weeks};

use super::{Failure, read_snapshot};
use crate::console::{self, Paint, Tone};
use crate::report;

/// Arguments of `muster validate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster validate club.json
      Prints the findings about posted schedules, from the week of the snapshot's date on.
  muster validate club.json --week 2026-11-29
      Looks at one week.
  muster generate --events 60 | muster validate - --json
      Reads standard input and writes the findings as JSON.

Findings are not a failure: the exit code is 0 with and without them.")]
pub struct Arguments {
    /// The club snapshot; `-` reads standard input.
    snapshot: PathBuf,
    /// Check only the week that begins on this Sunday.
    #[arg(long, value_name = "SUNDAY", value_parser = sunday)]
    week: Option<NaiveDate>,
    /// Write the findings as JSON.
    #[arg(long)]
    json: bool,
}

fn sunday(text: &str) -> Result<NaiveDate, String> {
    let date = read_date(text).ok_or("expected a date like 2026-11-29")?;
    let sunday = week_start(date);
    if date == sunday { Ok(date) } else { Err(format!("expected a Sunday; its week begins on {sunday}")) }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let snapshot = read_snapshot(&arguments.snapshot, &console::read(&arguments.snapshot)?)?;
    let weeks = arguments.week.map_or(Weeks::ToLastPosted, Weeks::Of);
    let findings = standing::check(&snapshot, &snapshot.outside, weeks);
    if arguments.json {
        let json = serde_json::to_string_pretty(&findings).map_err(Failure::internal)?;
        return console::say(&(json + "\n"));
    }
    console::tell(&report(&snapshot, &findings, arguments.week, Paint::for_stdout()))
}

/// The findings as text for a person: by week, the most severe of each day first.
fn report(snapshot: &Snapshot, findings: &Findings, week: Option<NaiveDate>, paint: Paint) -> String {
    let weeks = week.map_or_else(String::new, |sunday| format!(", week of {}", date_in_words(sunday)));
    let heading = format!("What is posted at club {} on {}{weeks}", snapshot.club.id, date_in_words(snapshot.today));
    let number = |severity| findings.findings.iter().filter(|f| f.severity == severity).count();
    let found = format!(
        "Health {} of 100: {} critical, {}, {} for information\n",
        findings.health.points(),
        number(Severity::Critical),
        report::count(number(Severity::Warning), "warning"),
        number(Severity::Info)
    );
    let mut text = format!("{}\n{found}", paint.tone(Tone::Heading, &heading));
    if findings.findings.is_empty() {
        text.push_str(&paint.tone(Tone::Good, "Nothing is wrong with it.\n"));
    }
    let mut heading_week = None;
    for finding in &findings.findings {
        let sunday = finding.when.date().map(week_start);
        if heading_week != Some(sunday) {
            let heading =
                sunday.map_or_else(|| "The whole club".into(), |sunday| format!("Week of {}", date_in_words(sunday)));
            text.push_str(&format!("\n{}\n", paint.tone(Tone::Heading, &heading)));
            heading_week = Some(sunday);
        }
        text.push_str(&line(snapshot, finding, paint));
    }
    text
}

fn line(snapshot: &Snapshot, finding: &Finding, paint: Paint) -> String {
    let (severity, tone) = match finding.severity {
        Severity::Critical => ("critical", Tone::Look),
        Severity::Warning => ("warning", Tone::Look),
        Severity::Info => ("info", Tone::Aside),
    };
    let when = match finding.when {
        FindingDate::Look => String::new(),
        FindingDate::Week(_) => "all week".into(),
        FindingDate::Date(date) => date_in_words(date),
    };
    let person = finding.employee_id.as_ref().map(|id| {
        let employee = snapshot.employees.iter().find(|e| e.id == *id);
        let name = employee.map_or_else(|| "not of this club".into(), |e| console::plain(&e.name));
        paint.tone(Tone::Aside, &format!(" ({name}, {id})"))
    });
    let rule = format!("{severity} {}", finding.rule.id());
    let rule = format!("{}{}", paint.tone(tone, &rule), " ".repeat(12_usize.saturating_sub(rule.len())));
    format!("  {when:<10}  {rule}  {}{}\n", finding.text, person.unwrap_or_default())
}
