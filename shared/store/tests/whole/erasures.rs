//! The erasure of a person: nothing of them is left, and the rest stays as it was.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::snapshot::{EmployeeId, Snapshot, TimeOff};
use store::erasure::{ErasureError, ErasureProgress};
use store::feeds::{Feed, digest_of};
use store::key::ProposalKey;
use store::provenance::{ArchivedDocument, ContentDigest, Provenance, SolveLimits, Versions};
use store::runs::RunSummary;
use testkit::run_id;

use crate::proposals::{because, later, now, summary};
use crate::setup::{NOW, TestTable, date, today};

fn e01() -> EmployeeId {
    EmployeeId("E01".to_owned())
}

/// A run with lines that name Avery Quill, and with its snapshot and answer in the archive.
async fn archived_run(test: &TestTable) -> ProposalKey {
    let club = test.club();
    let held = test.start_run("run-1", "solver", NOW).await;
    let proposal = ProposalKey { run: held.run.clone(), token: held.token };
    let mut lines = test.lines_of(&proposal, &crate::proposals::USUAL_LINES).await;
    lines[1].swap = Some(store::lines::SwapReason { bumped: None, reason: "takes what Avery cannot".to_owned() });
    club.write_lines(&lines, &[]).await.expect("written");
    let snapshot = club.load_snapshot(today()).await.expect("a snapshot").snapshot;
    let document = serde_json::to_vec(&snapshot).expect("JSON");
    let answer = br#"{"placements":[{"ref":101,"employee_id":"E01"}]}"#;
    let archived: ArchivedDocument = club.keep_snapshot(&proposal, &document, NOW).await.expect("kept");
    let provenance = Provenance {
        snapshot: archived,
        answer: club.keep_answer(&proposal, answer, NOW).await.expect("kept"),
        weights: BTreeMap::new(),
        limits: SolveLimits { time_ms: 45_000, gap_points: 0.0 },
        seed: 0,
        threads: 1,
        versions: Versions { program: "1".to_owned(), rulebook: "3".to_owned(), highs: "1".to_owned() },
        erasures: Vec::new(),
    };
    let summary = RunSummary { provenance: Some(Box::new(provenance)), ..summary(1) };
    club.commit_proposal(&held, &summary, &because(NOW)).await.expect("committed");
    proposal
}

/// Writes items that name Avery Quill in many places.
async fn items_that_name_avery(test: &TestTable) -> ProposalKey {
    let proposal = archived_run(test).await;
    let club = test.club();
    let off = TimeOff { employee_id: e01(), start: date("2026-12-28"), end: date("2026-12-29") };
    let why = because(NOW);
    let why = store::audit::Because { why: "Avery Quill is away, says E01".to_owned(), ..why };
    club.change_document(None, Some(&off), &why).await.expect("saved");
    let feed = Feed { digest: digest_of("secret"), employee_id: Some(e01()), because: why, published: Vec::new() };
    assert_eq!(club.put_feed(None, &feed).await, Ok(true));
    club.reject_run(&proposal.run, &now()).await.expect("rejected");
    proposal
}

/// All texts of the table, keys included, with the archived documents of a proposal.
async fn texts(test: &TestTable, proposal: &ProposalKey) -> Vec<String> {
    let rows = test.raw.scan().table_name(&test.name).send().await.expect("rows").items.unwrap_or_default();
    let text = |value: AttributeValue| value.as_s().ok().cloned();
    let mut all = Vec::new();
    for mut row in rows {
        // Base64 text may contain an id by chance. The archived documents are read below instead.
        if row["pk"].as_s().is_ok_and(|key| key.ends_with("#ARCHIVE")) {
            row.remove("body");
        }
        all.extend(row.into_values().filter_map(text));
    }
    let club = test.club();
    for document in [club.kept_snapshot(proposal, NOW).await, club.kept_answer(proposal, NOW).await] {
        all.push(String::from_utf8(document.expect("read").expect("kept")).expect("a text"));
    }
    all
}

/// The texts that name Avery Quill.
async fn texts_that_name_avery(test: &TestTable, proposal: &ProposalKey) -> Vec<String> {
    let names = |text: &String| ["E01", "Avery", "Quill", "150001"].iter().any(|name| text.contains(name));
    texts(test, proposal).await.into_iter().filter(names).collect()
}

async fn erase(test: &TestTable, at_a_time: usize) -> ErasureProgress {
    loop {
        let club = test.club();
        let under_way = match club.erasure().await.expect("read") {
            Some(under_way) => under_way,
            None => club.begin_erasure(&e01(), &because(later(60))).await.expect("begun"),
        };
        let mut steps = 0;
        let stop = || {
            steps += 1;
            steps >= at_a_time
        };
        let progress = club.continue_erasure(under_way, later(60), stop).await.expect("erased");
        if progress.finished {
            return progress;
        }
    }
}

#[tokio::test]
async fn nothing_of_a_person_is_left_however_often_the_erasure_is_interrupted() {
    for at_a_time in [1, usize::MAX] {
        let test = TestTable::with_club().await;
        let proposal = items_that_name_avery(&test).await;
        assert!(texts_that_name_avery(&test, &proposal).await.len() > 10);
        let progress = erase(&test, at_a_time).await;
        assert_eq!(texts_that_name_avery(&test, &proposal).await, [""; 0]);
        assert!(progress.changed > 10, "{progress:?}");
        let club = test.club();
        assert_eq!(club.erasure().await, Ok(None));
        let again = club.begin_erasure(&e01(), &because(later(90))).await;
        assert_eq!(again.expect_err("nobody"), ErasureError::NoEmployee);
        let loaded = club.load_snapshot(today()).await.expect("a snapshot").snapshot;
        let person = loaded.employees.iter().find(|person| person.id == progress.pseudonym.id).expect("a pseudonym");
        assert_eq!((person.name.as_str(), person.active), (progress.pseudonym.name.as_str(), false));
        assert_eq!(loaded.time_off.iter().filter(|off| off.employee_id == progress.pseudonym.id).count(), 2);
    }
}

#[tokio::test]
async fn a_run_that_is_retired_during_an_erasure_keeps_no_name() {
    let test = TestTable::with_club().await;
    let proposal = items_that_name_avery(&test).await;
    let retire = async {
        for seconds in 60..90 {
            test.club().retire_run(&proposal.run, later(seconds)).await.expect("retired");
        }
    };
    let (progress, ()) = tokio::join!(erase(&test, usize::MAX), retire);
    assert!(progress.finished);
    assert_eq!(texts_that_name_avery(&test, &proposal).await, [""; 0]);
    assert!(test.club().lines(&proposal, later(90)).await.expect("lines").is_empty());
}

#[tokio::test]
async fn the_archive_has_new_digests_and_the_run_records_the_erasure() {
    let test = TestTable::with_club().await;
    let proposal = items_that_name_avery(&test).await;
    let recorded = |run: store::runs::Run| run.summary.expect("a summary").provenance.expect("a record");
    let before = recorded(test.club().run(&run_id("run-1")).await.expect("read").expect("there").body);
    let progress = erase(&test, usize::MAX).await;
    let club = test.club();
    let after = recorded(club.run(&run_id("run-1")).await.expect("read").expect("there").body);
    let [erasure] = &after.erasures[..] else { panic!("{:?}", after.erasures) };
    assert_eq!((&erasure.snapshot_before, &erasure.answer_before), (&before.snapshot.digest, &before.answer.digest));
    assert_eq!((&erasure.snapshot_after, &erasure.answer_after), (&after.snapshot.digest, &after.answer.digest));
    let snapshot = club.kept_snapshot(&proposal, NOW).await.expect("read").expect("kept");
    assert_eq!(ContentDigest::of(&snapshot), after.snapshot.digest);
    assert_eq!(after.snapshot.kept_until, before.snapshot.kept_until);
    let snapshot = Snapshot::parse(&snapshot).expect("it can be solved again");
    assert!(snapshot.employees.iter().any(|person| person.id == progress.pseudonym.id));
    let answer = club.kept_answer(&proposal, NOW).await.expect("read").expect("kept");
    assert_eq!(ContentDigest::of(&answer), after.answer.digest);
}

#[tokio::test]
async fn an_erasure_is_refused_during_a_run_and_during_another_erasure() {
    let test = TestTable::with_club().await;
    test.start_run("run-1", "solver", NOW).await;
    let club = test.club();
    let refused = club.begin_erasure(&e01(), &because(later(1))).await.expect_err("a run works");
    assert_eq!(refused, ErasureError::RunAtWork { run: run_id("run-1") });
    // The run's lease has expired.
    let begun = club.begin_erasure(&e01(), &because(later(3_600))).await.expect("begun");
    let same = club.begin_erasure(&e01(), &because(later(3_600))).await.expect("the same one");
    assert_eq!(begun, same);
    let other = club.begin_erasure(&EmployeeId("E02".to_owned()), &because(later(3_600))).await;
    assert_eq!(other.expect_err("another one"), ErasureError::OtherUnderWay);
}
