//! Crossmark's simulator on loopback.

use std::sync::Arc;

use chrono::{Days, NaiveDate, TimeDelta};
use cloud::SteppedClock;
use simulator::{Condition, Event, Options, Person, PostedSchedule, Seed};
use tokio::net::TcpListener;

/// An address at which nothing listens.
pub const NOWHERE: &str = "http://127.0.0.1:9";

/// The address of a simulator in which an event is scheduled with this id, and the event with the next number is open.
pub async fn crossmark_with(location_id: u64, event: u64, day: NaiveDate, id: u64) -> String {
    let at = day.and_hms_opt(10, 15, 0).expect("a time");
    let events = [event, event + 1].map(|plan_id| Event {
        plan_id,
        name: format!("event {plan_id}"),
        start: day,
        due: day.checked_add_days(Days::new(4)).expect("a day"),
        condition: Condition::Unstaffed,
        estimated_minutes: Some(390),
        staffed_reps: String::new(),
        stale_condition: false,
    });
    let person = Person { rep_id: 150_001, employee_id: "A".to_owned(), name: "Pat Example".to_owned() };
    let seed = Seed {
        location_id,
        store_number: "1".to_owned(),
        store_name: "A store".to_owned(),
        time_zone: chrono_tz::America::Indiana::Indianapolis,
        people: vec![person],
        events: events.to_vec(),
        posted: vec![PostedSchedule {
            id,
            plan_id: event,
            rep_id: 150_001,
            start: at,
            end: at + TimeDelta::minutes(390),
        }],
    };
    let (listener, address) = listen().await;
    tokio::spawn(simulator::serve(listener, seed, Options::default(), std::future::pending()));
    address
}

/// A listener on a free port, and its address.
pub async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, address)
}

/// Serves the simulator with a test's clock until `stopped`.
pub fn serve(
    listener: TcpListener,
    seed: Seed,
    clock: &SteppedClock,
    stopped: impl Future<Output = ()> + Send + 'static,
) {
    let clock = clock.clone();
    let options = Options { clock: Arc::new(move || clock.now()), ..Options::default() };
    tokio::spawn(simulator::serve(listener, seed, options, stopped));
}
