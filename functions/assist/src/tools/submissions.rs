//! The tool `submissions`: the lines that need a person, and how many are on their way to Crossmark.

use domain::event_type::EventType;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::key::LineKey;
use store::lines::Line;
use store::states::{Cause, LineStatus};

use super::shapes::{Event, Spot, page};
use crate::directory::Directory;
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Lists lines that failed or are in doubt.
pub struct Submissions;

/// Arguments of `submissions`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    /// `next` of the prior page.
    cursor: Option<String>,
}

/// The answer of `submissions`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubmissionList {
    failed: usize,
    in_doubt: usize,
    /// Number of lines that are approved or being sent, without those in doubt.
    under_way: usize,
    /// The time at which sending resumes; `null` if it is not paused.
    paused_until: Option<String>,
    /// The lines that need a person.
    lines: Vec<LineForPerson>,
    next: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LineForPerson {
    line: String,
    #[serde(flatten)]
    event: Event,
    place: Option<Spot>,
    /// `api_failed` or `in_doubt`.
    state: &'static str,
    cause: Option<String>,
    /// The answer of Crossmark, or why the line could not be sent.
    words: Option<String>,
}

/// Number of lines per page.
const PAGE: usize = 20;

impl Tool for Submissions {
    const SPEC: Spec = Spec::reads(
        "submissions",
        "Submissions that need a person",
        "Approved lines that Crossmark refused or whose outcome is unknown, with the cause, and how many are under way.",
    );
    type Arguments = Arguments;
    type Answer = SubmissionList;

    async fn answer(
        context: Context<'_>,
        Arguments { cursor }: Arguments,
    ) -> Result<ToolReply<SubmissionList>, ToolError> {
        let club = context.club();
        let documents = club.club_documents().await?;
        let directory = Directory::of_documents(&documents);
        let claims: Vec<_> = context.club().claims().await?.into_iter().map(|(_, claim)| claim).collect();
        let count = |status| claims.iter().filter(|claim| claim.status == status).count();
        let needing = claims.iter().filter(|c| matches!(c.status, LineStatus::ApiFailed | LineStatus::InDoubt));
        let mut keys: Vec<LineKey> = needing.map(|claim| claim.line.clone()).collect();
        keys.sort();
        let (keys, next) = page(keys, cursor.as_deref(), PAGE);
        let lines = club.lines_by_key(&keys).await?;
        let pause = documents.pause.filter(|pause| context.requester.now < pause.until);
        let answer = SubmissionList {
            failed: count(LineStatus::ApiFailed),
            in_doubt: count(LineStatus::InDoubt),
            under_way: count(LineStatus::Approved) + count(LineStatus::Submitting),
            paused_until: pause.map(|pause| pause.until.to_string()),
            lines: lines.iter().map(|line| line_for_person(&line.body, &directory)).collect(),
            next,
        };
        let text = format!("{} failed, {} in doubt, {} under way.", answer.failed, answer.in_doubt, answer.under_way);
        Ok(ToolReply { answer, text, address: "#/submissions?tab=needs".to_owned() })
    }
}

fn line_for_person(line: &Line, directory: &Directory) -> LineForPerson {
    let failed = line.failed_because();
    let cause = failed.and_then(|(cause, _)| serde_json::to_value(cause).ok());
    LineForPerson {
        line: line.key.to_string(),
        event: Event::of(&line.event),
        place: line.place.as_ref().map(|place| Spot::of(place, directory)),
        state: line.state.status().name(),
        cause: cause.and_then(|cause| cause.as_str().map(str::to_owned)),
        words: failed.map(|(cause, words)| failure_words(line, cause, words)),
    }
}

/// Why a line failed. An event that it waited for is not named by its number.
fn failure_words(line: &Line, cause: Cause, words: &str) -> String {
    let needs_partner = line.pair.is_some_and(|pair| line.depends_on.contains(&pair));
    match cause {
        Cause::DependencyFailed => not_sent_words(line.event.event_type(), needs_partner),
        _ => words.to_owned(),
    }
}

/// Why an event was not sent, in the words of the page of submissions.
fn not_sent_words(kind: EventType, needs_partner: bool) -> String {
    let partner = match kind {
        EventType::Supervisor => Some(EventType::Core),
        EventType::JuicerSurvey => Some(EventType::JuicerProduction),
        EventType::JuicerProduction => Some(EventType::JuicerSurvey),
        _ => None,
    };
    let needed = partner.filter(|_| needs_partner);
    let needed = needed.map_or_else(|| "an event that it needs".to_owned(), |partner| format!("its {partner}"));
    format!("not sent, because {needed} was not accepted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_that_was_not_sent_names_its_partner_only_if_it_waited_for_it() {
        for (kind, needs_partner, expected) in [
            (EventType::Supervisor, true, "not sent, because its Core was not accepted"),
            (EventType::Supervisor, false, "not sent, because an event that it needs was not accepted"),
            (EventType::JuicerSurvey, true, "not sent, because its Juicer Production was not accepted"),
            (EventType::Freeosk, true, "not sent, because an event that it needs was not accepted"),
        ] {
            assert_eq!(not_sent_words(kind, needs_partner), expected, "{kind}");
        }
    }
}
