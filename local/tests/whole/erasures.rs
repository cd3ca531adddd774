//! A person is erased after a run that read their facts. Afterwards, no answer, archived document or log names the
//! person.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_erased_person_is_in_no_answer_no_archived_snapshot_and_no_log() {
    let world = World::in_november().await;
    let path = "/api/employees/QX7780";
    let (name, job_title) = ("Zebulon Quagmire", "Event Specialist");
    let mut person = json!({"name": name, "job_title": job_title, "active": true, "rep_id": 987_654, "version": 0});
    let saved = world.put(path, person.clone()).await.assert_status(200);
    let pending = world.proposal().await;
    let run = pending["run"]["run_id"].as_str().unwrap().to_owned();
    let record = tempfile::tempdir().unwrap();
    let record = record.path().join("record.json");
    let archived = async || {
        let output = world.command(&["replay", &run, "--record", record.to_str().unwrap()]).await;
        (output.status.code(), std::fs::read_to_string(&record).unwrap())
    };
    assert!(archived().await.1.contains("Zebulon Quagmire"), "the snapshot of the run lacks the person");
    world.post("/api/auto-schedule/reject", json!({"run_id": run})).await.assert_status(200);
    (person["active"], person["version"]) = (json!(false), saved["version"].clone());
    world.put(path, person).await.assert_status(200);
    let erased = world.post(&format!("{path}/forget"), json!({})).await.assert_status(200);
    assert_eq!(erased["finished"], true, "{erased}");
    let (code, archive) = archived().await;
    assert_eq!(code, Some(0), "the erased run is replayed with another result");
    let shown = [
        "/api/employees",
        "/api/auto-schedule/pending?include=reasons",
        "/api/auto-schedule/history",
        "/api/changes",
        "/api/fairness",
        "/api/affinity",
        "/api/analytics?by=person",
        "/api/outcomes",
    ];
    let mut places = vec![("the archive".to_owned(), archive), ("the log".to_owned(), world.logged_text())];
    for path in shown {
        places.push((path.to_owned(), world.get(path).await.assert_status(200).to_string()));
    }
    for (place, text) in places {
        for name in ["QX7780", "Zebulon", "Quagmire"] {
            let at = text.find(name);
            let near = at.map(|at| text[at.saturating_sub(200)..].chars().take(400).collect::<String>());
            assert_eq!(near, None, "{name} is in {place}");
        }
    }
    world.assert_drained().await;
}
