//! The calls of the API without faults: access, effect, answer.

use std::ops::RangeInclusive;

use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::calls::CallName;
use crate::fields::Fields;
use crate::ledger::{Change, Wish};
use crate::seed::Condition;
use crate::wire;
use crate::world::{Refusal, World};
use crate::{EndedSession, LoginReply, Options};

/// Maximum days between start and end of a planning list request; wider ones fail, as at Crossmark.
const WIDEST_WINDOW_DAYS: i64 = 3;

/// An incoming call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub name: CallName,
    pub session: Option<String>,
    pub fields: Fields,
}

/// The effect of a call, and its answer.
#[derive(Debug)]
pub(crate) struct Worked {
    pub answer: Answer,
    /// The effect, for the log of calls.
    pub effect: Option<&'static str>,
    /// The scheduled event that was created or deleted.
    pub id: Option<u64>,
}

impl Worked {
    pub fn answered(answer: Answer) -> Self {
        Self { answer, effect: None, id: None }
    }
}

/// The answer to a call with an ended session.
pub(crate) fn ended_session(how: EndedSession) -> Worked {
    let answer = match how {
        EndedSession::Unauthorized => Answer::page(StatusCode::UNAUTHORIZED),
        EndedSession::Forbidden => Answer::page(StatusCode::FORBIDDEN),
        EndedSession::Redirect => Answer::to_login(),
        EndedSession::LoginPage => Answer::login_form(),
    };
    Worked { answer, effect: Some("session_ended"), id: None }
}

/// Whether a login has the accepted user name and password.
pub(crate) fn may_log_in(fields: &Fields, options: &Options) -> bool {
    let (user, password) = (fields.text("UserID"), fields.text("Password"));
    fields.text("UserType") == "MVEntityUser"
        && match &options.login {
            Some((known_user, known_password)) => user == known_user && password == known_password,
            None => !user.is_empty() && !password.is_empty(),
        }
}

/// The answer to a successful login.
pub(crate) fn logged_in(reply: LoginReply, session: &str) -> Answer {
    let answer = match reply {
        LoginReply::Page => Answer::scheduling_page(),
        LoginReply::Success => Answer::json(&json!({"success": true})),
        LoginReply::RedirectUrl => Answer::json(&json!({"redirectUrl": "/planning/"})),
    };
    answer.with_session(session)
}

/// Processes a call in an open session.
pub(crate) fn work(world: &mut World, call: &Call, now: DateTime<Utc>) -> Worked {
    match call.name {
        CallName::Planning => Worked::answered(planning(world, &call.fields)),
        CallName::ScheduledEvents => {
            Worked::answered(listed(&call.fields, |days| json!({"events": wire::lengths(world, days, true)})))
        }
        CallName::Visits => Worked::answered(listed(&call.fields, |days| wire::lengths(world, days, false).into())),
        CallName::People => Worked::answered(listed(&call.fields, |days| json!({"reps": wire::people(world, days)}))),
        CallName::Condition => Worked::answered(condition(world, &call.fields)),
        CallName::Schedule | CallName::Delete => change(world, call, now),
        CallName::Login => Worked::answered(Answer::page(StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

/// The change that a call asks for, if it is a call that changes anything.
pub(crate) fn change_of(call: &Call) -> Result<Change, Refusal> {
    let fields = &call.fields;
    let number = |name: &str| fields.number(name).ok_or_else(|| Refusal(format!("{name} is missing")));
    let time = |name: &str| {
        DateTime::parse_from_rfc3339(fields.text(name))
            .map_err(|_| Refusal(format!("{name} is no time with an offset")))
    };
    match call.name {
        CallName::Schedule if fields.text("ClassName") != "MVScheduledmPlan" => {
            Err(Refusal("ClassName is unknown".to_owned()))
        }
        CallName::Schedule => Ok(Change::Schedule(Wish {
            plan_id: number("mPlanID")?,
            rep_id: number("RepID")?,
            location_id: number("LocationID")?,
            start: time("Start")?,
            end: time("End")?,
        })),
        CallName::Delete => Ok(Change::Delete(number("id")?)),
        _ => Err(Refusal("This call changes nothing".to_owned())),
    }
}

fn change(world: &mut World, call: &Call, now: DateTime<Utc>) -> Worked {
    let refused =
        |Refusal(words): Refusal| Worked { answer: Answer::not_ok(&words), effect: Some("refused"), id: None };
    let change = match change_of(call) {
        Ok(change) => change,
        Err(refusal) => return refused(refusal),
    };
    match world.change(&change, now) {
        Ok(Ok(effect)) => {
            let answer = match change {
                Change::Schedule(_) => Answer::json(&wire::scheduled(world, &effect)),
                Change::Delete(_) => Answer::json(&json!({"ok": 1})),
            };
            Worked { answer, effect: Some("done"), id: Some(effect.id) }
        }
        Ok(Err(refusal)) => refused(refusal),
        Err(error) => {
            tracing::error!(%error, "the ledger cannot be written, so the call has no effect");
            Worked::answered(Answer::page(StatusCode::INTERNAL_SERVER_ERROR))
        }
    }
}

fn planning(world: &World, fields: &Fields) -> Answer {
    let day = |name: &str| fields.text(name).get(..10).and_then(|text| text.parse::<NaiveDate>().ok());
    let (Some(from), Some(to)) = (day("intervalStart"), day("intervalEnd")) else {
        return Answer::page(StatusCode::INTERNAL_SERVER_ERROR);
    };
    if !(0..=WIDEST_WINDOW_DAYS).contains(&(to - from).num_days()) {
        return Answer::page(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let rows = wire::planning_rows(world, &(from..=to), &conditions(fields.text("searchFields")));
    let total = rows.len();
    let start = fields.number("start").unwrap_or(0) as usize;
    let limit = fields.number("limit").map_or(usize::MAX, |limit| limit as usize);
    let page: Vec<Value> = rows.into_iter().skip(start).take(limit).collect();
    Answer::json(&json!({"total": total, "mplans": page}))
}

/// The conditions that a search names, anywhere in it; all of them if it names none.
fn conditions(search: &str) -> Vec<Condition> {
    let named: Vec<_> =
        Condition::ALL.into_iter().filter(|condition| search.contains(&format!("\"{}\"", condition.word()))).collect();
    if named.is_empty() { Condition::ALL.to_vec() } else { named }
}

fn listed(fields: &Fields, list: impl FnOnce(&RangeInclusive<NaiveDate>) -> Value) -> Answer {
    match wire::project_days(fields.text("project")) {
        Some(days) => Answer::json(&list(&days)),
        None => Answer::page(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn condition(world: &World, fields: &Fields) -> Answer {
    let event = fields.number("mPlanID").and_then(|plan_id| world.event(plan_id));
    match event {
        Some(event) if fields.number("storeID") == Some(world.seed().location_id) => Answer::json(&json!({
            "ok": 1,
            "reps": wire::reps(world, event),
            "condition": world.condition(event).word(),
            "key": format!("{}_{}", event.plan_id, world.seed().location_id),
            "workStatus": "",
        })),
        _ => Answer::not_ok("There is no such mPlan at this location"),
    }
}
