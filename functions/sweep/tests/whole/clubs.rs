//! Clubs beside each other.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use runtime::Deadline;
use runtime::trigger::Tick;
use serde_json::json;
use store::runs::Origin;
use store::states::RunStatus;
use sweep::Sweep;

use crate::house::House;

/// Damages one item of a club.
async fn damage(house: &House, partition: &str, sort: &str) {
    let names = house.cloud.names_with_crossmark("");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"))
        .endpoint_url(&names["AWS_ENDPOINT_URL_DYNAMODB"])
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = HashMap::from([("pk".to_owned(), text(partition)), ("sk".to_owned(), text(sort))]);
    let put = aws_sdk_dynamodb::Client::from_conf(config).put_item().table_name("muster").set_item(Some(item));
    put.send().await.expect("put");
}

#[tokio::test]
async fn the_failure_of_one_club_stops_no_other() {
    let house = House::new().await;
    for id in ["8000", "9000"] {
        house.add_club(id).await;
        damage(&house, &format!("CLUB#{id}#RUN"), "zzz").await;
        damage(&house, &format!("CLUB#{id}#APPROVAL"), "zzz").await;
    }
    house.queued("run-1", Origin::Manual { by: "robin".into() }).await;
    house.advance(3_600);
    let swept = house.sweep().await;
    assert_eq!((&swept["clubs"], &swept["runs_ended"]), (&json!(3), &json!(1)));
    assert!(swept["failed"].as_u64().expect("a count") >= 4, "{swept}");
    assert_eq!(house.run_status("run-1").await, RunStatus::Failed);
}

#[tokio::test]
async fn where_time_is_short_every_club_comes_first_in_its_turn() {
    let house = House::new().await;
    house.add_club("9000").await;
    house.queued("run-1", Origin::Manual { by: "robin".into() }).await;
    house.advance(3_600);
    let sweep = Sweep::new(&house.environment).expect("a function");
    let none = sweep.handle(Tick, Deadline::after(Duration::from_secs(9))).await.expect("an answer");
    assert_eq!((none.clubs, none.clubs_left), (0, 2));
    assert_eq!(house.run_status("run-1").await, RunStatus::Queued);
    house.advance(300);
    let all = house.sweep().await;
    assert_eq!((&all["clubs"], &all["clubs_left"], &all["runs_ended"]), (&json!(2), &json!(0), &json!(1)));
}

#[tokio::test]
async fn a_sweep_with_nothing_to_do_answers_so() {
    let swept = House::new().await.sweep().await;
    let expect = json!({
        "clubs": 1, "clubs_left": 0, "failed": 0, "runs_ended": 0, "runs_woken": 0, "runs_superseded": 0,
        "runs_retired": 0, "approvals_resumed": 0, "groups_woken": 0,
        "mornings_told": 0,
    });
    assert_eq!(swept, expect);
}
