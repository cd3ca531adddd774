//! The days after a club's morning, under the same faults and kills: events are worked or expire, Crossmark reports
//! that late or never, people correct outcomes, and Muster counts. At the end every number is recounted from the audit
//! trail.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use desk::numbers::{WholeRecount, recount_everything};
use serde_json::{Value, json};

use super::client::{Line, Person};
use super::setup::DrillSetup;
use crate::commands::Failure;
use crate::commands::installation::InstallationArguments;

/// Time after midnight by which a sweep has closed the day that ended.
const AFTER_MIDNIGHT: TimeDelta = TimeDelta::minutes(10);
/// Time without faults at the end, in which a refresh and some sweeps run, in seconds.
const REST_S: u64 = 2 * 3_600;
/// Number of corrections by hand on each day.
const CORRECTIONS: usize = 8;

/// Simulates this number of nights from the first day with work, and recounts everything.
///
/// # Errors
/// The drill could not be finished. Differences are not errors.
pub async fn simulate_days(
    setup: &mut DrillSetup,
    lines: Vec<Line>,
    zone: Tz,
    nights: u64,
) -> Result<WholeRecount, Failure> {
    let people: Vec<Person> = setup.list("/api/employees?limit=500").await?;
    let worked = lines.into_iter().filter_map(|line| Some((line.work_day()?, line)));
    let mut worked: Vec<(NaiveDate, Line)> = worked.collect();
    worked.sort_by_key(|(day, line)| (*day, line.event_ref_num));
    setup.turn_on_faults_again().await?;
    let (mut unreported, mut begun_count) = (Vec::new(), 0);
    if let Some(first) = worked.first().map(|(day, _)| *day) {
        for night in 0..=nights {
            let today = first + Days::new(night);
            advance_to(setup, today, zone).await?;
            let until_today = worked.partition_point(|(day, _)| *day <= today);
            unreported.extend(worked[begun_count..until_today].iter().map(|(_, line)| line.event_ref_num));
            begun_count = until_today;
            unreported = report_at_crossmark(setup, unreported).await?;
            correct_outcomes(setup, &worked[..until_today], &people).await?;
        }
    }
    setup.turn_off_faults().await?;
    setup.advance(REST_S).await?;
    let installation = InstallationArguments::at(setup.address()).open().await?;
    Ok(recount_everything(installation.of_club(), zone, installation.now()).await?)
}

/// Moves the clock to the night in which a day begins, unless that is past.
async fn advance_to(setup: &mut DrillSetup, day: NaiveDate, zone: Tz) -> Result<(), Failure> {
    let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    let Some(then) = midnight.map(|midnight| midnight.to_utc() + AFTER_MIDNIGHT) else { return Ok(()) };
    let ahead = (then - setup.now().await?).num_seconds();
    match u64::try_from(ahead) {
        Ok(seconds) if seconds > 0 => setup.advance(seconds).await,
        _ => Ok(()),
    }
}

/// Sets some events at Crossmark to `Submitted` or `Expired`. Returns the other events, for which Crossmark reports nothing
/// yet.
async fn report_at_crossmark(setup: &mut DrillSetup, events: Vec<u64>) -> Result<Vec<u64>, Failure> {
    let (mut reported, mut unreported): (Vec<Value>, Vec<u64>) = (Vec::new(), Vec::new());
    for event in events {
        match setup.rng.u8(0..6) {
            0 | 1 => unreported.push(event),
            2 => reported.push(json!({"mPlanID": event, "condition": "Expired"})),
            _ => reported.push(json!({"mPlanID": event, "condition": "Submitted"})),
        }
    }
    if !reported.is_empty() {
        setup.change_at_crossmark(&json!(reported)).await?;
    }
    Ok(unreported)
}

/// Corrects the outcomes of some lines by hand: lines of today and of earlier days. A line may be corrected more than once,
/// with the same or another outcome.
async fn correct_outcomes(
    setup: &mut DrillSetup,
    lines: &[(NaiveDate, Line)],
    people: &[Person],
) -> Result<(), Failure> {
    if lines.is_empty() || people.is_empty() {
        return Ok(());
    }
    for _ in 0..CORRECTIONS {
        let (_, line) = &lines[setup.rng.usize(..lines.len())];
        let who = &people[setup.rng.usize(..people.len())].id;
        let correction = match setup.rng.u8(0..5) {
            0 => json!({"what": "completed"}),
            1 | 2 => json!({"what": "did_not_come"}),
            3 => json!({"what": "somebody_else", "employee_id": who}),
            _ => json!({"what": "withdrawn"}),
        };
        for _ in 0..setup.rng.u8(1..=2) {
            setup.act_with_kills(&format!("/api/outcomes/{}", line.id), &correction).await?;
        }
    }
    Ok(())
}
