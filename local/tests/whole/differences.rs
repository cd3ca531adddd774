//! A refresh on demand imports and counts changes that people made at Crossmark. If such a change contradicts a schedule
//! that Muster sent, a manager decides which of the two is valid.

use reqwest::Method;
use serde_json::{Value, json};

use crate::faults::exact::independent_lines;
use crate::world::{World, client, lines};

/// A person who works at Crossmark directly.
struct Colleague<'a> {
    world: &'a World,
    session: String,
}

impl Colleague<'_> {
    async fn sign_in(world: &World) -> Colleague<'_> {
        let login = json!({
            "UserType": "MVEntityUser", "UserID": "muster", "Password": "local-only", "Timezone": "America/New_York",
        });
        let address = format!("{}/login/authenticate", world.simulator);
        let answer = client().post(address).json(&login).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        Colleague { world, session: cookie.split(';').next().unwrap().to_owned() }
    }

    async fn call(&self, path: &str, form: &[(&str, String)]) -> Value {
        let address = format!("{}{path}", self.world.simulator);
        let request = client().post(address).header("cookie", &self.session).form(form);
        let text = request.send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(answer["ok"], 1, "{path}: {answer}");
        answer
    }

    async fn delete(&self, effect: &Value) {
        let form = [("id", effect["id"].to_string())];
        self.call("/planningextcontroller/deleteScheduledMplanEvent", &form).await;
    }

    /// Schedules the event of a ledger entry for a person at this hour of the same day. The end stays.
    async fn schedule(&self, entry: &Value, rep: &Value, hour: &str) {
        let at = |text: &str| format!("{}T{hour}{}", &text[..10], &text[text.len() - 6..]);
        let (start, end) = (entry["Start"].as_str().unwrap(), entry["End"].as_str().unwrap());
        let form = [
            ("ClassName", "MVScheduledmPlan".to_owned()),
            ("RepID", rep.to_string()),
            ("mPlanID", entry["mPlanID"].to_string()),
            ("LocationID", entry["LocationID"].to_string()),
            ("Start", at(start)),
            ("End", end.to_owned()),
            ("hash", String::new()),
            ("v", "3.0.1".to_owned()),
            ("PlanningOverride", "true".to_owned()),
        ];
        self.call("/planningextcontroller/scheduleMplanEvent", &form).await;
    }
}

impl World {
    /// Requests a refresh and waits for its end. Returns its report.
    async fn refresh(&self) -> Value {
        let requested = self.send(Method::POST, "/api/refreshes", None).await.assert_status(202);
        self.end_of_refresh(&requested).await
    }

    async fn end_of_refresh(&self, requested: &Value) -> Value {
        let path = format!("/api/refreshes/{}", requested["refresh_id"].as_str().unwrap());
        self.until("the refresh ends", async || {
            let found = self.get(&path).await.assert_status(200);
            (!["queued", "running"].contains(&found["status"].as_str().unwrap())).then_some(found)
        })
        .await
    }

    async fn differences(&self) -> Vec<Value> {
        let found = self.get("/api/differences").await.assert_status(200);
        assert_eq!(found["total"], found["items"].as_array().unwrap().len());
        found["items"].as_array().unwrap().clone()
    }

    /// The schedule of an event at Crossmark, if there is one.
    async fn effect_of(&self, event: &Value) -> Option<Value> {
        let current = self.ledger().await.into_iter().filter(|effect| effect["deleted_at"].is_null());
        let mut of_event = current.filter(|effect| effect["mPlanID"] == *event);
        let effect = of_event.next();
        assert!(of_event.next().is_none(), "the event has two schedules");
        effect
    }

    /// The posted schedule of an event in Muster's table.
    async fn posted(&self, event: &Value) -> Value {
        let found = self.get(&format!("/api/events?q={event}&limit=1")).await.assert_status(200);
        let found = found["items"].as_array().unwrap().iter().find(|one| one["event_ref_num"] == *event).cloned();
        found.map_or(Value::Null, |one| one["posted_to"].clone())
    }

    async fn decide(&self, difference: &Value, take: &str) -> Value {
        let decision =
            json!({"event_ref_num": difference["event_ref_num"], "since": difference["since"], "take": take});
        self.post("/api/differences/decide", json!({"decisions": [decision]})).await.body
    }
}

/// The counts of a refresh that are not zero, without the number of listed events.
fn nonzero_counts(counts: &Value) -> Value {
    let counts = counts.as_object().unwrap().iter();
    counts.filter(|(name, n)| *name != "listed" && **n != 0).map(|(name, n)| (name.clone(), n.clone())).collect()
}

#[tokio::test]
async fn a_refresh_on_demand_counts_exactly_what_changed_at_crossmark() {
    let world = World::with_tight_club().await;
    world.refresh().await;
    assert_eq!(nonzero_counts(&world.refresh().await["counts"]), json!({}), "changes without a change at Crossmark");
    let pending = world.proposal().await;
    let open: Vec<Value> =
        independent_lines(&lines(&pending))[..3].iter().map(|id| json!(id.split('.').nth(1).unwrap())).collect();
    let number = |event: &Value| event.as_str().unwrap().parse::<u64>().unwrap();
    let seeded = world.ledger().await;
    let colleague = Colleague::sign_in(&world).await;
    let reps: Vec<Value> = seeded.iter().map(|effect| effect["RepID"].clone()).collect();
    let other = |rep: &Value| reps.iter().find(|other| *other != rep).unwrap().clone();

    colleague.delete(&seeded[0]).await;
    colleague.delete(&seeded[1]).await;
    colleague.schedule(&seeded[1], &other(&seeded[1]["RepID"]), "10:00:00").await;
    let entry = json!({
        "mPlanID": number(&open[0]), "LocationID": seeded[0]["LocationID"], "Start": seeded[2]["Start"],
        "End": seeded[2]["End"],
    });
    colleague.schedule(&entry, &reps[0], "09:00:00").await;
    let today = world.club()["today"].clone();
    world
        .post(
            "/_sim/events",
            json!([
                {"mPlanID": number(&open[1]), "condition": "Canceled"},
                {"mPlanID": number(&open[2]), "estimated_minutes": 77},
                {"mPlanID": 77_700_001, "name": "777001-LKD-AF-Plums (1) - V2-CORE", "start": today, "due": "2027-01-10"},
            ]),
        )
        .await
        .assert_status(200);
    let report = world.refresh().await;
    assert_eq!(report["status"], "done", "{report:#}");
    let expected = json!({"new": 1, "changed": 1, "booked": 1, "moved": 1, "taken_back": 1, "canceled": 1});
    assert_eq!(nonzero_counts(&report["counts"]), expected, "{report:#}");
    assert_eq!(report["events"].as_array().unwrap().len(), 6);
    assert_eq!(world.differences().await, [] as [Value; 0], "differences of schedules that Muster did not send");
    assert_eq!(nonzero_counts(&world.refresh().await["counts"]), json!({}), "a second refresh finds changes");
    let listed = world.get("/api/refreshes").await.assert_status(200);
    let found = listed["items"].as_array().unwrap().iter().find(|one| one["refresh_id"] == report["refresh_id"]);
    assert_eq!(found.expect("the list has the refresh")["counts"], report["counts"]);
}

#[tokio::test]
async fn simultaneous_refreshes_are_one_and_the_thirteenth_in_an_hour_is_refused() {
    let world = World::with_tight_club().await;
    world.post("/_sim/faults", json!({"next": [{"call": "planning", "kind": "hold_before"}]})).await.assert_status(200);
    let first = world.send(Method::POST, "/api/refreshes", None).await.assert_status(202);
    let second = world.send(Method::POST, "/api/refreshes", None).await.assert_status(202);
    assert_eq!((&second["refresh_id"], &second["joined"]), (&first["refresh_id"], &json!(true)));
    world
        .until("the refresh reads the list", async || {
            let calls = world.get("/_sim/calls").await.assert_status(200);
            calls.as_array().unwrap().iter().any(|call| call["progress"] == "held").then_some(())
        })
        .await;
    world.post("/_sim/release", json!({})).await.assert_status(200);
    // The held refresh is the first of the hour.
    world.end_of_refresh(&first).await;
    for _ in 1..12 {
        assert_eq!(world.refresh().await["status"], "done");
    }
    let refused = world.send(Method::POST, "/api/refreshes", None).await;
    assert_eq!((refused.status, &refused.body["error"]["code"]), (429, &json!("TOO_MANY_REFRESHES")));
    assert!(refused.body["error"]["details"]["next_at"].is_string());
    let unknown = world.get("/api/refreshes/nothing").await;
    assert_eq!((unknown.status, &unknown.body["error"]["code"]), (404, &json!("REFRESH_NOT_FOUND")));
}

#[tokio::test]
async fn a_schedule_that_crossmark_contradicts_waits_for_a_managers_decision() {
    let world = World::with_tight_club().await;
    let (run, proposed, _) = world.proposal_and_ledger().await;
    let chosen = independent_lines(&proposed)[..4].to_vec();
    world.approve(&run, Some(&chosen)).await;
    let sent: Vec<Value> =
        world.advance_until_settled(&run).await.into_iter().filter(|l| l["status"] == "api_submitted").collect();
    assert_eq!(sent.len(), 4);
    world.refresh().await;
    assert_eq!(world.differences().await, [] as [Value; 0]);

    let colleague = Colleague::sign_in(&world).await;
    let reps: Vec<Value> = world.ledger().await.iter().map(|effect| effect["RepID"].clone()).collect();
    for (n, line) in sent.iter().enumerate() {
        let effect = world.effect_of(&line["event_ref_num"]).await.expect("Crossmark has the schedule");
        colleague.delete(&effect).await;
        if n < 2 {
            let other = reps.iter().find(|other| **other != effect["RepID"]).unwrap();
            colleague.schedule(&effect, other, "10:00:00").await;
        }
    }
    let report = world.refresh().await;
    assert_eq!(nonzero_counts(&report["counts"]), json!({"differ": 4}), "{report:#}");
    let found = world.differences().await;
    let of = |line: &Value| found.iter().find(|d| d["event_ref_num"] == line["event_ref_num"]).unwrap().clone();
    for (n, line) in sent.iter().enumerate() {
        let difference = of(line);
        assert_eq!(difference["crossmark_shows"], if n < 2 { "schedule" } else { "nobody" }, "{difference:#}");
        assert_eq!(difference["muster"]["employee_id"], line["employee_id"]);
        assert_eq!(difference["can_send_ours"], true);
        assert_eq!(
            world.posted(&line["event_ref_num"]).await["employee_id"],
            line["employee_id"],
            "Muster does not keep its schedule"
        );
    }
    let week = |line: &Value| line["schedule_datetime"].as_str().unwrap()[..10].to_owned();
    let findings = world.get(&format!("/api/validation?week={}", week(&sent[0]))).await.assert_status(200);
    let has_w12 = findings["items"].as_array().unwrap().iter().any(|f| f["rule"] == "W12");
    assert!(has_w12, "the findings lack W12: {findings:#}");
    assert_eq!(nonzero_counts(&world.refresh().await["counts"]), json!({}), "a difference is counted again");

    // Crossmark's version is chosen for a moved schedule and for a deleted one.
    for line in [&sent[0], &sent[2]] {
        let done = world.decide(&of(line), "crossmark").await;
        assert_eq!(done["taken"], json!([line["event_ref_num"]]), "{done}");
        let again = world.decide(&of(line), "crossmark").await;
        assert_eq!(again["refused"][0]["event_ref_num"], line["event_ref_num"], "the decision is taken twice: {again}");
    }
    assert_ne!(world.posted(&sent[0]["event_ref_num"]).await["employee_id"], sent[0]["employee_id"]);
    assert_eq!(world.posted(&sent[2]["event_ref_num"]).await, Value::Null);
    // Muster's version is sent again.
    for line in [&sent[1], &sent[3]] {
        let done = world.decide(&of(line), "muster").await;
        let run = done["sent"]["run_id"].as_str().unwrap_or_else(|| panic!("{done:#}")).to_owned();
        let lines = world.advance_until_settled(&run).await;
        assert!(lines.iter().all(|l| l["status"] == "api_submitted"), "{lines:#?}");
        let effect = world.effect_of(&line["event_ref_num"]).await.expect("Crossmark has the schedule again");
        assert_eq!(effect["RepID"], world.crossmark_numbers()[line["employee_id"].as_str().unwrap()]);
    }
    assert_eq!(world.differences().await, [] as [Value; 0]);
    assert_eq!(nonzero_counts(&world.refresh().await["counts"]), json!({}), "the two sides differ");
    world.assert_drained().await;
}

#[tokio::test]
async fn a_difference_that_ends_by_itself_is_counted_and_no_longer_listed() {
    let world = World::with_tight_club().await;
    let (run, proposed, _) = world.proposal_and_ledger().await;
    world.approve(&run, Some(&independent_lines(&proposed)[..1])).await;
    let sent =
        world.advance_until_settled(&run).await.into_iter().find(|l| l["status"] == "api_submitted").expect("sent");
    let colleague = Colleague::sign_in(&world).await;
    let effect = world.effect_of(&sent["event_ref_num"]).await.expect("Crossmark has the schedule");
    colleague.delete(&effect).await;
    assert_eq!(nonzero_counts(&world.refresh().await["counts"]), json!({"differ": 1}));
    let start = effect["Start"].as_str().unwrap();
    colleague.schedule(&effect, &effect["RepID"], &start[11..19]).await;
    assert_eq!(nonzero_counts(&world.refresh().await["counts"]), json!({"agree_again": 1}));
    assert_eq!(world.differences().await, [] as [Value; 0]);
}
