//! No route works for a club that was never loaded.

use std::collections::BTreeMap;

use cloud::Cloud;
use serde_json::Value;
use testkit::crossmark::NOWHERE;
use testkit::{BEGIN, TestClub};

use crate::tour::{callers, examples};
use crate::unusual::TestRequest;
use crate::unusual::members::routes;

/// The routes with another answer than 404: those about no club, those that list or end what such a club has none of, and
/// those that refuse the request for another reason.
const OTHERS: [(&str, u16, &str); 12] = [
    ("confirmList", 409, "LIST_NOT_DOUBTED"),
    ("dropSome", 200, ""),
    ("factHistory", 200, ""),
    ("getContract", 200, ""),
    ("getHealth", 200, ""),
    ("getMe", 200, ""),
    ("getSetup", 200, ""),
    ("heedFinding", 200, ""),
    ("importFile", 400, "BODY_MISSING"),
    ("listChanges", 200, ""),
    ("listDrafts", 200, ""),
    ("undoBlocks", 422, "NOT_POSTED"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_works_for_a_club_that_was_never_loaded_and_its_setup_still_does() {
    let document = contract::document(&examples().await).expect("a document");
    let cloud = Cloud::in_memory(TestClub::clock_at(BEGIN).clock(), 7).await.expect("a cloud");
    let callers = callers(&cloud.environment_with_crossmark(NOWHERE));
    let (setup, routes): (Vec<_>, Vec<_>) = routes(&document)
        .into_iter()
        .filter(|route| route.operation != "loadSnapshot")
        .partition(|route| route.operation == "makeClub");
    let mut others = BTreeMap::new();
    for route in &routes {
        let answer = TestRequest::valid(route).send(&callers[&route.operation]).await;
        if answer.status != 404 {
            let code = answer.body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default().to_owned();
            others.insert(route.operation.as_str(), (answer.status, code));
        }
    }
    let expected = OTHERS.map(|(operation, status, code)| (operation, (status, code.to_owned())));
    assert_eq!(others, BTreeMap::from(expected));

    let [make_club] = setup.as_slice() else { panic!("{setup:?}") };
    let made = TestRequest::valid(make_club).send(&callers["makeClub"]).await;
    assert_eq!(made.status, 201, "{}", made.body);
}
