//! Tests of the effect of a change of facts on posted schedules and on lines in every state, also of earlier runs.

use chrono::NaiveDate;
use desk::DeskError;
use desk::facts::{AffectedSchedule, Days, Effect, Placements, ScheduleStage};
use store::Stored;
use store::documents::{ClubDocuments, Holiday, LockedDay};
use testkit::TestClub;

use crate::by_hand::execute;

const CLUB: &str = "person A specialist
    person B specialist
    person C specialist
    person L lead
    event 1 Core 24..28
    event 2 Core 24..28
    event 3 Core 24..28
    event 4 Core 24..28
    posted 5 Core 24..28 L 24";

fn the_24th() -> NaiveDate {
    "2026-11-24".parse().expect("a date")
}

/// A club in which, on the 24th, event 1 is approved and waits, 2 failed, 3 is only proposed and 5 is posted.
async fn club_with_every_stage() -> TestClub {
    let test = TestClub::of_lines(CLUB).await;
    let run = test.propose("r1", "1 A 24, 2 B 24, 3 C 24").await;
    test.approve("a1", &run, Some(&["1", "2"])).await.expect("approved");
    test.submit_messages().await;
    test.fail(&run, 2).await;
    test
}

/// The effect on schedules of the 24th of a change of the documents.
async fn effect(test: &TestClub, change: impl FnOnce(&mut ClubDocuments)) -> Effect {
    let club_documents = test.club().club_documents().await.expect("read");
    let mut changed = club_documents.clone();
    change(&mut changed);
    let days = Days::of(the_24th());
    let placements = Placements::read::<DeskError>(test.desk(), club_documents, days, test.now()).await.expect("read");
    placements.effect(&changed).expect("loaded")
}

fn lock(club_documents: &mut ClubDocuments) {
    club_documents.locked_days.push(Stored { version: 1, body: LockedDay { date: the_24th(), reason: None } });
}

fn make_holiday(club_documents: &mut ClubDocuments) {
    club_documents.holidays.push(Stored { version: 1, body: Holiday { date: the_24th(), name: None } });
}

fn stages(of: &[AffectedSchedule]) -> Vec<(u64, ScheduleStage, Option<&str>)> {
    let mut stages: Vec<_> = of.iter().map(|one| (one.event_ref_num.0, one.standing, one.line_id.as_deref())).collect();
    stages.sort_by_key(|(event, ..)| *event);
    stages
}

#[tokio::test]
async fn a_failed_line_is_not_called_approved_or_proposed() {
    let test = club_with_every_stage().await;
    let holiday = effect(&test, make_holiday).await;
    let expected = [
        (1, ScheduleStage::Approved, Some("r1.1")),
        (2, ScheduleStage::NotAccepted, Some("r1.2")),
        (3, ScheduleStage::Proposed, Some("r1.3")),
        (5, ScheduleStage::Posted, None),
    ];
    assert_eq!(stages(&holiday.lines), expected);
    let words = "1 posted schedule, 1 proposed one, 1 approved one and 1 that was not accepted can no longer stand";
    assert_eq!((holiday.words.as_str(), holiday.posted, holiday.proposed), (words, 1, 3));
    assert!(holiday.still_sent.is_empty());
}

#[tokio::test]
async fn a_lock_names_the_approved_events_that_are_sent_all_the_same() {
    let test = club_with_every_stage().await;
    let locked = effect(&test, lock).await;
    assert_eq!(stages(&locked.still_sent), [(1, ScheduleStage::Approved, Some("r1.1"))]);
    let expected = [(2, ScheduleStage::NotAccepted, Some("r1.2")), (3, ScheduleStage::Proposed, Some("r1.3"))];
    assert_eq!(stages(&locked.lines), expected);
    assert!(locked.words.ends_with("; 1 approved event is sent all the same"), "{}", locked.words);
}

#[tokio::test]
async fn lines_of_an_earlier_run_count_until_a_newer_line_takes_their_place() {
    let test = club_with_every_stage().await;
    test.propose("r2", "2 C 24").await;
    let locked = effect(&test, lock).await;
    assert_eq!(stages(&locked.still_sent), [(1, ScheduleStage::Approved, None)]);
    assert_eq!(stages(&locked.lines), [(2, ScheduleStage::Proposed, Some("r2.2"))]);
}

#[tokio::test]
async fn a_line_whose_event_is_placed_by_hand_on_another_day_is_not_called_proposed() {
    let test = club_with_every_stage().await;
    execute(&test, "run-1", "3 B 25").await.expect("approved");
    let locked = effect(&test, lock).await;
    assert_eq!(stages(&locked.lines), [(2, ScheduleStage::NotAccepted, Some("r1.2"))], "while it is on its way");
    let test = club_with_every_stage().await;
    test.post_as_refresh(3, Some(("B", "2026-11-25T10:15:00"))).await;
    let locked = effect(&test, lock).await;
    assert_eq!(stages(&locked.lines), [(2, ScheduleStage::NotAccepted, Some("r1.2"))], "once it is posted");
}

#[tokio::test]
async fn a_schedule_that_broke_a_rule_before_counts_if_it_breaks_another_one() {
    let club = "person A specialist
        weekly A tue=no
        posted 5 Core 24..28 A 24";
    let test = TestClub::of_lines(club).await;
    let leaves = |documents: &mut ClubDocuments| documents.employees[0].body.termination_date = Some(the_24th());
    let left = effect(&test, leaves).await;
    assert_eq!(stages(&left.lines), [(5, ScheduleStage::Posted, None)]);
    assert!(left.lines[0].reason.ends_with("does not work here on Tue 24 Nov"), "{}", left.lines[0].reason);
    let train = |documents: &mut ClubDocuments| documents.employees[0].body.juicer_trained = true;
    assert!(effect(&test, train).await.lines.is_empty(), "A never works on Tuesdays: that is no new reason");
}
