//! The days after a club's morning, under the same faults and kills: events are worked or expire, Crossmark reports
//! that late or never, people correct outcomes, and Muster counts. At the end every number is recounted from the audit
//! trail.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use desk::numbers::{WholeRecount, recount_everything};
use serde_json::{Value, json};

use super::site::{Line, Person};
use super::stage::Stage;
use crate::commands::Failure;
use crate::commands::place::Where;

/// Minutes after midnight by which a sweep has done the work of the night.
const AFTER_MIDNIGHT: TimeDelta = TimeDelta::minutes(10);
/// Time in which a refresh and some sweeps follow without faults.
const REST_S: u64 = 2 * 3_600;
/// Corrections by hand on each day.
const CORRECTIONS: usize = 8;

/// Simulates this number of nights from the first day with work, and recounts everything.
///
/// # Errors
/// The drill could not be finished. Differences are not errors.
pub async fn live(stage: &mut Stage, lines: Vec<Line>, zone: Tz, nights: u64) -> Result<WholeRecount, Failure> {
    let people: Vec<Person> = stage.list("/api/employees?limit=500").await?;
    let worked = lines.into_iter().filter_map(|line| Some((line.work_day()?, line)));
    let mut worked: Vec<(NaiveDate, Line)> = worked.collect();
    worked.sort_by_key(|(day, line)| (*day, line.event_ref_num));
    stage.turn_on_faults_again().await?;
    let (mut unsaid, mut said) = (Vec::new(), 0);
    if let Some(first) = worked.first().map(|(day, _)| *day) {
        for night in 0..=nights {
            let today = first + Days::new(night);
            reach(stage, today, zone).await?;
            let past = worked.partition_point(|(day, _)| *day <= today);
            unsaid.extend(worked[said..past].iter().map(|(_, line)| line.event_ref_num));
            said = past;
            unsaid = crossmark_says(stage, unsaid).await?;
            correct(stage, &worked[..past], &people).await?;
        }
    }
    stage.turn_off_faults().await?;
    stage.advance(REST_S).await?;
    let place = Where::at(stage.address()).open().await?;
    Ok(recount_everything(place.of_club(), zone, place.now()).await?)
}

/// Moves the clock to the night in which a day begins, if that is still ahead.
async fn reach(stage: &mut Stage, day: NaiveDate, zone: Tz) -> Result<(), Failure> {
    let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    let Some(then) = midnight.map(|midnight| midnight.to_utc() + AFTER_MIDNIGHT) else { return Ok(()) };
    let ahead = (then - stage.now().await?).num_seconds();
    match u64::try_from(ahead) {
        Ok(seconds) if seconds > 0 => stage.advance(seconds).await,
        _ => Ok(()),
    }
}

/// Sets some events at Crossmark to `Submitted` or `Expired`. Returns the others, for which Crossmark reports nothing
/// yet.
async fn crossmark_says(stage: &mut Stage, events: Vec<u64>) -> Result<Vec<u64>, Failure> {
    let (mut said, mut later): (Vec<Value>, Vec<u64>) = (Vec::new(), Vec::new());
    for event in events {
        match stage.rng.u8(0..6) {
            0 | 1 => later.push(event),
            2 => said.push(json!({"mPlanID": event, "condition": "Expired"})),
            _ => said.push(json!({"mPlanID": event, "condition": "Submitted"})),
        }
    }
    if !said.is_empty() {
        stage.change_at_crossmark(&json!(said)).await?;
    }
    Ok(later)
}

/// Corrects the outcomes of some past lines by hand. Some are corrected more than once, with the same or another
/// outcome.
async fn correct(stage: &mut Stage, past: &[(NaiveDate, Line)], people: &[Person]) -> Result<(), Failure> {
    if past.is_empty() || people.is_empty() {
        return Ok(());
    }
    for _ in 0..CORRECTIONS {
        let (_, line) = &past[stage.rng.usize(..past.len())];
        let who = &people[stage.rng.usize(..people.len())].id;
        let said = match stage.rng.u8(0..5) {
            0 => json!({"what": "completed"}),
            1 | 2 => json!({"what": "did_not_come"}),
            3 => json!({"what": "somebody_else", "employee_id": who}),
            _ => json!({"what": "withdrawn"}),
        };
        for _ in 0..stage.rng.u8(1..=2) {
            stage.act_with_kills(&format!("/api/outcomes/{}", line.id), &said).await?;
        }
    }
    Ok(())
}
