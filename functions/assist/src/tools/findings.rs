//! The tools `findings` and `finding_options`: the findings about the posted schedules of a week, and what resolves one.

use domain::standing::options::{WayOut, WayOutKind};
use domain::standing::{FindingDate, FindingId, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schedule::encoded;
use super::shapes::{page, schedules_not_read, tenths, with_noun};
use crate::dates::Days;
use crate::directory::Who;
use crate::tool::{Context, Facts, Spec, Tool, ToolError, ToolReply};

/// Lists the findings about the posted schedules of a week.
pub struct ListFindings;

/// Arguments of `findings`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// A week, such as `next week`; this week by default. Of several weeks, the first.
    week: Option<String>,
    /// Only findings of this severity.
    severity: Option<Grade>,
    /// `next` of the prior page.
    cursor: Option<String>,
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// A hard rule or a critical watch rule is broken.
    Critical,
    /// It should be fixed.
    Warning,
    /// For information.
    Info,
}

impl From<Severity> for Grade {
    fn from(severity: Severity) -> Grade {
        match severity {
            Severity::Critical => Grade::Critical,
            Severity::Warning => Grade::Warning,
            Severity::Info => Grade::Info,
        }
    }
}

/// The answer of `findings`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Findings {
    /// The Sunday with which the week begins.
    week: String,
    /// The health of the week, 0 to 100.
    health: u8,
    /// Number of critical findings of the week, without ignored ones, whichever severity is asked for; `warnings` and `info`
    /// likewise.
    critical: usize,
    warnings: usize,
    info: usize,
    /// Number of ignored findings of the week.
    ignored: usize,
    /// The first date whose posted schedules are known, if the week begins earlier; otherwise `null`.
    schedules_from: Option<String>,
    /// A page of the findings, ignored ones included.
    findings: Vec<Finding>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Finding {
    id: String,
    rule: &'static str,
    /// What the rule asks for.
    title: &'static str,
    severity: Grade,
    /// The day of the finding, or the Sunday of its week.
    date: Option<String>,
    person: Option<Who>,
    events: Vec<u64>,
    words: String,
    ignored: bool,
}

/// Number of findings per page.
const PAGE: usize = 20;

impl Tool for ListFindings {
    const SPEC: Spec = Spec::reads(
        "findings",
        "What is wrong with what is posted",
        "Findings of a week about posted schedules (hard and watch rules), and its health from 0 to 100.",
    );
    type Arguments = Arguments;
    type Answer = Findings;

    async fn answer(context: Context<'_>, arguments: Arguments) -> Result<ToolReply<Findings>, ToolError> {
        let facts = context.facts().await?;
        let days = facts.today.days(arguments.week.as_deref(), Days::week_of(facts.today.0))?;
        let week = facts.posted.week(days.from);
        let schedules_from = facts.schedules_from(Days::week_of(days.from));
        let findings = week.findings.iter().map(|found| finding_of(found, facts));
        let findings = findings.filter(|finding| arguments.severity.is_none_or(|wanted| finding.severity == wanted));
        let (findings, next) = page(findings.collect(), arguments.cursor.as_deref(), PAGE);
        let answer = Findings {
            week: week.sunday.to_string(),
            health: week.faults.health().points(),
            critical: week.count(Severity::Critical),
            warnings: week.count(Severity::Warning),
            info: week.count(Severity::Info),
            ignored: week.findings.iter().filter(|found| found.ignored.is_some()).count(),
            schedules_from: schedules_from.map(|date| date.to_string()),
            findings,
            next,
        };
        let text = format!(
            "Week of {}: health {}, {} critical, {}.{}",
            answer.week,
            answer.health,
            answer.critical,
            with_noun(answer.warnings, "warning", "warnings"),
            schedules_not_read(schedules_from)
        );
        let address = format!("#/fix?week={}", answer.week);
        Ok(ToolReply { answer, text, address })
    }
}

fn finding_of(found: &desk::validation::FindingWithIgnore, facts: &Facts) -> Finding {
    let finding = &found.finding;
    Finding {
        id: finding.id.to_string(),
        rule: finding.rule.id(),
        title: finding.rule.title(),
        severity: finding.severity.into(),
        date: match finding.when {
            FindingDate::Look => None,
            FindingDate::Date(date) | FindingDate::Week(date) => Some(date.to_string()),
        },
        person: finding.employee_id.as_ref().map(|id| facts.directory.who(id)),
        events: finding.refs.iter().map(|event| event.0).collect(),
        words: finding.text.clone(),
        ignored: found.ignored.is_some(),
    }
}

/// Lists what can be done about a finding: the changes that resolve it, and to leave it as it is.
pub struct FindingOptions;

/// Arguments of `finding_options`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionsArguments {
    /// The id of a finding.
    finding: String,
}

/// The answer of `finding_options`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Options {
    finding: Finding,
    /// Best first; the last one changes nothing.
    options: Vec<Choice>,
    /// The nearest change and what prevents it, if nothing resolves the finding.
    nearest: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Choice {
    id: String,
    kind: &'static str,
    words: String,
    points: f64,
    /// Number of findings that this option removes.
    removes: usize,
}

impl Choice {
    fn of(way_out: WayOut) -> Choice {
        Choice {
            id: way_out.id.0,
            kind: way_out.kind.name(),
            words: way_out.text,
            points: tenths(way_out.points),
            removes: way_out.removes,
        }
    }
}

impl Tool for FindingOptions {
    const SPEC: Spec = Spec::reads(
        "finding_options",
        "Ways out of a finding",
        "What could be done about one finding, best first, or the nearest change where there is no way out.",
    );
    type Arguments = OptionsArguments;
    type Answer = Options;

    async fn answer(
        context: Context<'_>,
        OptionsArguments { finding }: OptionsArguments,
    ) -> Result<ToolReply<Options>, ToolError> {
        let facts = context.facts().await?;
        let id = FindingId(finding);
        let found = facts.posted.finding(&id)?;
        let options = facts.posted.options(&id)?;
        let ways_out = options.options.iter().filter(|option| option.kind != WayOutKind::Leave).count();
        let answer = Options {
            finding: finding_of(&found, facts),
            options: options.options.into_iter().map(Choice::of).collect(),
            nearest: options.nearest.map(|nearest| nearest.text),
        };
        let text = format!("{}.", with_noun(ways_out, "way out", "ways out"));
        let week = Days::week_of(found.finding.when.date().unwrap_or(facts.today.0)).from;
        Ok(ToolReply { answer, text, address: format!("#/fix?week={week}&finding={}", encoded(&id.0)) })
    }
}
