//! Submission of lines: what the line, its event, its claim and the posted schedule are after each outcome, and after
//! each decision of a person about a failed line.

use domain::snapshot::{EmployeeId, EventRef, Posted};
use store::key::{LineKey, ProposalKey, ScheduledEventId};
use store::lines::{Edit, Line, LineError, LineKind};
use store::states::{AttemptEnd, Cause, LineState, LineStatus, Step};
use store::submission::{CountsAsAttempt, Reporter, Requeue, TakenLine};
use testkit::{edit_line, owner, unchanged};

use crate::approvals::key;
use crate::proposals::{because, later, now, place};
use crate::setup::{NOW, TestTable, date};

const ID: ScheduledEventId = ScheduledEventId(55_009_999);

/// A club whose proposal has these approved lines.
pub async fn with_approved(events: &[u64]) -> (TestTable, ProposalKey) {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    test.approve("a-1", &proposal, events).await;
    (test, proposal)
}

impl TestTable {
    pub async fn take(&self, line: &LineKey) -> TakenLine {
        let taken = self.club().take_line(line, None, &owner("w"), later(60), &now()).await;
        taken.expect("taken").0
    }

    /// Ends the current step and begins the given one.
    async fn next_step(&self, step: Step, taken: &TakenLine, ended: AttemptEnd) -> (TakenLine, Line) {
        let requeue = Requeue { next_attempt_at: NOW, ended, step, counts: CountsAsAttempt::No };
        self.club().requeue_line(Reporter::Worker(taken), &requeue, &now()).await.expect("requeued");
        let again = self.club().take_line(&taken.key, Some(taken.generation), &taken.owner, later(60), &now()).await;
        let (taken, line) = again.expect("taken");
        (taken, line.body)
    }

    async fn posted(&self, event: u64) -> Option<Posted> {
        let event = self.club().event(EventRef(event)).await.expect("read").expect("there").body;
        self.club().posted_of(&event).await.expect("read").map(|p| p.body)
    }

    pub async fn fail(&self, line: &LineKey) {
        let taken = self.take(line).await;
        let ended = AttemptEnd::Refused { words: "no".into() };
        let failed =
            self.club().fail_line(Reporter::Worker(&taken), Cause::Refused, ended, "Crossmark said no", &now()).await;
        failed.expect("failed");
    }
}

fn unknown() -> AttemptEnd {
    AttemptEnd::Unknown { words: "time-out".into() }
}

fn not_taken() -> AttemptEnd {
    AttemptEnd::NotTaken { words: "429".into() }
}

#[tokio::test]
async fn an_accepted_line_is_posted_with_its_id_and_releases_its_claim() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    let taken = test.take(&line).await;
    let attempts =
        test.club().line(&line).await.expect("read").expect("there").body.submission.expect("a submission").attempts;
    assert_eq!(
        (attempts.len(), attempts[0].step, attempts[0].end.is_none()),
        (1, Step::Schedule, true),
        "the attempt is written before the call"
    );
    let (done, requests) =
        test.requests(async |club| club.accept_line(Reporter::Worker(&taken), Some(ID), &now()).await).await;
    assert_eq!(requests, 2, "one read and one transaction");
    let end = done.expect("accepted").body.submission.expect("a submission").attempts[0].end.clone();
    assert_eq!(end, Some((NOW, AttemptEnd::Done { scheduled_event_id: Some(ID) })));
    let posted = test.posted(101).await.expect("posted");
    assert_eq!((posted.employee_id.0.as_str(), posted.scheduled_event_id), ("E01", Some(ID)));
    assert_eq!((test.status(&line).await, test.claimed_by(101).await), (LineStatus::ApiSubmitted, None));
    let again = test.club().accept_line(Reporter::Worker(&taken), Some(ID), &now()).await;
    assert_eq!(again.err(), Some(LineError::NotForThisWorker), "a repeated report changes nothing");
}

#[tokio::test]
async fn only_one_worker_takes_a_line() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    let club = test.club();
    let workers: Vec<_> = (0..8).map(|n| owner(&format!("w-{n}"))).collect();
    let because = now();
    let all = workers.iter().map(|w| club.take_line(&line, Some(1), w, later(60), &because));
    let all = futures_util::future::join_all(all).await;
    assert_eq!(all.iter().filter(|r| r.is_ok()).count(), 1);
    let attempts =
        club.line(&line).await.expect("read").expect("there").body.submission.expect("a submission").attempts;
    assert_eq!(attempts.len(), 1);
}

#[tokio::test]
async fn a_line_is_not_taken_before_it_is_due_or_for_another_generation() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    let club = test.club();
    let taken = test.take(&line).await;
    let (next_attempt_at, ended, counts) = (later(90), not_taken(), CountsAsAttempt::Yes);
    let requeue = Requeue { next_attempt_at, ended, step: Step::Schedule, counts };
    club.requeue_line(Reporter::Worker(&taken), &requeue, &now()).await.expect("requeued");
    let early = club.take_line(&line, None, &owner("w"), later(120), &because(later(89))).await;
    assert_eq!(early.err(), Some(LineError::NotForThisWorker), "the line is not due");
    let old = club.take_line(&line, Some(7), &owner("w"), later(120), &because(later(90))).await;
    assert_eq!(old.err(), Some(LineError::NotForThisWorker), "the line has another generation");
    let (_, again) = club.take_line(&line, Some(1), &owner("w"), later(150), &because(later(90))).await.expect("taken");
    let submission = again.body.submission.expect("a submission");
    assert_eq!((submission.tries, submission.attempts.len()), (1, 2));
}

#[tokio::test]
async fn a_move_deletes_the_old_schedule_before_it_schedules_and_posts_the_new_one() {
    let (test, proposal) = with_approved(&[201]).await;
    let line = key(&proposal, 201);
    let club = test.club();
    let taken = test.take(&line).await;
    let read = club.line(&line).await.expect("read").expect("there").body;
    assert_eq!(
        read.placement_to_delete().expect("an old place").scheduled_event_id,
        Some(ScheduledEventId(55_000_201))
    );
    assert_eq!(read.submission.as_ref().expect("a submission").step, Step::Delete);
    let done = AttemptEnd::Done { scheduled_event_id: None };
    let (taken, next) = test.next_step(Step::Schedule, &taken, done).await;
    assert_eq!(
        next.submission.expect("a submission").attempts.len(),
        2,
        "the second attempt is written before the call"
    );
    assert_eq!(test.posted(201).await.expect("still posted").start.date(), date("2026-11-30"));
    club.accept_line(Reporter::Worker(&taken), Some(ID), &because(later(3))).await.expect("accepted");
    let posted = test.posted(201).await.expect("posted");
    assert_eq!((posted.start.date(), posted.scheduled_event_id), (date("2026-12-03"), Some(ID)));
    let all = club.posted_between(date("2026-01-01"), date("2027-01-01"), None, 100).await.expect("a page");
    assert_eq!(all.items.iter().filter(|p| p.body.event.event_ref == EventRef(201)).count(), 1);
}

#[tokio::test]
async fn if_the_new_placement_of_a_move_fails_the_old_one_is_restored_under_a_new_id() {
    let (test, proposal) = with_approved(&[201]).await;
    let line = key(&proposal, 201);
    let club = test.club();
    let taken = test.take(&line).await;
    let done = AttemptEnd::Done { scheduled_event_id: None };
    let (taken, _) = test.next_step(Step::Schedule, &taken, done).await;
    let refused = AttemptEnd::Refused { words: "no".into() };
    let (taken, _) = test.next_step(Step::Restore, &taken, refused).await;
    club.restore_line(Reporter::Worker(&taken), ID, "refused; the old placement is scheduled again", &now())
        .await
        .expect("restored");
    let posted = test.posted(201).await.expect("posted");
    assert_eq!((posted.start.date(), posted.scheduled_event_id), (date("2026-11-30"), Some(ID)));
    assert_eq!(posted.employee_id.0, "E01");
    let failed = club.line(&line).await.expect("read").expect("there").body;
    assert_eq!(failed.failed_because().map(|(c, _)| c), Some(Cause::Restored));
    // A retry first takes back the restored schedule, under its new id.
    let retried = club.retry_line(&line, NOW, &now()).await.expect("retried").body;
    assert_eq!(retried.placement_to_delete().expect("an old place").scheduled_event_id, Some(ID));
    let submission = retried.submission.expect("a submission");
    assert_eq!((submission.step, submission.generation, submission.attempts.len()), (Step::Delete, 2, 3));
}

#[tokio::test]
async fn a_move_that_is_too_late_to_restore_was_sent_and_an_event_that_changed_before_its_call_was_not() {
    let (test, proposal) = with_approved(&[101, 201]).await;
    let club = test.club();
    let taken = test.take(&key(&proposal, 201)).await;
    let (taken, _) = test.next_step(Step::Restore, &taken, AttemptEnd::Done { scheduled_event_id: None }).await;
    club.fail_line_unrestored(Reporter::Worker(&taken), Cause::TooLate, not_taken(), "its old start is past", &now())
        .await
        .expect("failed");
    let (line, words) = (key(&proposal, 101), "it was canceled");
    club.fail_unsent(&line, 1, Cause::ChangedUpstream, words, &owner("w"), &now()).await.expect("failed");
    let tally = club.tallies(&proposal.run, &proposal.run).await.expect("tallies")[proposal.run.as_str()];
    assert_eq!((tally.approved, tally.failed), (2, 1));
}

#[tokio::test]
async fn a_move_whose_old_placement_cannot_be_restored_leaves_its_event_open_and_names_both_failures() {
    let (test, proposal) = with_approved(&[201]).await;
    let line = key(&proposal, 201);
    let club = test.club();
    let taken = test.take(&line).await;
    let done = AttemptEnd::Done { scheduled_event_id: None };
    let (taken, _) = test.next_step(Step::Restore, &taken, done).await;
    let words = "the new placement was refused, and so was the old one";
    let refused = AttemptEnd::Refused { words: "no".into() };
    club.fail_line_unrestored(Reporter::Worker(&taken), Cause::NotRestored, refused, words, &now())
        .await
        .expect("failed");
    assert_eq!(test.posted(201).await, None);
    let failed = club.line(&line).await.expect("read").expect("there").body;
    assert_eq!(failed.failed_because(), Some((Cause::NotRestored, words)));
    let retried = club.retry_line(&line, NOW, &now()).await.expect("retried").body;
    assert_eq!(retried.submission.expect("a submission").step, Step::Schedule, "no old placement is left to take back");
    let taken = test.take(&line).await;
    club.accept_line(Reporter::Worker(&taken), Some(ID), &now()).await.expect("accepted");
    assert_eq!(test.posted(201).await.expect("posted").start.date(), date("2026-12-03"));
}

#[tokio::test]
async fn a_line_that_drops_a_schedule_opens_its_event_again() {
    let (test, proposal) = with_approved(&[202]).await;
    let line = key(&proposal, 202);
    let taken = test.take(&line).await;
    test.club().accept_line(Reporter::Worker(&taken), None, &now()).await.expect("accepted");
    assert_eq!((test.posted(202).await, test.claimed_by(202).await), (None, None));
    let open = test.club().open_events(date("2026-11-01"), None, 50).await.expect("a page");
    assert!(open.items.iter().any(|e| e.body.facts.event_ref == EventRef(202)));
}

#[tokio::test]
async fn a_line_whose_lease_lapsed_is_in_doubt_and_is_not_sent_again() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    let club = test.club();
    let taken = test.take(&line).await;
    let early = club.lapse_line(&line, later(200), &because(later(59))).await;
    assert_eq!(early.err(), Some(LineError::NotForThisWorker), "the worker may still be working");
    club.lapse_line(&line, later(120), &because(later(60))).await.expect("lapsed");
    let late = club.accept_line(Reporter::Worker(&taken), Some(ID), &because(later(61))).await;
    assert_eq!(late.err(), Some(LineError::NotForThisWorker), "a late worker writes nothing");
    let again = club.take_line(&line, None, &owner("w2"), later(300), &because(later(200))).await;
    assert!(matches!(again, Err(LineError::NotAllowed(_))), "{again:?}");
    let state = club.line(&line).await.expect("read").expect("there").body.state;
    assert_eq!(*state, LineState::InDoubt { since: later(60), read_at: later(120), reads: 0 });
}

#[tokio::test]
async fn a_read_back_decides_a_line_in_doubt() {
    for settled in [LineStatus::ApiSubmitted, LineStatus::Approved, LineStatus::ApiFailed] {
        let (test, proposal) = with_approved(&[101]).await;
        let line = key(&proposal, 101);
        let club = test.club();
        let taken = test.take(&line).await;
        club.doubt_line(&taken, "time-out", later(60), &now()).await.expect("in doubt");
        club.postpone_read_back(&line, later(90), &now()).await.expect("postponed");
        let trail = club.trail(&store::audit::Subject::Line(line.clone()), None, 50).await.expect("a trail").items;
        let doubts = trail.iter().filter(|entry| entry.body.to == LineStatus::InDoubt.name());
        assert_eq!(doubts.count(), 2, "the inconclusive read-back has its own entry");
        let reporter = Reporter::Reader { key: &line, generation: 1 };
        let done = match settled {
            LineStatus::ApiSubmitted => club.accept_line(reporter, Some(ID), &now()).await,
            LineStatus::Approved => {
                let requeue = Requeue {
                    next_attempt_at: later(100),
                    ended: not_taken(),
                    step: Step::Schedule,
                    counts: CountsAsAttempt::Yes,
                };
                club.requeue_line(reporter, &requeue, &now()).await
            }
            _ => club.fail_line(reporter, Cause::Conflict, unknown(), "somebody else is there", &now()).await,
        };
        let done = done.expect("settled").body;
        assert_eq!(done.state.status(), settled);
        let attempts = done.submission.expect("a submission").attempts;
        assert_eq!(attempts.len(), 1, "a read-back is no attempt");
        assert_ne!(attempts[0].end, None);
    }
}

#[tokio::test]
async fn a_failed_line_keeps_its_claim_until_a_newer_approved_line_takes_it_over() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    test.fail(&line).await;
    assert_eq!(test.claimed_by(101).await, Some(line.clone()));
    let newer = test.propose("run-2", later(10), &[(LineKind::New, 101, Some(("E03", "2026-11-28")))]).await;
    test.approve("a-2", &newer, &[101]).await;
    assert_eq!(test.claimed_by(101).await, Some(key(&newer, 101)));
    assert_eq!(test.status(&line).await, LineStatus::Superseded);
    let retried = test.club().retry_line(&line, NOW, &now()).await;
    assert!(matches!(retried, Err(LineError::NotAllowed(_))), "{retried:?}");
}

#[tokio::test]
async fn a_line_in_flight_is_never_taken_over() {
    for doubt in [false, true] {
        let (test, proposal) = with_approved(&[101]).await;
        let line = key(&proposal, 101);
        let taken = test.take(&line).await;
        if doubt {
            test.club().doubt_line(&taken, "time-out", later(60), &now()).await.expect("in doubt");
        }
        let newer = test.propose("run-2", later(10), &[(LineKind::New, 101, Some(("E03", "2026-11-28")))]).await;
        let id = test.record("a-2", &newer, &[101]).await.expect("recorded");
        let progress = test.club().process_approval(&id, NOW).await.expect("processed");
        assert_eq!((progress.approved.len(), progress.refused.len()), (0, 1));
        assert_eq!(test.claimed_by(101).await, Some(line));
    }
}

#[tokio::test]
async fn either_a_retry_or_a_concurrent_takeover_succeeds() {
    for _ in 0..5 {
        let (test, proposal) = with_approved(&[101]).await;
        let line = key(&proposal, 101);
        test.fail(&line).await;
        let newer = test.propose("run-2", later(10), &[(LineKind::New, 101, Some(("E03", "2026-11-28")))]).await;
        let id = test.record("a-2", &newer, &[101]).await.expect("recorded");
        let (club, because) = (test.club(), now());
        let (retried, taken_over) =
            futures_util::future::join(club.retry_line(&line, NOW, &because), club.process_approval(&id, NOW)).await;
        let taken_over = taken_over.expect("processed").approved.len();
        assert_eq!(usize::from(retried.is_ok()) + taken_over, 1);
        let holder = if taken_over == 1 { key(&newer, 101) } else { line };
        assert_eq!(test.status(&holder).await, LineStatus::Approved);
        assert_eq!(test.claimed_by(101).await, Some(holder));
    }
}

#[tokio::test]
async fn a_person_can_retry_a_failed_line_reject_it_or_report_it_done_by_hand() {
    let (test, proposal) = with_approved(&[101, 102, 201]).await;
    let club = test.club();
    for event in [101, 102, 201] {
        test.fail(&key(&proposal, event)).await;
    }
    let retried = club.retry_line(&key(&proposal, 101), later(10), &now()).await.expect("retried").body;
    assert_eq!(retried.submission.expect("a submission").generation, 2);
    let twice = club.retry_line(&key(&proposal, 101), later(10), &now()).await;
    assert!(matches!(twice, Err(LineError::NotAllowed(_))), "retried twice: {twice:?}");
    let dropped = club.give_up_line(&key(&proposal, 102), &now()).await.expect("dropped").body;
    let given_up = LineState::Rejected { words: now().why, given_up: Some(Cause::Refused) };
    assert_eq!((&*dropped.state, test.claimed_by(102).await), (&given_up, None));
    club.record_done_by_hand(&key(&proposal, 201), Some(ID), &now()).await.expect("noted");
    assert_eq!(test.posted(201).await.expect("posted").scheduled_event_id, Some(ID));
    assert_eq!(test.claimed_by(201).await, None);
}

#[tokio::test]
async fn a_drop_that_was_done_by_hand_has_no_crossmark_number() {
    let (test, proposal) = with_approved(&[202]).await;
    let line = key(&proposal, 202);
    test.fail(&line).await;
    let done = test.club().record_done_by_hand(&line, Some(ID), &now()).await.expect("recorded").body;
    let LineState::ApiSubmitted { scheduled_event_id, by_hand, .. } = &*done.state else { panic!("{:?}", done.state) };
    assert_eq!((*scheduled_event_id, by_hand.as_deref()), (None, Some("as asked")));
    assert_eq!((test.posted(202).await, test.claimed_by(202).await), (None, None));
}

#[tokio::test]
async fn a_failed_line_can_be_edited_and_approved_again() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    test.fail(&line).await;
    let edit = Edit::Place { place: place("E03", "2026-11-28"), overridden: None };
    edit_line(test.club(), &line, None, &edit, &now()).await.expect("edited");
    assert_eq!(test.claimed_by(101).await, Some(line.clone()), "the failed line keeps its claim");
    test.approve("a-2", &proposal, &[101]).await;
    let again = test.club().line(&line).await.expect("read").expect("there").body;
    assert_eq!(again.submission.expect("a submission").generation, 2);
}

#[tokio::test]
async fn a_line_whose_dependency_failed_fails_without_a_call() {
    let (test, proposal) = with_approved(&[102]).await;
    let line = key(&proposal, 102);
    let club = test.club();
    let stale = club.fail_unsent(&line, 7, Cause::DependencyFailed, "of another generation", &owner("w"), &now()).await;
    assert_eq!(stale, Err(LineError::NotForThisWorker));
    let failed =
        club.fail_unsent(&line, 1, Cause::DependencyFailed, "its dependency failed", &owner("w"), &now()).await;
    let failed = failed.expect("failed").body;
    assert!(failed.submission.as_ref().expect("a submission").attempts.is_empty(), "no call was made");
    assert_eq!(failed.failed_because().map(|(c, _)| c), Some(Cause::DependencyFailed));
    let trail = club.trail(&store::audit::Subject::Line(line), None, 50).await.expect("a trail");
    let trail: Vec<String> = trail.items.into_iter().map(|e| e.body.to).collect();
    assert_eq!(trail.len(), 3);
    assert!(trail.contains(&"submitting".to_owned()) && trail.contains(&"api_failed".to_owned()), "{trail:?}");
}

#[tokio::test]
async fn the_changes_of_an_accepted_line_and_of_its_run_are_in_the_audit_trail() {
    let (test, proposal) = with_approved(&[101]).await;
    let line = key(&proposal, 101);
    let taken = test.take(&line).await;
    test.club().accept_line(Reporter::Worker(&taken), Some(ID), &now()).await.expect("accepted");
    let trail = test.club().trail(&store::audit::Subject::Line(line), None, 50).await.expect("a trail");
    let trail: Vec<_> =
        trail.items.into_iter().map(|e| (e.body.from.expect("a state"), e.body.to, e.body.because)).collect();
    let steps = [("proposed", "approved"), ("approved", "submitting"), ("submitting", "api_submitted")];
    assert_eq!(trail, steps.map(|(from, to)| (from.to_owned(), to.to_owned(), now())));
    let feed = test.club().changes_since(NOW, None, 100).await.expect("a feed");
    assert_eq!(
        feed.items.len(),
        3 + 4,
        "three changes of the line and four of the run: queued, running, completed, approved"
    );
}

#[tokio::test]
async fn an_update_from_crossmark_waits_for_the_line_that_is_submitting_the_event() {
    let test = TestTable::with_club().await;
    let proposal = test.propose_usual().await;
    test.approve("a-1", &proposal, &[101]).await;
    let (club, line) = (test.club(), key(&proposal, 101));
    let scheduled = async || {
        let mut update = unchanged(club.known_event(EventRef(101)).await.expect("read").expect("there"));
        update.facts.condition = Some("Paused".into());
        let start = date("2026-12-03").and_hms_opt(10, 15, 0).expect("a time");
        let event = update.facts.clone();
        update.posted =
            Some(Posted { event, employee_id: EmployeeId("E01".into()), start, block: None, scheduled_event_id: None });
        club.apply_updates(&[update]).await.expect("applied").written
    };
    assert_eq!(scheduled().await, 0, "the line is approved");
    test.fail(&line).await;
    assert_eq!(scheduled().await, 1, "the line has failed");
    let event = club.event(EventRef(101)).await.expect("read").expect("there").body;
    assert_eq!(
        (event.facts.condition.as_deref(), event.posted_at),
        (Some("Paused"), None),
        "the condition is updated, the schedule is not"
    );
    assert_eq!(test.claimed_by(101).await, Some(line.clone()));
    club.give_up_line(&line, &now()).await.expect("dropped");
    assert_eq!(scheduled().await, 1, "no line claims the event");
    assert_eq!(test.posted(101).await.map(|posted| posted.start.date()), Some(date("2026-12-03")));
}
