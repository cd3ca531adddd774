//! A refresh that is cut off at any of its requests to the table continues when its message is delivered again. Its record
//! says what changed.

use domain::snapshot::EventRef;
use serde_json::json;
use store::key::RefreshId;
use store::refreshes::{ChangedField, NewsKind, RefreshState};
use testkit::{RowChange, small_club_with_numbers};

use crate::setup::RefreshTest;

const NEW: u64 = 901;

/// Makes changes at Crossmark: one event is new, one is canceled, one has another length and due date, one gets a person.
async fn change(test: &RefreshTest) {
    let name = "619901-LKD-AF-Peach Tea (251200901) - V2-CORE";
    let changes = json!([
        {"mPlanID": NEW, "name": name, "start": "2026-11-24", "due": "2026-12-08", "estimated_minutes": 390},
        {"mPlanID": 101, "due": "2026-12-06", "estimated_minutes": 360},
        {"mPlanID": 103, "condition": "Canceled"},
    ]);
    test.control_simulator("events", changes).await;
    test.schedule(102, 150_001, "2026-12-01T10:45:00").await;
}

#[tokio::test]
async fn a_refresh_that_is_cut_off_at_any_request_to_the_table_continues_and_counts_each_change_once() {
    let id = RefreshId::parse("r-1").expect("an id");
    let whole = RefreshTest::small().await;
    change(&whole).await;
    whole.refresh().await;
    let expected = whole.snapshot().await;
    let mut cuts = 0;
    for (at, when_done) in (1..100).flat_map(|at| [(at, false), (at, true)]) {
        let (test, fault_injector) = RefreshTest::with_fault_injector().await;
        change(&test).await;
        let before = test.snapshot().await;
        let message = json!({"version": 1, "club": test.id, "refresh": id}).to_string();
        let ended = fault_injector.cut_off(at, when_done, test.deliver(&message)).await;
        cuts += usize::from(ended.is_none());
        let found = test.snapshot().await;
        // All changes fit into one transaction.
        assert!(found == before || found == expected, "{at}, {when_done}: {found:#}");
        assert!(test.deliver(&message).await, "{at}, {when_done}: the message fails again");
        assert_eq!(test.snapshot().await, expected, "{at}, {when_done}");
        let refresh = test.club().refresh(&id).await.expect("read").expect("a refresh").body;
        assert!(matches!(refresh.state, RefreshState::Done { .. }), "{at}, {when_done}: {:?}", refresh.state);
        let counts =
            [(NewsKind::New, 1), (NewsKind::Canceled, 1), (NewsKind::Booked, 1), (NewsKind::Changed, 1)].into();
        assert_eq!(refresh.news.counts, counts, "{at}, {when_done}");
        assert_eq!(refresh.news.events.len(), 4, "{at}, {when_done}: each event is named once");
        if ended.is_some() {
            break;
        }
    }
    assert!(cuts > 8, "a refresh was cut off {cuts} times");
}

#[tokio::test]
async fn the_record_of_a_refresh_has_each_changed_field_before_and_after() {
    let test = RefreshTest::small().await;
    change(&test).await;
    test.control_simulator("events", json!([{"mPlanID": 104, "name": "619104-Freeosk", "condition": "Paused"}])).await;
    let id = RefreshId::parse("r-1").expect("an id");
    assert!(test.deliver(&json!({"version": 1, "club": test.id, "refresh": id}).to_string()).await);
    let news = test.club().refresh(&id).await.expect("read").expect("a refresh").body.news;
    let of = |event: u64| {
        let found = news.events.iter().find(|news| news.event == EventRef(event)).expect("news of the event");
        let fields: Vec<ChangedField> = found.changes.iter().map(|change| change.field).collect();
        assert_eq!(found.fields, fields, "{event}");
        let value = |value: Option<&str>| value.expect("a value").to_owned();
        let shown = found.changes.iter().map(|c| [&c.before, &c.after].map(|of| value(of.as_deref())).join(" -> "));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        of(101),
        ["2026-11-23T00:00:00/2026-12-04T00:01:00 -> 2026-11-23T00:00:00/2026-12-06T00:00:00", "390 -> 360"]
    );
    assert_eq!(of(NEW), Vec::<String>::new(), "a new event has no changed fields");
    assert_eq!(of(104), ["Digital Setup snack wall -> 619104-Freeosk", "Unstaffed -> Paused"]);
}

#[tokio::test]
async fn the_record_of_a_refresh_has_no_place_at_crossmark_for_a_posted_event_that_is_no_longer_listed() {
    let (test, proxy) = RefreshTest::with_proxy(&small_club_with_numbers()).await;
    test.refresh().await;
    let posted = test.club().posted_place(EventRef(201)).await.expect("read");
    proxy.change_event(201, RowChange::Removed);
    let id = RefreshId::parse("r-1").expect("an id");
    assert!(test.deliver(&json!({"version": 1, "club": test.id, "refresh": id}).to_string()).await);
    let news = test.club().refresh(&id).await.expect("read").expect("a refresh").body.news;
    let [found] = news.events.as_slice() else { panic!("{news:?}") };
    assert_eq!((found.event, found.kind), (EventRef(201), NewsKind::Drifted));
    assert_eq!((&found.before, &found.after), (&posted, &None));
    assert_eq!(test.club().posted_place(EventRef(201)).await.expect("read"), posted, "it stays posted");
}
