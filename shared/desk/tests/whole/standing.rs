//! What is wrong with what is posted, fixes by ways out, and findings that people ignore.

use desk::DeskError;
use desk::approve::ApprovalMode;
use desk::validation::{Fix, Fixed, Posted, fix, ignore, stop_ignoring};
use domain::snapshot::Rotation;
use domain::standing::FindingId;
use store::key::ApprovalId;
use store::lines::LineKind;
use store::states::LineStatus;
use testkit::{TestClub, run_id};

/// A is off on the 24th but has a Core there; B has two Core on the 25th; there is no lead rotation.
const CLUB: &str = "person A specialist
    person B specialist
    person L lead
    off A 24..24
    posted 1 Core 20..28 A 24 block=1
    posted 2 Core 20..28 B 25 block=1
    posted 3 Core 20..28 B 25 block=2
    posted 4 Core 20..28 L 27 block=1
    rotation lead all L";

async fn club() -> TestClub {
    TestClub::of_lines(CLUB).await
}

async fn look(test: &TestClub) -> Posted {
    Posted::load(test.club(), test.now()).await.expect("a club")
}

/// The findings of the week, as rule and refs.
fn found(posted: &Posted) -> Vec<String> {
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let one = |found: &desk::validation::Found| {
        let refs: Vec<String> = found.finding.refs.iter().map(ToString::to_string).collect();
        format!("{} {}", found.finding.rule.id(), refs.join("+"))
    };
    week.findings.iter().filter(|found| found.ignored.is_none()).map(one).collect()
}

fn of_rule(posted: &Posted, rule: &str) -> FindingId {
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let found = week.findings.into_iter().find(|found| found.finding.rule.id() == rule);
    found.expect("a finding").finding.id
}

/// The first way out of that kind for a finding.
fn way(posted: &Posted, finding: &FindingId, kind: &str) -> Fix {
    let options = posted.options(finding).expect("options").options;
    let option = options.iter().find(|option| option.kind.name() == kind);
    let option = option.unwrap_or_else(|| panic!("no {kind}: {options:#?}")).id.to_string();
    Fix { finding: finding.clone(), option }
}

async fn apply(test: &TestClub, name: &str, fixes: &[Fix], version: Option<u64>) -> Result<Fixed, DeskError> {
    let ids = (run_id(name), ApprovalId::parse(&format!("a-{name}")).expect("an id"));
    let because = test.because();
    fix(test.desk(), &test.submit_queue(), fixes, version, ApprovalMode::Execute, ids, &because).await
}

#[tokio::test]
async fn a_week_says_what_is_wrong_and_how_well_it_stands() {
    let posted = look(&club().await).await;
    let week = posted.week("2026-11-24".parse().expect("a date"));
    assert_eq!((week.sunday.to_string().as_str(), week.schedules), ("2026-11-22", 4));
    let found = found(&posted);
    for expected in ["H2 1", "H3 2+3", "W5 "] {
        assert!(found.iter().any(|one| one == expected), "{expected}: {found:?}");
    }
    assert_eq!((week.faults.critical, week.faults.health().points() < 81), (2, true), "{:?}", week.faults);
}

#[tokio::test]
async fn several_findings_are_fixed_by_one_approval_and_are_gone_from_the_next_look() {
    let test = club().await;
    let posted = look(&test).await;
    let fixes = [way(&posted, &of_rule(&posted, "H2"), "give"), way(&posted, &of_rule(&posted, "H3"), "move")];
    let version = posted.plan_version.version;
    let done = apply(&test, "run-1", &fixes, Some(version)).await.expect("fixed");
    let changed = done.changed.expect("posted changes");
    assert_eq!(changed.approved.queued.len(), 2, "{:?}", changed.approved);
    assert!(changed.lines.iter().all(|line| line.kind == LineKind::Moved));
    for fix in &fixes {
        assert!(done.gone.contains(&fix.finding), "{:?}", done.gone);
    }
    // Approved lines count as posted in their new places.
    let after = found(&look(&test).await);
    assert!(!after.iter().any(|one| one.starts_with("H2") || one.starts_with("H3")), "{after:?}");
    for line in &changed.lines {
        assert_eq!(test.status(&line.key).await, LineStatus::Approved);
    }
    let again = apply(&test, "run-2", &fixes, Some(version)).await.expect_err("the plan moved");
    assert!(matches!(again, DeskError::PlanMoved { .. }), "{again}");
    let again = apply(&test, "run-2", &fixes, None).await.expect_err("nothing is found");
    assert!(matches!(again, DeskError::NoFinding), "{again}");
}

#[tokio::test]
async fn a_way_out_that_is_not_offered_is_refused_and_changes_nothing() {
    let test = club().await;
    let posted = look(&test).await;
    let before = posted.plan_version;
    let fixes = [
        way(&posted, &of_rule(&posted, "H2"), "give"),
        Fix { finding: of_rule(&posted, "H3"), option: "give-0000000000000000".to_owned() },
    ];
    let refused = apply(&test, "run-1", &fixes, None).await.expect_err("unknown");
    assert!(matches!(refused, DeskError::NoOption { .. }), "{refused}");
    assert_eq!(look(&test).await.plan_version, before);
    assert_eq!(test.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_rotation_is_changed_for_a_day_without_a_word_to_crossmark() {
    let test = TestClub::of_lines(
        "person L lead
        person M lead
        posted 1 Core 20..28 M 24 block=1
        rotation lead all L",
    )
    .await;
    let posted = look(&test).await;
    let finding = of_rule(&posted, "W5");
    let done = apply(&test, "run-1", &[way(&posted, &finding, "rotation")], None).await.expect("fixed");
    assert!(done.changed.is_none());
    assert_eq!(
        done.rotations.iter().map(|e| (e.rotation, e.employee_id.0.as_str())).collect::<Vec<_>>(),
        [(Rotation::PrimaryLead, "M")]
    );
    assert!(!found(&look(&test).await).iter().any(|one| one.starts_with("W5")));
    assert_eq!(test.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_ignored_finding_does_not_count_until_its_end_or_until_it_says_something_else() {
    let test = club().await;
    let posted = look(&test).await;
    let finding = of_rule(&posted, "H3");
    let because = test.because_of("robin", "they agreed");
    let until = "2026-11-20".parse().expect("a date");
    ignore(test.club(), &finding, Some(until), &because).await.expect("ignored");
    let posted = look(&test).await;
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let ignored: Vec<_> = week.findings.iter().filter(|found| found.ignored.is_some()).collect();
    assert_eq!(ignored.iter().map(|found| &found.finding.id).collect::<Vec<_>>(), [&finding]);
    assert_eq!(
        (week.faults.critical, ignored[0].ignored.as_ref().map(|i| i.because.why.as_str())),
        (1, Some("they agreed"))
    );
    test.advance(3 * 24 * 3600);
    assert_eq!(look(&test).await.week("2026-11-24".parse().expect("a date")).faults.critical, 2, "its end is past");
    ignore(test.club(), &finding, None, &because).await.expect("ignored to the end of its week");
    assert_eq!(look(&test).await.week("2026-11-24".parse().expect("a date")).faults.critical, 1);
    stop_ignoring(test.club(), &finding, &because).await.expect("heeded");
    stop_ignoring(test.club(), &finding, &because).await.expect("again");
    assert_eq!(look(&test).await.week("2026-11-24".parse().expect("a date")).faults.critical, 2);
    let gone = ignore(test.club(), &FindingId("H3-2026-01-01-0".to_owned()), None, &because).await;
    assert!(matches!(gone, Err(DeskError::NoFinding)));
}
