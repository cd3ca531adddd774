//! A club's documents, events and posted schedules: a write is refused if somebody else changed what it replaces, and a
//! list continues at its cursor.

use domain::calendar::Day;
use domain::snapshot::{
    Allowance, AvailabilityOverride, ClubFacts, Employee, EmployeeId, EventFacts, EventRef, Posted, RotationRow, Week,
};
use store::cursor::{Cursor, ListError};
use store::documents::{ClubSettings, DocumentError, Expect, Holiday, LockedDay, Settings};
use store::facts::{FactId, KeptFact};
use store::idempotency::{Request, RequestState, StoredReply};
use store::key::ClubId;
use store::uploads::UploadedRow;
use store::upstream::{AppliedUpdates, EventUpdate, KnownEvent, Source};
use testkit::unchanged;

use crate::proposals::{later, now};
use crate::setup::{NOW, TestTable, date, today};

#[tokio::test]
async fn a_document_is_written_at_its_version_and_increments_plan_version() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let before = club.plan_version().await.expect("a version").version;
    let mut people = club.all_documents::<Employee>().await.expect("people");
    let mut avery = people.remove(0);
    avery.body.juicer_trained = true;
    assert_eq!(club.put_document(&avery.body, Expect::Version(1)).await, Ok(2));
    let stale = club.put_document(&avery.body, Expect::Version(1)).await;
    assert_eq!(stale, Err(DocumentError::Stale { found: Some(2) }));
    let (written, requests) = test.requests(async |c| c.put_document(&avery.body, Expect::Version(2)).await).await;
    assert_eq!((written, requests), (Ok(3), 1));
    let after = club.plan_version().await.expect("a version");
    assert_eq!((after.version, after.outdating_changes()), (before + 2, before + 2));
}

#[tokio::test]
async fn a_document_that_must_be_new_is_refused_if_one_exists() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let holiday = Holiday::on(date("2026-12-25"));
    assert_eq!(club.put_document(&holiday, Expect::Nothing).await, Ok(1));
    assert_eq!(club.put_document(&holiday, Expect::Nothing).await, Err(DocumentError::Stale { found: Some(1) }));
    assert_eq!(club.put_document(&holiday, Expect::Anything).await, Ok(2));
    let stored = club.document(&holiday).await.expect("read").expect("there");
    club.change_document(Some(&stored), None, &now()).await.expect("removed");
    let again = club.change_document(Some(&stored), None, &now()).await;
    assert_eq!(again, Err(DocumentError::Stale { found: None }), "it is gone");
}

#[tokio::test]
async fn rotations_are_replaced_whole_in_one_transaction() {
    let test = TestTable::with_club().await;
    let old = test.club().rotations().await.expect("rows");
    assert_eq!((old.version, old.rows.len(), &old.saved), (0, 2, &None));
    let row = RotationRow { day: Day::Sun, ..old.rows[0].clone() };
    let rows = [row, old.rows[1].clone()];
    let (done, requests) =
        test.requests(async |club| club.replace_rotations(&rows, Expect::Anything, &now()).await).await;
    assert_eq!((done, requests), (Ok(1), 2));
    let (saved, requests) = test.requests(async |club| club.rotations().await).await;
    let saved = saved.expect("rows");
    let days: Vec<Day> = saved.rows.iter().map(|r| r.day).collect();
    assert_eq!((days.len(), days.contains(&Day::Sun), requests), (2, true, 1));
    assert_eq!((saved.version, saved.saved), (1, Some(now())));
}

#[tokio::test]
async fn rotations_that_were_saved_meanwhile_are_not_overwritten() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let rows = club.rotations().await.expect("rows").rows;
    assert_eq!(club.replace_rotations(&rows, Expect::Nothing, &now()).await, Ok(1));
    let stale = |found| Err(DocumentError::Stale { found });
    assert_eq!(club.replace_rotations(&[], Expect::Nothing, &now()).await, stale(Some(1)));
    assert_eq!(club.replace_rotations(&[], Expect::Version(1), &now()).await, Ok(2));
    assert_eq!(club.replace_rotations(&rows, Expect::Version(1), &now()).await, stale(Some(2)));
    assert_eq!(club.rotations().await.expect("rows").rows, []);
}

#[tokio::test]
async fn the_documents_of_a_club_are_read_in_one_request() {
    let test = TestTable::with_club().await;
    test.propose_usual().await;
    let (club_documents, requests) = test.requests(async |club| club.club_documents().await).await;
    let club_documents = club_documents.expect("documents");
    assert_eq!(requests, 1);
    let rows = [
        club_documents.employees.len(),
        club_documents.weekly.len(),
        club_documents.overrides.len(),
        club_documents.time_off.len(),
    ];
    assert_eq!(rows, [4, 2, 2, 1]);
    let rows = [
        club_documents.holidays.len(),
        club_documents.locked_days.len(),
        club_documents.rotations.len(),
        club_documents.exceptions.len(),
    ];
    assert_eq!(rows, [1, 1, 2, 1]);
    assert_eq!(club_documents.club.map(|c| c.id), Some(test.club.to_string()));
    assert_eq!(Ok(club_documents.plan_version), test.club().plan_version().await);
    assert_eq!(club_documents.proposal, test.club().current_proposal().await.expect("read").map(|c| c.body));
    assert_eq!(club_documents.lease.and_then(|l| l.holder), None);
}

#[tokio::test]
async fn the_items_of_lists_are_counted() {
    let test = TestTable::with_club().await;
    let club = test.club();
    assert_eq!(club.count_events().await, Ok(6));
    assert_eq!(club.count_open_events(date("2026-12-05")).await, Ok(3));
    assert_eq!(club.count_posted_between(today(), date("2026-11-30")).await, Ok(1));
    assert_eq!(club.count_documents_from::<Holiday>(date("2026-11-27")).await, Ok(0));
    assert_eq!(club.documents_from::<Holiday>(date("2026-11-26"), None, 10).await.expect("a page").items.len(), 1);
}

#[tokio::test]
async fn a_changed_run_hour_is_copied_to_the_list_of_clubs() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let read = club.club_documents().await.expect("documents").club_settings().expect("a club");
    let settings = Settings { run_hour: 4, ..read.body.settings.clone() };
    let after = ClubSettings { settings, club: read.body.club.clone() };
    assert_eq!(club.change_settings(&read, after, &now()).await.expect("saved").version, 2);
    let (clubs, requests) = test.requests(async |club| club.listings().await).await;
    assert_eq!((clubs.expect("clubs")[0].body.run_hour, requests), (4, 1));
}

#[tokio::test]
async fn a_stale_change_of_settings_gets_the_current_version() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let read = club.club_documents().await.expect("documents").club_settings().expect("a club");
    let renamed = ClubFacts { name: "Elsewhere".to_owned(), ..read.body.club.clone() };
    let after = ClubSettings { club: renamed, ..read.body.clone() };
    let saved = club.change_settings(&read, after, &now()).await.expect("saved");
    let stale = club.change_settings(&read, read.body.clone(), &now()).await;
    assert_eq!(stale, Err(DocumentError::Stale { found: Some(saved.version) }));
}

#[tokio::test]
async fn only_one_of_several_concurrent_writers_creates_a_document() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let day = LockedDay::on(date("2026-12-02"));
    let both = futures_util::future::join_all((0..8).map(|_| club.put_document(&day, Expect::Nothing))).await;
    assert_eq!(both.iter().filter(|r| r.is_ok()).count(), 1, "{both:?}");
}

#[tokio::test]
async fn a_list_continues_at_its_cursor() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let mut refs = Vec::new();
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = club.open_events(today(), cursor.as_ref(), 3).await.expect("a page");
        refs.extend(page.items.iter().map(|e| e.body.facts.event_ref.0));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(refs, [101, 102, 103, 104]);
    let all = club.events(None, 100).await.expect("a page");
    assert_eq!(all.items.iter().map(|e| e.body.facts.event_ref.0).collect::<Vec<_>>(), [101, 102, 103, 104, 201, 202]);
}

#[tokio::test]
async fn a_foreign_or_broken_cursor_is_refused() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let cursor = club.events(None, 2).await.expect("a page").next.expect("more");
    let other = ClubId::parse("9001").expect("an id");
    let others = test.table.club(&other, &test.meter).events(Some(&cursor), 2).await;
    assert_eq!(others.err(), Some(ListError::ForeignCursor), "of another club");
    let elsewhere = club.documents::<Employee>(Some(&cursor), 2).await;
    assert_eq!(elsewhere.err(), Some(ListError::ForeignCursor), "of another list");
    let tail = &cursor.0[1..];
    for broken in [String::new(), "é".into(), format!("B{tail}"), cursor.0[..9].to_owned(), format!("{}AA", cursor.0)]
    {
        let answer = club.events(Some(&Cursor(broken.clone())), 2).await;
        assert_eq!(answer.err(), Some(ListError::ForeignCursor), "{broken:?}");
    }
    assert!(club.events(Some(&cursor), 2).await.is_ok());
}

#[tokio::test]
async fn a_change_of_an_event_is_copied_to_its_posted_schedule_in_the_same_transaction() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let mut update = unchanged(club.known_event(EventRef(201)).await.expect("read").expect("there"));
    assert_eq!(club.apply_updates(std::slice::from_ref(&update)).await, Ok(applied_updates(0, 0)), "nothing changed");
    update.facts.condition = Some("Scheduled".into());
    assert_eq!(club.apply_updates(std::slice::from_ref(&update)).await, Ok(applied_updates(1, 0)));
    assert_eq!(
        club.apply_updates(&[update]).await,
        Ok(applied_updates(0, 1)),
        "the event has changed since it was read"
    );
    let event = club.event(EventRef(201)).await.expect("read").expect("there");
    let posted = club.posted_of(&event.body).await.expect("read").expect("there");
    assert_eq!(posted.body.event.condition.as_deref(), Some("Scheduled"));
    assert_eq!((event.version, posted.version), (2, 2));
}

fn applied_updates(written: usize, overtaken: usize) -> AppliedUpdates {
    AppliedUpdates { written, overtaken, unusable: Vec::new() }
}

#[tokio::test]
async fn updates_of_concurrently_changed_events_are_skipped_and_the_others_are_written() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let facts = club.event(EventRef(101)).await.expect("read").expect("there").body.facts;
    let new = |event: u64| EventUpdate {
        read: None,
        facts: EventFacts { event_ref: EventRef(event), name: format!("{event}-Peach Tea-CORE"), ..facts.clone() },
        posted: None,
        source: Source::Overriding,
    };
    let known = EventUpdate { facts: facts.clone(), ..new(101) };
    let updates: Vec<EventUpdate> = (9_001..9_041).map(new).chain([known]).collect();
    assert_eq!(
        club.apply_updates(&updates).await,
        Ok(applied_updates(40, 1)),
        "one update took a known event for a new one"
    );
    assert_eq!(club.event(EventRef(9_040)).await.expect("read").expect("there").body.posted_at, None);
    assert_eq!(club.event(EventRef(101)).await.expect("read").expect("there").version, 1);
    let start = date("2026-12-02").and_hms_opt(10, 15, 0).expect("a time");
    let posted = Posted {
        event: facts.clone(),
        employee_id: EmployeeId("E01".into()),
        start,
        block: None,
        scheduled_event_id: None,
    };
    let scheduled = EventUpdate { posted: Some(posted), ..new(9_100) };
    assert_eq!(club.apply_updates(&[scheduled]).await, Ok(applied_updates(1, 0)));
    let KnownEvent { event, posted } = club.known_event(EventRef(9_100)).await.expect("read").expect("there");
    assert_eq!(event.body.posted_at, Some(start.date()));
    assert_eq!(posted.expect("posted").body.event, event.body.facts, "the posted schedule has the event's own facts");
}

#[tokio::test]
async fn an_event_has_one_posted_schedule_however_often_it_moves() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let update = async || unchanged(club.known_event(EventRef(201)).await.expect("read").expect("there"));
    for (day, hour) in [("2026-12-02", 10), ("2026-12-03", 10), ("2026-12-03", 11)] {
        let mut update = update().await;
        let start = date(day).and_hms_opt(hour, 45, 0).expect("a time");
        update.posted.as_mut().expect("posted").start = start;
        assert_eq!(club.apply_updates(&[update]).await, Ok(applied_updates(1, 0)));
        let all = club.posted_between(date("2026-01-01"), date("2027-01-01"), None, 100).await.expect("a page");
        let of_it: Vec<_> = all.items.iter().filter(|p| p.body.event.event_ref.0 == 201).collect();
        assert_eq!(of_it.len(), 1);
        assert_eq!(of_it[0].body.start, start);
    }
    assert_eq!(club.apply_updates(&[EventUpdate { posted: None, ..update().await }]).await, Ok(applied_updates(1, 0)));
    let open = club.open_events(today(), None, 100).await.expect("a page");
    assert!(open.items.iter().any(|e| e.body.facts.event_ref.0 == 201), "it is open again");
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_for_a_day() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let request = Request { key: "é 1#2", content: b"POST /approve {}" };
    let other = Request { content: b"POST /approve {1}", ..request.clone() };
    let both = [club.begin_request(&request, NOW), club.begin_request(&request, NOW)];
    let both: Vec<_> = futures_util::future::join_all(both).await.into_iter().map(|b| b.expect("begun")).collect();
    assert!(both.contains(&RequestState::New) && both.contains(&RequestState::InProgress), "{both:?}");
    assert_eq!(club.begin_request(&request, later(31)).await, Ok(RequestState::New), "the first request was abandoned");
    let answer = StoredReply { status: 200, body: Some(serde_json::json!({"success": true})) };
    club.answer_request(&request, &answer).await.expect("kept");
    let answered = RequestState::Answered(answer);
    assert_eq!(club.begin_request(&request, later(60)).await, Ok(answered));
    assert_eq!(club.begin_request(&other, later(60)).await, Ok(RequestState::OtherContent));
    assert_eq!(club.begin_request(&other, later(31 + 24 * 3600)).await, Ok(RequestState::New), "a day later");
}

#[tokio::test]
async fn a_file_that_replaces_an_override_leaves_both_in_the_audit_trail() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let before = club.all_documents::<AvailabilityOverride>().await.expect("read").remove(0);
    let after = AvailabilityOverride { days: Week::from([(Day::Mon, Allowance::Whole(false))]), ..before.body.clone() };
    assert_ne!(after, before.body);
    let loads = club.put_uploads(club.uploads("availability").await.expect("none yet")).await.expect("written");
    let row = UploadedRow::Override(Some(before.clone()), after.clone());
    club.write_uploaded(loads, &[row], &now()).await.expect("written");
    let stored = club.all_documents::<AvailabilityOverride>().await.expect("read");
    assert!(stored.iter().any(|row| row.body == after) && stored.iter().all(|row| row.body != before.body));
    for (row, found) in [(&before.body, (true, false)), (&after, (false, true))] {
        let id = FactId { kind: AvailabilityOverride::KIND, id: row.id() };
        let entry = club.fact_history(&id, None, 10).await.expect("a page").items.remove(0).body;
        let change = entry.fact.expect("a change of a fact");
        assert_eq!((change.before.is_some(), change.after.is_some()), found);
    }
}
