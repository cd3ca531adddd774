//! Changes by people at Crossmark are read on demand and counted exactly. If they contradict what was sent from here, a
//! person decides, and nothing is resolved silently.

use reqwest::Method;
use serde_json::{Value, json};

use crate::faults::exact::single;
use crate::world::{World, lines};

/// A person who works at Crossmark directly.
struct Colleague<'a> {
    world: &'a World,
    session: String,
}

impl Colleague<'_> {
    async fn of(world: &World) -> Colleague<'_> {
        let login = json!({
            "UserType": "MVEntityUser", "UserID": "muster", "Password": "local-only", "Timezone": "America/New_York",
        });
        let address = format!("{}/login/authenticate", world.simulator);
        let answer = reqwest::Client::new().post(address).json(&login).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        Colleague { world, session: cookie.split(';').next().unwrap().to_owned() }
    }

    async fn call(&self, path: &str, form: &[(&str, String)]) -> Value {
        let address = format!("{}{path}", self.world.simulator);
        let request = reqwest::Client::new().post(address).header("cookie", &self.session).form(form);
        let text = request.send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(answer["ok"], 1, "{path}: {answer}");
        answer
    }

    async fn takes_back(&self, effect: &Value) {
        let form = [("id", effect["id"].to_string())];
        self.call("/planningextcontroller/deleteScheduledMplanEvent", &form).await;
    }

    /// Schedules the event of an effect for somebody, at another time of the same day.
    async fn schedules(&self, like: &Value, rep: &Value, hour: &str) {
        let at = |text: &str| format!("{}T{hour}{}", &text[..10], &text[text.len() - 6..]);
        let (start, end) = (like["Start"].as_str().unwrap(), like["End"].as_str().unwrap());
        let form = [
            ("ClassName", "MVScheduledmPlan".to_owned()),
            ("RepID", rep.to_string()),
            ("mPlanID", like["mPlanID"].to_string()),
            ("LocationID", like["LocationID"].to_string()),
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
    /// Requests a refresh and waits for its end.
    async fn refreshed(&self) -> Value {
        let asked = self.send(Method::POST, "/api/refreshes", None).await.is(202);
        self.ended(&asked).await
    }

    async fn ended(&self, asked: &Value) -> Value {
        let path = format!("/api/refreshes/{}", asked["refresh_id"].as_str().unwrap());
        self.until("the refresh ends", async || {
            let found = self.get(&path).await.is(200);
            (!["queued", "running"].contains(&found["status"].as_str().unwrap())).then_some(found)
        })
        .await
    }

    async fn differences(&self) -> Vec<Value> {
        let found = self.get("/api/differences").await.is(200);
        assert_eq!(found["total"], found["items"].as_array().unwrap().len());
        found["items"].as_array().unwrap().clone()
    }

    /// The schedule of an event at Crossmark, if there is one.
    async fn effect_of(&self, event: &Value) -> Option<Value> {
        let standing = self.ledger().await.into_iter().filter(|effect| effect["deleted_at"].is_null());
        let mut of_it = standing.filter(|effect| effect["mPlanID"] == *event);
        let effect = of_it.next();
        assert!(of_it.next().is_none(), "it is there twice");
        effect
    }

    /// The posted schedule of an event in Muster's table.
    async fn posted(&self, event: &Value) -> Value {
        let found = self.get(&format!("/api/events?q={event}&limit=1")).await.is(200);
        let found = found["items"].as_array().unwrap().iter().find(|one| one["event_ref_num"] == *event).cloned();
        found.map_or(Value::Null, |one| one["posted_to"].clone())
    }

    async fn decides(&self, difference: &Value, take: &str) -> Value {
        let decision =
            json!({"event_ref_num": difference["event_ref_num"], "since": difference["since"], "take": take});
        self.post("/api/differences/decide", json!({"decisions": [decision]})).await.body
    }
}

fn not_zero(counts: &Value) -> Value {
    let counts = counts.as_object().unwrap().iter();
    counts.filter(|(name, n)| *name != "listed" && **n != 0).map(|(name, n)| (name.clone(), n.clone())).collect()
}

#[tokio::test]
async fn a_refresh_on_demand_counts_exactly_what_changed_at_crossmark() {
    let world = World::tight().await;
    world.refreshed().await;
    assert_eq!(not_zero(&world.refreshed().await["counts"]), json!({}), "nothing changed");
    let pending = world.proposal().await;
    let open: Vec<Value> =
        single(&lines(&pending))[..3].iter().map(|id| json!(id.split('.').nth(1).unwrap())).collect();
    let number = |event: &Value| event.as_str().unwrap().parse::<u64>().unwrap();
    let seeded = world.ledger().await;
    let colleague = Colleague::of(&world).await;
    let reps: Vec<Value> = seeded.iter().map(|effect| effect["RepID"].clone()).collect();
    let other = |rep: &Value| reps.iter().find(|other| *other != rep).unwrap().clone();

    colleague.takes_back(&seeded[0]).await;
    colleague.takes_back(&seeded[1]).await;
    colleague.schedules(&seeded[1], &other(&seeded[1]["RepID"]), "10:00:00").await;
    let like = json!({
        "mPlanID": number(&open[0]), "LocationID": seeded[0]["LocationID"], "Start": seeded[2]["Start"],
        "End": seeded[2]["End"],
    });
    colleague.schedules(&like, &reps[0], "09:00:00").await;
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
        .is(200);
    let report = world.refreshed().await;
    assert_eq!(report["status"], "done", "{report:#}");
    let expected = json!({"new": 1, "changed": 1, "booked": 1, "moved": 1, "taken_back": 1, "canceled": 1});
    assert_eq!(not_zero(&report["counts"]), expected, "{report:#}");
    assert_eq!(report["events"].as_array().unwrap().len(), 6);
    assert_eq!(world.differences().await, [] as [Value; 0], "nobody here sent any of it");
    assert_eq!(not_zero(&world.refreshed().await["counts"]), json!({}), "twice changes nothing");
    let listed = world.get("/api/refreshes").await.is(200);
    let found = listed["items"].as_array().unwrap().iter().find(|one| one["refresh_id"] == report["refresh_id"]);
    assert_eq!(found.expect("it is listed")["counts"], report["counts"]);
}

#[tokio::test]
async fn two_refreshes_at_once_are_one_and_the_thirteenth_of_an_hour_waits() {
    let world = World::tight().await;
    world.post("/_sim/faults", json!({"next": [{"call": "planning", "kind": "hold_before"}]})).await.is(200);
    let first = world.send(Method::POST, "/api/refreshes", None).await.is(202);
    let second = world.send(Method::POST, "/api/refreshes", None).await.is(202);
    assert_eq!((&second["refresh_id"], &second["joined"]), (&first["refresh_id"], &json!(true)));
    world
        .until("the refresh reads the list", async || {
            let calls = world.get("/_sim/calls").await.is(200);
            calls.as_array().unwrap().iter().any(|call| call["progress"] == "held").then_some(())
        })
        .await;
    world.post("/_sim/release", json!({})).await.is(200);
    // The one that was held counts as the first of the hour.
    world.ended(&first).await;
    for _ in 1..12 {
        assert_eq!(world.refreshed().await["status"], "done");
    }
    let refused = world.send(Method::POST, "/api/refreshes", None).await;
    assert_eq!((refused.status, &refused.body["error"]["code"]), (429, &json!("TOO_MANY_REFRESHES")));
    assert!(refused.body["error"]["details"]["next_at"].is_string());
    let unknown = world.get("/api/refreshes/nothing").await;
    assert_eq!((unknown.status, &unknown.body["error"]["code"]), (404, &json!("REFRESH_NOT_FOUND")));
}

#[tokio::test]
async fn what_was_sent_from_here_and_is_contradicted_at_crossmark_waits_for_a_person() {
    let world = World::tight().await;
    let (run, proposed, _) = world.begun().await;
    let chosen = single(&proposed)[..4].to_vec();
    world.approve(&run, Some(&chosen)).await;
    let sent: Vec<Value> = world.settled(&run).await.into_iter().filter(|l| l["status"] == "api_submitted").collect();
    assert_eq!(sent.len(), 4);
    world.refreshed().await;
    assert_eq!(world.differences().await, [] as [Value; 0]);

    let colleague = Colleague::of(&world).await;
    let reps: Vec<Value> = world.ledger().await.iter().map(|effect| effect["RepID"].clone()).collect();
    for (n, line) in sent.iter().enumerate() {
        let effect = world.effect_of(&line["event_ref_num"]).await.expect("it stands");
        colleague.takes_back(&effect).await;
        if n < 2 {
            let other = reps.iter().find(|other| **other != effect["RepID"]).unwrap();
            colleague.schedules(&effect, other, "10:00:00").await;
        }
    }
    let report = world.refreshed().await;
    assert_eq!(not_zero(&report["counts"]), json!({"differ": 4}), "{report:#}");
    let found = world.differences().await;
    let of = |line: &Value| found.iter().find(|d| d["event_ref_num"] == line["event_ref_num"]).unwrap().clone();
    for (n, line) in sent.iter().enumerate() {
        let difference = of(line);
        assert_eq!(difference["crossmark_shows"], if n < 2 { "schedule" } else { "nobody" }, "{difference:#}");
        assert_eq!(difference["muster"]["employee_id"], line["employee_id"]);
        assert_eq!(difference["can_send_ours"], true);
        assert_eq!(world.posted(&line["event_ref_num"]).await["employee_id"], line["employee_id"], "ours stands");
    }
    let week = |line: &Value| line["schedule_datetime"].as_str().unwrap()[..10].to_owned();
    let findings = world.get(&format!("/api/validation?week={}", week(&sent[0]))).await.is(200);
    let w12 = findings["items"].as_array().unwrap().iter().any(|f| f["rule"] == "W12");
    assert!(w12, "the look says so: {findings:#}");
    assert_eq!(not_zero(&world.refreshed().await["counts"]), json!({}), "and it is counted once");

    // Crossmark's version is chosen for a moved schedule and for one that was taken back.
    for line in [&sent[0], &sent[2]] {
        let done = world.decides(&of(line), "crossmark").await;
        assert_eq!(done["taken"], json!([line["event_ref_num"]]), "{done}");
        let again = world.decides(&of(line), "crossmark").await;
        assert_eq!(again["refused"][0]["event_ref_num"], line["event_ref_num"], "decided once: {again}");
    }
    assert_ne!(world.posted(&sent[0]["event_ref_num"]).await["employee_id"], sent[0]["employee_id"]);
    assert_eq!(world.posted(&sent[2]["event_ref_num"]).await, Value::Null);
    // Muster's version is sent again.
    for line in [&sent[1], &sent[3]] {
        let done = world.decides(&of(line), "muster").await;
        let run = done["sent"]["run_id"].as_str().unwrap_or_else(|| panic!("{done:#}")).to_owned();
        let lines = world.settled(&run).await;
        assert!(lines.iter().all(|l| l["status"] == "api_submitted"), "{lines:#?}");
        let effect = world.effect_of(&line["event_ref_num"]).await.expect("it stands again");
        assert_eq!(effect["RepID"], world.numbers()[line["employee_id"].as_str().unwrap()]);
    }
    assert_eq!(world.differences().await, [] as [Value; 0]);
    assert_eq!(not_zero(&world.refreshed().await["counts"]), json!({}), "both sides agree");
    world.end().await;
}

#[tokio::test]
async fn a_difference_that_ends_by_itself_is_said_and_gone() {
    let world = World::tight().await;
    let (run, proposed, _) = world.begun().await;
    world.approve(&run, Some(&single(&proposed)[..1])).await;
    let sent = world.settled(&run).await.into_iter().find(|l| l["status"] == "api_submitted").expect("sent");
    let colleague = Colleague::of(&world).await;
    let effect = world.effect_of(&sent["event_ref_num"]).await.expect("it stands");
    colleague.takes_back(&effect).await;
    assert_eq!(not_zero(&world.refreshed().await["counts"]), json!({"differ": 1}));
    let start = effect["Start"].as_str().unwrap();
    colleague.schedules(&effect, &effect["RepID"], &start[11..19]).await;
    assert_eq!(not_zero(&world.refreshed().await["counts"]), json!({"agree_again": 1}));
    assert_eq!(world.differences().await, [] as [Value; 0]);
}
