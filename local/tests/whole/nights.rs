//! The nightly run starts by local time in the club's time zone.

use serde_json::Value;

use crate::world::World;

/// The dates of all automatic runs, each with the time at which the run was created.
async fn nights(world: &World) -> Vec<(String, String)> {
    let history = world.get("/api/auto-schedule/history").await.assert_status(200);
    let runs = history["items"].as_array().unwrap().iter().filter(|run| run["run_type"] == "automatic");
    let text = |run: &Value, member: &str| run[member].as_str().unwrap().to_owned();
    let mut nights: Vec<_> = runs.map(|run| (text(run, "date"), text(run, "created_at"))).collect();
    nights.sort();
    nights
}

#[tokio::test]
async fn each_night_has_one_run_at_two_oclock_local_time_also_when_the_clocks_change() {
    // In this zone the clocks go back on 1 November 2026 and forward on 14 March 2027, when there is no 02:00.
    for (today, date, expected) in [
        ("2026-10-31", "2026-11-01", "2026-11-01T07:00:00.000Z"),
        ("2027-03-13", "2027-03-14", "2027-03-14T07:00:00.000Z"),
    ] {
        let world = World::on(today).await;
        world.advance(24 * 3_600).await;
        let nights = nights(&world).await;
        let of_date: Vec<_> = nights.iter().filter(|(night, _)| night == date).collect();
        assert_eq!(of_date, [&(date.to_owned(), expected.to_owned())], "{nights:?}");
        assert_eq!(nights.len(), 2, "expected one run of the first day and one of the night: {nights:?}");
        world.assert_drained().await;
    }
}
