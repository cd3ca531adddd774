//! An accepted line gets an audit entry when Crossmark reports that its event was worked, or that it expired.

use chrono::TimeDelta;
use domain::outcome::End;
use serde_json::json;
use store::key::ScheduledEventId;
use store::outcomes::outcome_of;
use store::submission::Reporter;
use testkit::{key, owner};

use crate::setup::RefreshTest;

#[tokio::test]
async fn the_accepted_line_of_an_event_that_was_worked_or_expired_gets_one_entry() {
    for (condition, end) in [("Submitted", End::Completed), ("Expired", End::NoShow)] {
        let test = RefreshTest::small().await;
        let proposal = test.propose_usual().await;
        test.approve_directly(&proposal, &[101]).await;
        let line = key(&proposal, 101);
        let id = test.schedule(101, 150_001, "2026-11-28T10:15:00").await;
        let (club, because) = (test.club(), test.because());
        let until = test.now().plus(TimeDelta::minutes(1));
        let (taken, _) = club.take_line(&line, None, &owner("w"), until, &because).await.expect("taken");
        let id = Some(ScheduledEventId(id));
        club.accept_line(Reporter::Worker(&taken), id, &because).await.expect("accepted");
        test.refresh().await;
        let trail = club.trail_of_line(&line).await.expect("a trail");
        let outcome = outcome_of(&line, &trail).and_then(|line| line.outcome).expect("an outcome");
        assert_eq!(outcome.end, Some(End::Accepted));
        test.advance(12 * 86_400);
        test.control_simulator("events", json!([{"mPlanID": 101, "condition": condition}])).await;
        test.refresh().await;
        test.refresh().await;
        let trail = club.trail_of_line(&line).await.expect("a trail");
        let outcome = outcome_of(&line, &trail).and_then(|line| line.outcome).expect("an outcome");
        assert_eq!(outcome.end, Some(end), "{condition}");
        let ends = trail.iter().filter(|entry| ["completed", "no_show"].contains(&entry.to.as_str()));
        assert_eq!(ends.count(), 1, "{condition}");
    }
}
