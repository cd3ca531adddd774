//! The tools `explain_event` and `check_place`: why an event is where it is or has no place, and what another place would
//! break.

use std::collections::BTreeMap;

use desk::check::{CheckTarget, check};
use desk::evaluate::RequestedPlace;
use desk::plan::Plan;
use domain::calendar::date_in_words;
use schemars::JsonSchema;
use serde::Serialize;
use store::events::Event as StoredEvent;
use store::lines::{Failure, Line, LineKind};
use store::states::LineStatus;

use super::arguments::{EventArguments, PlaceArguments};
use super::shapes::{BrokenRule, Event, Spot, tenths};
use crate::directory::{Directory, KnownEvent, Who, moment};
use crate::tool::{Context, Spec, Tool, ToolError, ToolReply};

/// Why an event is where it is, or has no place.
pub struct ExplainEvent;

/// The answer of `explain_event`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explanation {
    event: Event,
    /// First date of the event's window, and the date on which it ends, which is not included.
    window: [String; 2],
    /// `posted`, `proposed`, `not_placed`, the state of its submission to Crossmark, `open`, or, if Crossmark offers it to
    /// nobody, `expired` or `not_open`.
    state: String,
    /// The place where the event is posted.
    posted: Option<Spot>,
    /// The event's place in the submission that claims it, otherwise in the current proposal.
    planned: Option<Spot>,
    /// The id of the event's line in the current proposal; `null` if there is none, or if it was not sent and something
    /// else posted, moved or took back the event since.
    line: Option<String>,
    /// Whether a person holds that line back from approval.
    held: bool,
    /// Points of the place by soft rule.
    points: BTreeMap<String, f64>,
    runner_up: Option<RunnerUp>,
    /// Why the event has no place, is taken back, or could not be submitted.
    reason: Option<Reason>,
    /// Why a person should look at the line.
    flags: Vec<String>,
    /// The number of the event that this event is paired with.
    pair: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RunnerUp {
    person: Who,
    date: String,
    points_lost: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Reason {
    code: String,
    words: String,
    rules: Vec<String>,
}

impl Reason {
    fn of(failure: &Failure) -> Reason {
        Reason { code: failure.code.clone(), words: failure.text.clone(), rules: failure.rules.clone() }
    }
}

impl Tool for ExplainEvent {
    const SPEC: Spec = Spec::reads(
        "explain_event",
        "Why an event is where it is",
        "Why an event is planned where it is, is not placed, or failed: reasons with rules and points, the next best choice.",
    );
    type Arguments = EventArguments;
    type Answer = Explanation;

    async fn answer(
        context: Context<'_>,
        EventArguments { event }: EventArguments,
    ) -> Result<ToolReply<Explanation>, ToolError> {
        let (plan, directory, today) = context.plan().await?;
        let known = directory.event(&event, today)?.clone();
        let stored = context.club().event(known.event).await?.map(|event| event.body);
        // A line that was not sent says nothing about an event that something else posted, moved or took back since.
        let posting = plan.club.find(known.event).and_then(|event| plan.club.event(event).posting());
        let is_current = |line: &Line| {
            let claim = stored.as_ref().and_then(|event| event.claim.as_ref());
            let was_sent = line.state.status().is_in_flight_or_accepted();
            let is_own = claim.is_some_and(|claim| claim.line == line.key);
            was_sent || is_own || line.has_expected_schedule(posting.map(|p| (&plan.club.person(p.person).id, p.start)))
        };
        let line = plan.line(known.event).map(|line| line.body.clone()).filter(is_current);
        let reasons = match &line {
            Some(line) => context.club().reasons(&line.key).await?.map(|reasons| reasons.why),
            None => None,
        };
        let claimed = match stored.as_ref().and_then(|event| event.claim.as_ref()) {
            Some(claim) => context.club().line(&claim.line).await?.map(|line| line.body),
            None => None,
        };
        let mut explanation = explain(&plan, &directory, &known, line.as_ref(), (stored.as_ref(), claimed.as_ref()));
        if let Some(why) = reasons {
            let terms = why.terms.unwrap_or_default();
            explanation.points = terms.into_iter().map(|(term, points)| (term, tenths(points))).collect();
            explanation.runner_up = why.runner_up.map(|next| RunnerUp {
                person: directory.who(&next.employee_id),
                date: next.date.to_string(),
                points_lost: tenths(next.points_lost),
            });
            explanation.reason = explanation.reason.or_else(|| why.reason.as_ref().map(Reason::of));
        }
        let text = format!("Event {} is {}.", known.event, explanation.state.replace('_', " "));
        let address = match &explanation.line {
            Some(line) => format!("#/review?tab=all&sel={}&pane=why", super::schedule::encoded(line)),
            None => format!("#/events?cond=all&q={}", known.event),
        };
        Ok(ToolReply { answer: explanation, text, address })
    }
}

fn explain(
    plan: &Plan,
    directory: &Directory,
    known: &KnownEvent,
    line: Option<&Line>,
    (stored, claimed): (Option<&StoredEvent>, Option<&Line>),
) -> Explanation {
    let planned_event = plan.club.find(known.event).map(|event| plan.club.event(event));
    let posted = planned_event.and_then(domain::club::Event::posting).map(|posting| Spot {
        person: directory.who(&plan.club.person(posting.person).id),
        start: moment(posting.start),
    });
    let claim = stored.and_then(|event| event.claim.as_ref());
    let open = line.filter(|line| line.state.status().is_open());
    let state = match (claim, open) {
        (Some(claim), _) if claim.status != LineStatus::ApiSubmitted => claim.status.name().to_owned(),
        (_, Some(line)) if !line.is_placed() => "not_placed".to_owned(),
        (_, Some(_)) => "proposed".to_owned(),
        _ if posted.is_some() => "posted".to_owned(),
        _ => known.unposted_state().to_owned(),
    };
    let failed = claimed.and_then(Line::failed_because).map(|(cause, words)| Reason {
        code: serde_json::to_value(cause).ok().and_then(|cause| cause.as_str().map(str::to_owned)).unwrap_or_default(),
        words: words.to_owned(),
        rules: Vec::new(),
    });
    let planned = claimed.or(line).and_then(|line| line.place.as_ref()).map(|place| Spot::of(place, directory));
    let flag = |flag| serde_json::to_value(flag).ok().and_then(|flag| flag.as_str().map(str::to_owned));
    Explanation {
        event: Event::new(known.event, &known.name, known.kind),
        window: [known.window.0.to_string(), known.window.1.to_string()],
        state,
        posted,
        planned,
        line: line.map(|line| line.key.to_string()),
        held: line.is_some_and(|line| line.held),
        points: BTreeMap::new(),
        runner_up: None,
        reason: failed.or_else(|| line.and_then(|line| reason_now(plan, line))),
        flags: line.map(|line| line.flags.iter().filter_map(flag).collect()).unwrap_or_default(),
        pair: planned_event.and_then(|event| event.partner).map(|pair| plan.club.event(pair).event_ref.0),
    }
}

/// Why a line has no place: the run's reason, unless it is about the other event of the pair, and that was placed,
/// moved or taken back since.
fn reason_now(plan: &Plan, line: &Line) -> Option<Reason> {
    let failure = line.failure.as_ref()?;
    let is_about_pair = failure.rules.iter().any(|rule| ["H10", "H11"].contains(&rule.as_str()));
    let since = partner_since(plan, line).filter(|_| is_about_pair && !line.is_placed());
    Some(match since {
        Some(words) => Reason { code: "partner_changed".to_owned(), words, rules: Vec::new() },
        None => Reason::of(failure),
    })
}

/// What became since the run of the event that the event of a line follows; `None` if the run's view of it still holds.
fn partner_since(plan: &Plan, line: &Line) -> Option<String> {
    let club = &plan.club;
    let event = club.find(line.key.event).map(|event| club.event(event)).filter(|event| event.kind.is_follower())?;
    let partner = club.event(event.partner?);
    let of_partner = &plan.line(partner.event_ref)?.body;
    let posting = partner.posting();
    let posted = posting.map(|posting| (&club.person(posting.person).short_name, posting.start.date()));
    // A person placed it in the proposal.
    let edited =
        of_partner.place.as_ref().filter(|_| of_partner.state.status().is_open()).and_then(|place| {
            Some((&club.person(club.find_person(&place.employee_id.0)?).short_name, place.start.date()))
        });
    let had_no_place = of_partner.kind == LineKind::NotPlaced;
    let is_as_expected = of_partner.state.status().is_in_flight_or_accepted()
        || of_partner.has_expected_schedule(posting.map(|p| (&club.person(p.person).id, p.start)));
    let its = format!("its {}", partner.kind);
    let place = if had_no_place { posted.or(edited) } else { posted.filter(|_| !is_as_expected) };
    match place {
        Some((who, date)) => {
            let when = date_in_words(date);
            Some(format!("{its} has a place since the run, {who} on {when}: place this one too, or run again"))
        }
        None if is_as_expected => None,
        None => Some(format!("{its} was taken back since the run: run again")),
    }
}

/// What another place of an event would break and cost.
pub struct CheckPlace;

/// The answer of `check_place`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaceCheck {
    event: Event,
    place: Option<Spot>,
    allowed: bool,
    broken: Vec<BrokenRule>,
    /// The difference of the score, in points.
    points: f64,
    moves_along: Vec<u64>,
    /// The starts to choose from on that day, if the rulebook leaves a choice.
    starts: Vec<String>,
}

impl Tool for CheckPlace {
    const SPEC: Spec = Spec::reads(
        "check_place",
        "Why not there",
        "Whether an event may go to another person or day: rules that it would break, points, what moves along. Changes nothing.",
    );
    type Arguments = PlaceArguments;
    type Answer = PlaceCheck;

    async fn answer(context: Context<'_>, arguments: PlaceArguments) -> Result<ToolReply<PlaceCheck>, ToolError> {
        let (_, directory, today) = context.plan().await?;
        let known = directory.event(&arguments.event, today)?.clone();
        let employee = arguments.person.as_deref().map(|said| directory.person(said)).transpose()?;
        let requested =
            RequestedPlace { employee: employee.map(|person| person.id.clone()), when: arguments.when(today, &known)? };
        let target = CheckTarget::Event(known.event);
        let (_, found) = check(context.desk(), &target, &requested, context.requester.now).await?;
        let place = found.place;
        let answer = PlaceCheck {
            event: Event::new(known.event, &known.name, known.kind),
            place: place
                .employee_id
                .zip(place.schedule_datetime)
                .map(|(id, start)| Spot { person: directory.who(&id), start: start.chars().take(16).collect() }),
            allowed: found.allowed,
            broken: found
                .violations
                .into_iter()
                .map(|broken| BrokenRule { rule: broken.rule.id().to_owned(), words: broken.words })
                .collect(),
            points: tenths(found.points),
            moves_along: found.moves_along.iter().map(|spot| spot.event_ref_num.0).collect(),
            starts: found.starts.into_iter().map(|start| start.chars().take(16).collect()).collect(),
        };
        let verdict = if answer.allowed { "breaks no rule" } else { "breaks rules" };
        let text = format!("Event {} there {verdict}; {} points.", known.event, answer.points);
        Ok(ToolReply { answer, text, address: format!("#/events?cond=all&q={}", known.event) })
    }
}
