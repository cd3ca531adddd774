//! Logins and sessions against the simulator: concurrent calls share one login, a refused login is followed by a pause,
//! and what happens to a call whose session has ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossmark::{
    ClientSettings, Clock, CredentialError, CredentialFuture, CredentialSource, Credentials, Crossmark, Days,
    DeleteOutcome, Doubt, LoginError, NotTaken, ReadError, ScheduleOutcome,
};
use serde_json::json;
use simulator::{EndedSession, LoginReply};

use crate::support::*;

fn today() -> Days {
    Days::one(day("2026-11-23"))
}

#[tokio::test]
async fn every_form_of_a_successful_login_opens_a_session() {
    for reply in [LoginReply::Page, LoginReply::Success, LoginReply::RedirectUrl] {
        let upstream = upstream_with(|options| options.login_reply = reply, |_| {}).await;
        assert!(upstream.club.people(today()).await.is_ok(), "{reply:?}");
    }
}

#[tokio::test]
async fn however_a_session_ends_reads_and_deletes_are_repeated_and_a_schedule_is_in_doubt() {
    for ended in [EndedSession::Unauthorized, EndedSession::Forbidden, EndedSession::Redirect, EndedSession::LoginPage]
    {
        let short_lived = |options: &mut simulator::Options| {
            options.ended_session = ended;
            options.session_lifetime = chrono::TimeDelta::minutes(10);
        };
        let upstream = upstream_with(short_lived, |_| {}).await;
        upstream.club.people(today()).await.unwrap();

        upstream.clock.advance(Duration::from_mins(11));
        assert!(upstream.club.people(today()).await.is_ok(), "{ended:?}");
        assert_eq!(upstream.calls("people").await.len(), 3, "{ended:?}");

        upstream.clock.advance(Duration::from_mins(11));
        assert_eq!(
            upstream.club.delete(scheduled(POSTED_ID), upstream.send_by()).await,
            DeleteOutcome::Deleted,
            "{ended:?}"
        );
        assert_eq!(upstream.calls("delete").await.len(), 2, "{ended:?}");

        upstream.clock.advance(Duration::from_mins(11));
        let outcome = upstream.club.schedule(&placement(FREE), upstream.send_by()).await;
        assert_eq!(outcome, ScheduleOutcome::Unknown { why: Doubt::SessionEnded }, "{ended:?}");
        assert_eq!(upstream.calls("schedule").await.len(), 1, "{ended:?}");

        // The next call logs in, so a repeated schedule goes through.
        let outcome = upstream.club.schedule(&placement(FREE), upstream.send_by()).await;
        assert!(matches!(outcome, ScheduleOutcome::Accepted { .. }), "{ended:?}: {outcome:?}");
        assert_eq!(upstream.calls("login").await.len(), 4, "{ended:?}");
    }
}

#[tokio::test]
async fn a_session_is_renewed_before_its_hour_is_over() {
    let upstream = upstream().await;
    for (minutes, logins) in [(0, 1), (57, 1), (2, 2), (57, 2), (2, 3)] {
        upstream.clock.advance(Duration::from_mins(minutes));
        let outcome = upstream.club.delete(scheduled(59_999_999), upstream.send_by()).await;
        assert!(matches!(outcome, DeleteOutcome::Refused { .. }), "{outcome:?}");
        assert_eq!(upstream.calls("login").await.len(), logins);
    }
    assert_eq!(upstream.calls("delete").await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_make_one_login() {
    let upstream = upstream().await;
    upstream.plan_fault(json!({"call": "login", "kind": "hold_after"})).await;

    let calls: Vec<_> = (0..20)
        .map(|_| {
            // Each task has its own handle, as different parts of a process would.
            let club = upstream.crossmark.club("8135", ZONE);
            tokio::spawn(async move { club.people(today()).await })
        })
        .collect();
    wait_until_held(&upstream, "login").await;
    upstream.post("/_sim/release", json!({})).await;

    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().people.len(), 2);
    }
    assert_eq!(upstream.calls("login").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_after_the_end_of_a_session_make_one_new_login() {
    let short_lived = |options: &mut simulator::Options| options.session_lifetime = chrono::TimeDelta::minutes(10);
    let upstream = upstream_with(short_lived, |settings| settings.concurrency = 20).await;
    upstream.club.people(today()).await.unwrap();
    upstream.clock.advance(Duration::from_mins(11));

    let calls: Vec<_> = (0..20)
        .map(|_| {
            let club = upstream.club.clone();
            tokio::spawn(async move { club.people(today()).await })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap().is_ok());
    }
    assert_eq!(upstream.calls("login").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_wait_for_a_failed_login_share_its_failure() {
    let upstream = upstream_with(|_| {}, |settings| settings.timeout = Duration::from_secs(2)).await;
    // The login hangs until the client gives it up.
    upstream.plan_fault(json!({"call": "login", "kind": "hold_before"})).await;

    let schedules: Vec<_> = (0..20)
        .map(|number| {
            let (club, send_by) = (upstream.club.clone(), upstream.send_by());
            tokio::spawn(async move { club.schedule(&placement(FREE + number), send_by).await })
        })
        .collect();
    let failed = ScheduleOutcome::NotTaken { why: NotTaken::Login(LoginError::Failed), retry_after: None };
    for schedule in schedules {
        assert_eq!(schedule.await.unwrap(), failed);
    }
    assert_eq!(upstream.calls("login").await.len(), 1);

    // A later call logs in again.
    assert!(upstream.club.people(today()).await.is_ok());
    assert_eq!(upstream.calls("login").await.len(), 2);
}

#[tokio::test]
async fn after_a_refused_login_a_club_makes_no_login_for_five_minutes() {
    let upstream = upstream().await;
    let base = upstream.base();
    let wrong = client(base, &upstream.clock, credentials("wrong"), |_| {});
    let club = wrong.club("8135", ZONE);
    let until = upstream.clock.now() + chrono::TimeDelta::minutes(5);
    let refused = LoginError::Refused { until };

    assert_eq!(club.people(today()).await, Err(refused.into()));
    upstream.clock.advance(Duration::from_mins(2));
    let outcome = club.schedule(&placement(FREE), upstream.send_by()).await;
    let retry_after = Some(Duration::from_mins(3));
    assert_eq!(outcome, ScheduleOutcome::NotTaken { why: NotTaken::Login(refused), retry_after });
    assert_eq!(upstream.calls("login").await.len(), 1);

    // The pause does not apply to other clubs.
    assert!(wrong.club("9001", ZONE).people(today()).await.is_err());
    assert_eq!(upstream.calls("login").await.len(), 2);

    upstream.clock.advance(Duration::from_mins(3));
    assert!(matches!(club.people(today()).await, Err(ReadError::Login(LoginError::Refused { .. }))));
    assert_eq!(upstream.calls("login").await.len(), 3);
}

/// A source of credentials that counts how often it is read.
struct CountingSource {
    asked: AtomicUsize,
    passwords: Vec<Option<&'static str>>,
}

impl CredentialSource for CountingSource {
    fn credentials<'a>(&'a self, club: &'a str) -> CredentialFuture<'a> {
        assert_eq!(club, "8135");
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let password = self.passwords[asked.min(self.passwords.len() - 1)];
        Box::pin(async move { password.map(credentials).ok_or(CredentialError::Missing) })
    }
}

#[tokio::test]
async fn credentials_are_cached_for_minutes_and_read_again_after_a_refusal() {
    let upstream = upstream_with(|options| options.session_lifetime = chrono::TimeDelta::seconds(50), |_| {}).await;
    let stored = CountingSource { asked: AtomicUsize::new(0), passwords: vec![None, Some("old"), Some(PASSWORD)] };
    let stored = Arc::new(stored);
    let mut settings = ClientSettings::new(upstream.base().parse().unwrap(), 7);
    settings.session_lifetime = Duration::from_mins(1);
    let crossmark = Crossmark::new(settings, stored.clone(), Arc::new(upstream.clock.clone())).unwrap();
    let club = crossmark.club("8135", ZONE);

    let missing = LoginError::Credentials(CredentialError::Missing);
    assert_eq!(club.people(today()).await, Err(missing.into()));
    assert_eq!(upstream.calls("login").await.len(), 0);
    assert!(matches!(club.people(today()).await, Err(ReadError::Login(LoginError::Refused { .. }))));
    upstream.clock.advance(Duration::from_mins(5));
    // The right password has been stored in the meantime.
    for (minutes, asked) in [(0, 3), (1, 3), (1, 3), (2, 4)] {
        upstream.clock.advance(Duration::from_mins(minutes));
        assert!(club.people(today()).await.is_ok());
        assert_eq!(stored.asked.load(Ordering::SeqCst), asked, "after {minutes} more minutes");
    }
}

#[test]
fn debug_output_has_no_credentials() {
    let credentials: Credentials = credentials(PASSWORD);
    let shown = format!("{credentials:?}");
    assert!(!shown.contains(PASSWORD) && !shown.contains(USER), "{shown}");
}

/// Waits until the simulator holds a call with this name.
async fn wait_until_held(upstream: &Upstream, name: &str) {
    while !upstream.calls(name).await.iter().any(|call| call["progress"] == "held") {
        tokio::task::yield_now().await;
    }
}
