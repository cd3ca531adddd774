//! Tests of drafts: made through an assistant, confirmed once by a person, and refused if the plan has changed since.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use desk::drafts::{DraftError, Readiness, ShownDraft, act_for_event, confirm, discard, get, list};
use desk::{ClubCache, Desk, DeskError};
use domain::snapshot::{EmployeeId, EventRef, RotationException, TimeOff};
use store::audit::Subject;
use store::drafts::{Act, EffectKind, MAX_OPEN, Outcome, State, Status, Target};
use store::key::{DraftId, RunId};
use store::meter::Meter;
use store::states::LineStatus;
use testkit::acts::{ACT_KINDS, act_of, by_hand, club_of_acts, day_off, target};
use testkit::{TestClub, run_id};

fn proposal_run() -> RunId {
    run_id("r1")
}

fn employee(id: &str) -> EmployeeId {
    EmployeeId(id.to_owned())
}

fn day(day: u32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
}

#[tokio::test]
async fn a_draft_that_would_approve_one_approved_line_speaks_of_one() {
    let test = club_of_acts().await;
    test.approve("a1", &proposal_run(), Some(&["10"])).await.expect("approved");
    let act = Act::Approve { run: proposal_run(), lines: vec!["r1.10".to_owned()] };
    let refused = test.make_draft("maria", "again", act).await.expect_err("nothing is left to approve");
    assert_eq!(refused.to_string(), "it is approved already");
}

/// Number of entries in the audit trail after an act of this kind was done once. Trials are not in the trail.
fn expected_times(kind: &str) -> usize {
    usize::from(kind != "try")
}

/// Asserts that the confirmed draft changed the club as its effect showed.
async fn assert_as_shown(test: &TestClub, name: &str, shown: &ShownDraft) {
    let State::Confirmed { outcome, .. } = &shown.draft.state else { panic!("{name}: {:?}", shown.draft.state) };
    let club = test.club();
    for line in &shown.draft.effect.lines {
        let event = line.event.as_ref().map(|event| event.event_ref.0);
        let run_of_line = match outcome {
            Outcome::Approved { run, .. } => run.clone(),
            _ => proposal_run(),
        };
        match (line.what, event) {
            (
                EffectKind::Placed
                | EffectKind::Moved
                | EffectKind::TakenBack
                | EffectKind::Approved
                | EffectKind::Retried
                | EffectKind::Unplaced,
                Some(event),
            ) => {
                let found = test.line_of(&run_of_line, event).await.body;
                let place = found.place.as_ref().map(|place| (place.employee_id.clone(), place.start));
                let shown_place = line.after.as_ref().map(|spot| (spot.employee_id.clone(), spot.start));
                assert_eq!(place, shown_place, "{name}: {}", line.text);
                let is_approved = !matches!(outcome, Outcome::Edited { .. });
                assert_eq!(found.state.status() == LineStatus::Approved, is_approved, "{name}: {}", line.text);
            }
            (EffectKind::Held | EffectKind::Released, Some(event)) => {
                assert_eq!(
                    test.line_of(&proposal_run(), event).await.body.held,
                    line.what == EffectKind::Held,
                    "{name}"
                );
            }
            _ => {}
        }
    }
    match outcome {
        Outcome::Approved { approval, .. } => {
            let found = club.approval(approval).await.expect("read").expect("an approval").body;
            assert!(found.is_finished() && found.announced, "{name}: {found:?}");
            assert_eq!(found.because.who.id, "pat", "{name}: the approval belongs to the person who confirmed");
        }
        Outcome::Edited { line } => assert_eq!(line, "r1.10"),
        Outcome::Saved { fact } if fact.starts_with("time_off") => {
            let all = club.all_documents::<TimeOff>().await.expect("read");
            assert_eq!(all.iter().filter(|row| (row.body.start, row.version) == (day(24), 1)).count(), 1, "{name}");
        }
        Outcome::Saved { fact } => {
            assert!(fact.starts_with("exception:"), "{fact}");
            let all = club.all_documents::<RotationException>().await.expect("read");
            assert_eq!(
                all.iter().map(|row| (row.body.employee_id.0.as_str(), row.version)).collect::<Vec<_>>(),
                [("S", 1)]
            );
        }
        Outcome::Ignored { finding } => {
            let posted = desk::validation::PostedSchedules::load(club, test.now()).await.expect("a club");
            assert!(posted.finding(finding).expect("found").ignored.is_some(), "{name}");
        }
        Outcome::Run { run } => assert!(club.run(run).await.expect("read").is_some(), "{name}"),
        Outcome::Trial { trial } => assert!(club.trial(trial, test.now()).await.expect("read").is_some(), "{name}"),
        Outcome::Retried { lines } => assert_eq!(lines, &["r1.10"]),
    }
}

/// Number of times that the act of the draft was done: the highest number of equal entries of the audit trail that name
/// the draft.
async fn times_done(test: &TestClub, id: &DraftId) -> usize {
    let (name_of_draft, mut cursor, mut seen) = (format!("(draft {id})"), None, std::collections::BTreeMap::new());
    loop {
        let since = test.now().plus(-chrono::TimeDelta::days(1));
        let page = test.club().changes_since(since, cursor.as_ref(), 200).await.expect("a page");
        for entry in page.items.into_iter().map(|entry| entry.body) {
            if entry.because.why.ends_with(&name_of_draft) {
                let transition = format!("{} {:?} {}", entry.subject, entry.from, entry.to);
                *seen.entry(transition).or_insert(0_usize) += 1;
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return seen.values().copied().max().unwrap_or(0);
        }
    }
}

#[tokio::test]
async fn a_confirmed_draft_of_any_kind_does_once_what_its_effect_showed_and_nothing_before() {
    for name in ACT_KINDS {
        let (test, act) = act_of(name).await;
        let before = test.club().plan_version().await.expect("read");
        let made = test.make_ready_draft("pat", "d", act).await;
        assert_eq!((made.status, &made.readiness), (Status::Open, &Readiness::Ready), "{name}");
        assert!(!made.draft.effect.lines.is_empty(), "{name}");
        let after = test.club().plan_version().await.expect("read");
        assert_eq!(before, after, "{name}: a draft does not change the plan");
        assert_eq!(test.submit_messages().await, Vec::<String>::new(), "{name}");
        let reason = (!made.draft.effect.breaks.is_empty()).then_some("as agreed");
        let done = test.confirm_draft("pat", &made.draft.id, reason).await;
        let done = done.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(done.draft.effect.is_same(&made.draft.effect), "{name}");
        assert_as_shown(&test, name, &done).await;
        assert_eq!(times_done(&test, &made.draft.id).await, expected_times(name), "{name}");
    }
}

#[tokio::test]
async fn a_call_out_draft_is_ready_after_its_trial_and_its_moves_are_approved() {
    let (test, act) = act_of("call-out").await;
    let made = test.make_draft("pat", "d", act).await.expect("a draft");
    let id = made.draft.id;
    assert_eq!(made.readiness, Readiness::Preparing);
    let early = test.confirm_draft("pat", &id, None).await.expect_err("not ready");
    assert!(matches!(early, DraftError::Preparing), "{early}");
    test.finish_trial(&id.trial(), 1, ["A", "B"], "2026-11-24T10:15:00").await;
    let ready = get(test.club(), &id, test.now()).await.expect("a draft");
    assert_eq!((ready.readiness, ready.draft.effect.lines.len()), (Readiness::Ready, 1));
    test.confirm_draft("pat", &id, None).await.expect("confirmed");
    assert_eq!(test.submit_messages().await.len(), 1);
}

#[tokio::test]
async fn an_expired_draft_of_any_kind_is_not_confirmed() {
    for name in ACT_KINDS {
        let (test, act) = act_of(name).await;
        let id = test.make_ready_draft("pat", "d", act).await.draft.id;
        let before = test.club().plan_version().await.expect("read");
        test.advance(600);
        for reason in [None, Some("as agreed")] {
            let late = test.confirm_draft("pat", &id, reason).await.expect_err(name);
            assert!(matches!(late, DraftError::Expired { .. }), "{name}: {late}");
        }
        assert_eq!(times_done(&test, &id).await, 0, "{name}");
        assert_eq!(test.club().plan_version().await.expect("read"), before, "{name}");
        assert_eq!(test.submit_messages().await, Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_draft_of_any_kind_is_confirmed_once() {
    for name in ACT_KINDS {
        let (test, act) = act_of(name).await;
        let id = test.make_ready_draft("pat", "d", act).await.draft.id;
        test.confirm_draft("pat", &id, Some("as agreed")).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        test.submit_messages().await;
        let before = test.club().plan_version().await.expect("read");
        for (who, later) in [("pat", 0), ("robin", 60), ("pat", 600)] {
            test.advance(later);
            let again = test.confirm_draft(who, &id, Some("as agreed")).await.expect_err(name);
            assert!(matches!(&again, DraftError::AlreadyConfirmed { by, .. } if by.who.id == "pat"), "{name}: {again}");
        }
        assert_eq!(times_done(&test, &id).await, expected_times(name), "{name}");
        assert_eq!(test.club().plan_version().await.expect("read"), before, "{name}");
        assert_eq!(test.submit_messages().await, Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_draft_that_is_not_confirmed_writes_nothing_and_expires() {
    let test = club_of_acts().await;
    let made = test.make_draft("pat", "d", by_hand(1, Some(target(Some("B"), None)))).await.expect("a draft");
    let id = made.draft.id;
    assert_eq!(list(test.club(), test.now()).await.expect("read").len(), 1);
    test.advance(600);
    assert_eq!(list(test.club(), test.now()).await.expect("read").len(), 0);
    let late = test.confirm_draft("pat", &id, None).await.expect_err("expired");
    assert!(matches!(late, DraftError::Expired { .. }), "{late}");
    assert_eq!(get(test.club(), &id, test.now()).await.expect("kept").status, Status::Expired);
    assert!(test.club().run(&id.run()).await.expect("read").is_none());
    test.advance(24 * 3600);
    assert!(matches!(get(test.club(), &id, test.now()).await.expect_err("gone"), DraftError::NoDraft));
}

#[tokio::test]
async fn a_draft_of_any_kind_is_stale_after_a_change_of_the_plan() {
    for name in ACT_KINDS {
        let (test, act) = act_of(name).await;
        let made = test.make_ready_draft("pat", "d", act).await;
        test.club()
            .change_document(
                None,
                Some(&TimeOff { employee_id: employee("L"), start: day(28), end: day(28) }),
                &test.because(),
            )
            .await
            .expect("saved");
        let stale = test.confirm_draft("pat", &made.draft.id, Some("as agreed")).await.expect_err(name);
        assert!(matches!(stale, DraftError::Stale { found } if found > made.draft.plan_version), "{name}: {stale}");
        assert_eq!(times_done(&test, &made.draft.id).await, 0, "{name}");
        assert_eq!(get(test.club(), &made.draft.id, test.now()).await.expect("read").status, Status::Open, "{name}");
    }
}

#[tokio::test]
async fn a_confirmed_draft_cannot_be_confirmed_or_discarded_and_a_discarded_one_cannot_be_confirmed() {
    let test = club_of_acts().await;
    let made = test.make_draft("pat", "one", day_off("A", 24)).await.expect("a draft").draft.id;
    test.confirm_draft("pat", &made, None).await.expect("confirmed");
    for who in ["pat", "robin"] {
        let again = test.confirm_draft(who, &made, None).await.expect_err("confirmed already");
        let DraftError::AlreadyConfirmed { by, outcome } = again else { panic!("{again}") };
        assert_eq!(by.who.id, "pat");
        assert!(matches!(*outcome, Outcome::Saved { .. }), "{outcome:?}");
    }
    let refused = discard(test.club(), &made, &test.because()).await.expect_err("confirmed already");
    assert!(matches!(refused, DraftError::AlreadyConfirmed { .. }), "{refused}");
    let other = test.make_draft("pat", "two", day_off("B", 24)).await.expect("a draft").draft.id;
    for _ in 0..2 {
        let discarded = discard(test.club(), &other, &test.because()).await.expect("discarded");
        assert_eq!(discarded.status, Status::Discarded);
    }
    let refused = test.confirm_draft("pat", &other, None).await.expect_err("discarded");
    assert!(matches!(refused, DraftError::Discarded { .. }), "{refused}");
    let rows = test.club().all_documents::<TimeOff>().await.expect("read");
    assert_eq!(rows.len(), 1, "{rows:?}");
}

#[tokio::test]
async fn one_of_two_simultaneous_confirmations_succeeds() {
    for name in ACT_KINDS {
        let (test, act) = act_of(name).await;
        let made = test.make_ready_draft("pat", "d", act).await;
        let (id, reason) = (made.draft.id, Some("as agreed"));
        let (one, two) = Box::pin(futures_util::future::join(
            test.confirm_draft("pat", &id, reason),
            test.confirm_draft("pat", &id, reason),
        ))
        .await;
        let done = usize::from(one.is_ok()) + usize::from(two.is_ok());
        assert_eq!(done, 1, "{name}: {one:?} {two:?}");
        for refused in [one, two].into_iter().filter_map(Result::err) {
            assert!(
                matches!(
                    refused,
                    DraftError::InProgress { .. } | DraftError::AlreadyConfirmed { .. } | DraftError::Stale { .. }
                ),
                "{name}: {refused}"
            );
        }
        let shown = get(test.club(), &id, test.now()).await.expect("a draft");
        assert_as_shown(&test, name, &shown).await;
        assert_eq!(times_done(&test, &id).await, expected_times(name), "{name}");
    }
}

/// Polls `work` and drops it when the table has answered this many requests. `None` if `work` was dropped.
async fn poll_until<T>(meter: &Meter, requests: u64, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if meter.requests() >= requests => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// Confirms the draft repeatedly until it is confirmed.
async fn confirm_until_decided(test: &TestClub, name: &str, id: &DraftId) -> ShownDraft {
    for _ in 0..10 {
        test.advance(46);
        match test.confirm_draft("pat", id, Some("as agreed")).await {
            Ok(shown) => return shown,
            Err(DraftError::AlreadyConfirmed { .. }) => {
                return get(test.club(), id, test.now()).await.expect("a draft");
            }
            // A request of the dropped confirmation may still have been in flight.
            Err(DraftError::InProgress { .. }) => {}
            Err(DraftError::Desk(error)) if error.is_table_error() => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    panic!("{name}: not confirmed after 10 attempts");
}

/// Starts a confirmation and drops it after this many answers of the table. Returns its result if it ended before.
async fn confirm_interrupted_after(
    test: &TestClub,
    requests: u64,
    id: &DraftId,
) -> Option<Result<ShownDraft, DraftError>> {
    let (meter, cache) = (Meter::new(), ClubCache::default());
    let desk = Desk { club: test.metered(&meter), cache: &cache };
    let (queues, by) = (test.draft_queues(), test.because_of("pat", "confirmed"));
    let confirmed = Box::pin(confirm(desk, queues.as_queues(), id, Some("as agreed"), &by));
    let result = poll_until(&meter, requests, confirmed).await;
    // The requests in flight reach the table before the next read.
    for _ in 0..3 {
        test.club().plan_version().await.expect("read");
    }
    result
}

#[tokio::test]
async fn a_confirmation_that_was_interrupted_at_any_request_is_finished_by_the_next_one() {
    // Each point of interruption needs a new club; the usual run tests every fourth point.
    let stride = if testkit::is_full() { 1 } else { 4 };
    for name in ACT_KINDS {
        let mut requests = 0;
        'clubs: loop {
            let (test, act) = act_of(name).await;
            let id = test.make_ready_draft("pat", "d", act).await.draft.id;
            let shown = loop {
                match Box::pin(confirm_interrupted_after(&test, requests, &id)).await {
                    Some(Ok(shown)) => {
                        assert_as_shown(&test, name, &shown).await;
                        break 'clubs;
                    }
                    // A confirmation that was dropped before its claim has written nothing; the club is used again.
                    None if get(test.club(), &id, test.now()).await.expect("a draft").status == Status::Open => {
                        requests += 1;
                    }
                    None | Some(Err(DraftError::InProgress { .. })) => {
                        break confirm_until_decided(&test, name, &id).await;
                    }
                    Some(Err(error)) => panic!("{name} after {requests}: {error}"),
                }
                assert!(requests < 100, "{name}: the confirmation did not end");
            };
            assert_as_shown(&test, &format!("{name} after {requests}"), &shown).await;
            assert_eq!(times_done(&test, &id).await, expected_times(name), "{name} after {requests}");
            requests += stride;
        }
    }
}

#[tokio::test]
async fn a_draft_that_breaks_rules_names_them_and_needs_a_reason() {
    let test = club_of_acts().await;
    let made = test.make_draft("pat", "d", by_hand(2, Some(target(Some("A"), Some(24))))).await.expect("a draft");
    assert_eq!(made.draft.effect.breaks.iter().map(|broken| broken.rule.as_str()).collect::<Vec<_>>(), ["H3"]);
    let refused = test.confirm_draft("pat", &made.draft.id, None).await.expect_err("no reason");
    assert!(matches!(refused, DraftError::Desk(DeskError::Breaks { .. })), "{refused}");
    let done = test.confirm_draft("pat", &made.draft.id, Some("as agreed")).await.expect("confirmed");
    assert_as_shown(&test, "override", &done).await;
}

#[tokio::test]
async fn an_act_that_is_impossible_or_changes_nothing_makes_no_draft() {
    let test = club_of_acts().await;
    let nothing = Target::default();
    for (act, expected) in [
        (Act::Schedules { changes: Vec::new() }, "name at least one event"),
        (by_hand(1, Some(nothing.clone())), "name a person, a time or both"),
        (by_hand(99, None), "there is no event 99"),
        (by_hand(10, None), "event 10 is not posted"),
        (by_hand(1, Some(target(Some("Z"), None))), "there is no employee Z"),
        (by_hand(1, Some(target(Some("A"), Some(24)))), "it is posted there already"),
        (Act::EditLine { line: "r1.99".to_owned(), to: target(Some("B"), None) }, "there is no line r1.99"),
        (Act::EditLine { line: "r1.10".to_owned(), to: nothing }, "name a person, a time or both"),
        (Act::HoldLine { line: "r1.10".to_owned(), held: false }, "the line is not held"),
        (Act::TimeOff { employee_id: employee("A"), start: day(25), end: day(24) }, "Tue 24 Nov is before Wed 25 Nov"),
        (day_off("Z", 24), "there is no employee Z"),
        (Act::Approve { run: proposal_run(), lines: Vec::new() }, "name 1 to 200 lines"),
        (Act::Retry { lines: vec!["r1.10".to_owned()] }, "Core 10 \"600010-LKD-P10 - V2\" has not failed"),
        (Act::Try { change: Box::default() }, "a trial needs a change"),
    ] {
        let name = format!("{act:?}");
        let refused = test.make_draft("pat", "d", act).await.expect_err(&name).to_string();
        assert!(refused.starts_with(expected), "{name}: {refused}");
    }
    assert_eq!(list(test.club(), test.now()).await.expect("read").len(), 0);
}

#[tokio::test]
async fn a_draft_of_days_off_says_how_many_affected_schedules_it_does_not_list() {
    for (count, expected) in [
        (60, None),
        (61, Some("1 more affected schedule is not listed")),
        (62, Some("2 more affected schedules are not listed")),
    ] {
        let posted = (1..=count).map(|event| format!("\nposted {event} Freeosk 24..25 L 24 at=10:00"));
        let test = TestClub::of_lines(&format!("person L lead{}", posted.collect::<String>())).await;
        let effect = test.make_draft("pat", "d", day_off("L", 24)).await.expect("a draft").draft.effect;
        assert_eq!(effect.lines.len(), 61, "the days off and 60 schedules");
        let note = effect.notes.iter().find(|note| note.ends_with(" not listed"));
        assert_eq!(note.map(String::as_str), expected, "{count}");
    }
}

#[tokio::test]
async fn a_draft_whose_act_is_refused_is_open_again() {
    let test = club_of_acts().await;
    let made = test.make_draft("pat", "d", Act::RunNow { emergency: false }).await.expect("a draft").draft.id;
    // Another run is open; the version of the plan is the same.
    test.queue_run("other", testkit::manual("robin")).await;
    let refused = test.confirm_draft("pat", &made, None).await.expect_err("another run is open");
    assert!(matches!(refused, DraftError::Desk(DeskError::Run(_))), "{refused}");
    assert_eq!(get(test.club(), &made, test.now()).await.expect("read").status, Status::Open);
    desk::runs::end(test.club(), &testkit::run_id("other"), &test.because()).await.expect("ended");
    test.confirm_draft("pat", &made, None).await.expect("confirmed");
}

#[tokio::test]
async fn a_draft_whose_run_or_trial_cannot_be_queued_is_open_again() {
    for name in ["run", "try"] {
        let (test, act) = act_of(name).await;
        let id = test.make_ready_draft("pat", "d", act).await.draft.id;
        let queues = test.draft_queues_without_solvers();
        let by = test.because_of("pat", "confirmed");
        let refused = Box::pin(confirm(test.desk(), queues.as_queues(), &id, Some("as agreed"), &by)).await;
        assert!(matches!(refused, Err(DraftError::Desk(DeskError::NotQueued { .. }))), "{name}: {refused:?}");
        assert_eq!(get(test.club(), &id, test.now()).await.expect("read").status, Status::Open, "{name}");
        test.advance(1);
        let done = test.confirm_draft("pat", &id, Some("as agreed")).await.expect(name);
        assert_eq!(done.status, Status::Confirmed, "{name}");
    }
}

#[tokio::test]
async fn a_person_may_have_a_limited_number_of_open_drafts_and_the_refusal_names_the_time_of_the_next() {
    let test = club_of_acts().await;
    let first = test.now();
    for n in 0..MAX_OPEN {
        test.make_draft("pat", &format!("d{n:02}"), Act::RunNow { emergency: false }).await.expect("a draft");
        test.advance(1);
    }
    let refused = test.make_draft("pat", "more", Act::RunNow { emergency: false }).await.expect_err("too many");
    let DraftError::TooMany { next_at, .. } = refused else { panic!("{refused}") };
    assert_eq!(next_at, first.plus(store::drafts::LIFETIME));
    test.make_draft("robin", "theirs", Act::RunNow { emergency: false }).await.expect("a draft of another person");
}

#[tokio::test]
async fn a_draft_that_a_colleague_confirms_keeps_who_asked_and_the_trail_names_both_and_the_assistant() {
    let test = club_of_acts().await;
    let made = test.make_draft("pat", "d", day_off("A", 24)).await.expect("a draft").draft.id;
    let done = test.confirm_draft("robin", &made, None).await.expect("confirmed");
    let State::Confirmed { by, .. } = &done.draft.state else { panic!("{:?}", done.draft.state) };
    assert_eq!((by.who.id == "robin", done.draft.asked.who.id == "pat"), (true, true));
    let trail = test.club().trail(&Subject::Draft(made), None, 50).await.expect("a trail").items;
    let entries: Vec<String> = trail
        .into_iter()
        .map(|entry| format!("{} {}: {}", entry.body.to, entry.body.because.who.id, entry.body.because.why))
        .collect();
    assert_eq!(
        entries,
        [
            "asked pat: asked to add time off, through an assistant",
            "confirming robin: confirmed: add time off, through an assistant",
            "confirmed robin: confirmed: add time off, through an assistant",
        ]
    );
}

#[tokio::test]
async fn the_act_for_an_event_edits_its_undecided_line_and_otherwise_changes_the_schedule_by_hand() {
    let test = club_of_acts().await;
    test.post_as_refresh(11, Some(("A", "2026-11-27T10:15:00"))).await;
    for (event, is_edit) in [(10, true), (1, false), (11, false)] {
        let act =
            act_for_event(test.desk(), EventRef(event), target(Some("B"), None), test.now()).await.expect("an act");
        assert_eq!(matches!(act, Act::EditLine { .. }), is_edit, "{event}");
    }
}
