//! Processes the calls of the API, apart from faults: checks logins, applies calls in open sessions, and makes the
//! answers.

use std::ops::RangeInclusive;

use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::calls::CallName;
use crate::fields::Fields;
use crate::ledger::{LedgerChange, ScheduleRequest};
use crate::seed::Condition;
use crate::wire;
use crate::world::{Refusal, World};
use crate::{EndedSession, LoginReply, Options};

/// Maximum number of days from the first to the last day of a planning list. A longer period fails, as at Crossmark.
const MAX_PLANNING_DAYS: i64 = 3;

/// An incoming call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub name: CallName,
    pub session: Option<String>,
    pub fields: Fields,
}

/// What a call did, and its answer.
#[derive(Debug)]
pub(crate) struct CallOutcome {
    pub answer: Answer,
    /// What the call did, for the log of calls.
    pub effect_label: Option<&'static str>,
    /// The scheduled event that was created or deleted.
    pub id: Option<u64>,
}

impl CallOutcome {
    /// This answer, and no effect.
    pub fn with_answer(answer: Answer) -> Self {
        Self { answer, effect_label: None, id: None }
    }
}

/// What happens to a call without an open session: it has no effect, and is answered as configured.
pub(crate) fn outcome_without_session(how: EndedSession) -> CallOutcome {
    let answer = match how {
        EndedSession::Unauthorized => Answer::error_page(StatusCode::UNAUTHORIZED),
        EndedSession::Forbidden => Answer::error_page(StatusCode::FORBIDDEN),
        EndedSession::Redirect => Answer::redirect_to_login(),
        EndedSession::LoginPage => Answer::login_form(),
    };
    CallOutcome { answer, effect_label: Some("session_ended"), id: None }
}

/// Whether a login is accepted: it has the user type of Crossmark, and the configured user name and password. If
/// none are configured, any that are not empty are accepted.
pub(crate) fn may_log_in(fields: &Fields, options: &Options) -> bool {
    let (user, password) = (fields.text("UserID"), fields.text("Password"));
    fields.text("UserType") == "MVEntityUser"
        && match &options.login {
            Some((known_user, known_password)) => user == known_user && password == known_password,
            None => !user.is_empty() && !password.is_empty(),
        }
}

/// The answer to a successful login.
pub(crate) fn login_answer(reply: LoginReply, session: &str) -> Answer {
    let answer = match reply {
        LoginReply::Page => Answer::scheduling_page(),
        LoginReply::Success => Answer::json(&json!({"success": true})),
        LoginReply::RedirectUrl => Answer::json(&json!({"redirectUrl": "/planning/"})),
    };
    answer.with_session(session)
}

/// Processes a call in an open session.
pub(crate) fn process(world: &mut World, call: &Call, now: DateTime<Utc>) -> CallOutcome {
    match call.name {
        CallName::Planning => CallOutcome::with_answer(planning(world, &call.fields)),
        CallName::ScheduledEvents => CallOutcome::with_answer(list_answer(
            &call.fields,
            |days| json!({"events": wire::scheduled_lengths(world, days)}),
        )),
        CallName::Visits => {
            CallOutcome::with_answer(list_answer(&call.fields, |days| wire::unscheduled_lengths(world, days).into()))
        }
        CallName::People => {
            CallOutcome::with_answer(list_answer(&call.fields, |days| json!({"reps": wire::people(world, days)})))
        }
        CallName::Condition => CallOutcome::with_answer(condition(world, &call.fields)),
        CallName::Schedule | CallName::Delete => change(world, call, now),
        // `Sim` answers logins itself, so this is never reached.
        CallName::Login => CallOutcome::with_answer(Answer::error_page(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

/// The change of the ledger that a call requests.
///
/// # Errors
/// A field is missing or invalid, or the call requests no change.
pub(crate) fn change_of(call: &Call) -> Result<LedgerChange, Refusal> {
    let fields = &call.fields;
    let number = |name: &str| fields.number(name).ok_or_else(|| Refusal(format!("{name} is missing or not a number")));
    let time = |name: &str| {
        DateTime::parse_from_rfc3339(fields.text(name))
            .map_err(|_| Refusal(format!("{name} is not a time with an offset")))
    };
    match call.name {
        CallName::Schedule if fields.text("ClassName") != "MVScheduledmPlan" => {
            Err(Refusal("ClassName is unknown".to_owned()))
        }
        CallName::Schedule => Ok(LedgerChange::Schedule(ScheduleRequest {
            plan_id: number("mPlanID")?,
            rep_id: number("RepID")?,
            location_id: number("LocationID")?,
            start: time("Start")?,
            end: time("End")?,
        })),
        CallName::Delete => Ok(LedgerChange::Delete(number("id")?)),
        _ => Err(Refusal("This call changes nothing".to_owned())),
    }
}

fn change(world: &mut World, call: &Call, now: DateTime<Utc>) -> CallOutcome {
    let refused = |Refusal(words): Refusal| CallOutcome {
        answer: Answer::not_ok(&words),
        effect_label: Some("refused"),
        id: None,
    };
    let change = match change_of(call) {
        Ok(change) => change,
        Err(refusal) => return refused(refusal),
    };
    match world.change(&change, now) {
        Ok(Ok(effect)) => {
            let answer = match change {
                LedgerChange::Schedule(_) => Answer::json(&wire::schedule_reply(world, &effect)),
                LedgerChange::Delete(_) => Answer::json(&json!({"ok": 1})),
            };
            CallOutcome { answer, effect_label: Some("done"), id: Some(effect.id) }
        }
        Ok(Err(refusal)) => refused(refusal),
        Err(error) => {
            tracing::error!(%error, "the ledger cannot be written, so the call has no effect");
            CallOutcome::with_answer(Answer::error_page(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

fn planning(world: &World, fields: &Fields) -> Answer {
    let day = |name: &str| fields.text(name).get(..10).and_then(|text| text.parse::<NaiveDate>().ok());
    let (Some(from), Some(to)) = (day("intervalStart"), day("intervalEnd")) else {
        return Answer::error_page(StatusCode::INTERNAL_SERVER_ERROR);
    };
    if !(0..=MAX_PLANNING_DAYS).contains(&(to - from).num_days()) {
        return Answer::error_page(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let rows = wire::planning_rows(world, &(from..=to), &conditions(fields.text("searchFields")));
    let total = rows.len();
    let start = fields.number("start").unwrap_or(0) as usize;
    let limit = fields.number("limit").map_or(usize::MAX, |limit| limit as usize);
    let page: Vec<Value> = rows.into_iter().skip(start).take(limit).collect();
    Answer::json(&json!({"total": total, "mplans": page}))
}

/// The conditions that a search contains; all conditions if it contains none.
fn conditions(search: &str) -> Vec<Condition> {
    let named: Vec<_> =
        Condition::ALL.into_iter().filter(|condition| search.contains(&format!("\"{}\"", condition.word()))).collect();
    if named.is_empty() { Condition::ALL.to_vec() } else { named }
}

/// The list for the days of the `project` field; an error page without such days, as at Crossmark.
fn list_answer(fields: &Fields, list: impl FnOnce(&RangeInclusive<NaiveDate>) -> Value) -> Answer {
    match wire::project_days(fields.text("project")) {
        Some(days) => Answer::json(&list(&days)),
        None => Answer::error_page(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn condition(world: &World, fields: &Fields) -> Answer {
    let event = fields.number("mPlanID").and_then(|plan_id| world.event(plan_id));
    match event {
        Some(event) if fields.number("storeID") == Some(world.seed().location_id) => Answer::json(&json!({
            "ok": 1,
            "reps": wire::staffed_names(world, event),
            "condition": world.condition(event).word(),
            "key": format!("{}_{}", event.plan_id, world.seed().location_id),
            "workStatus": "",
        })),
        _ => Answer::not_ok("There is no such mPlan at this location"),
    }
}
