//! Tests of findings about the posted schedules, fixes by an option of a finding, and findings that are ignored.

use desk::DeskError;
use desk::approve::ApprovalMode;
use desk::validation::{Fix, FixResult, PostedSchedules, fix, ignore, stop_ignoring};
use domain::snapshot::Rotation;
use domain::standing::FindingId;
use store::key::ApprovalId;
use store::lines::LineKind;
use store::states::LineStatus;
use testkit::{TestClub, run_id};

/// A is off on the 24th but has a Core there; B has two Core on the 25th; L, the lead of every day, works only on the
/// 27th.
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

async fn load(test: &TestClub) -> PostedSchedules {
    PostedSchedules::load(test.club(), test.now()).await.expect("a club")
}

/// The findings of the week that are not ignored, as rule and events.
fn findings(posted: &PostedSchedules) -> Vec<String> {
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let one = |found: &desk::validation::FindingWithIgnore| {
        let refs: Vec<String> = found.finding.refs.iter().map(ToString::to_string).collect();
        format!("{} {}", found.finding.rule.id(), refs.join("+"))
    };
    week.findings.iter().filter(|found| found.ignored.is_none()).map(one).collect()
}

fn finding_of(posted: &PostedSchedules, rule: &str) -> FindingId {
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let found = week.findings.into_iter().find(|found| found.finding.rule.id() == rule);
    found.expect("a finding").finding.id
}

/// A fix of the finding by its first option of this kind.
fn option_of(posted: &PostedSchedules, finding: &FindingId, kind: &str) -> Fix {
    let options = posted.options(finding).expect("options").options;
    let option = options.iter().find(|option| option.kind.name() == kind);
    let option = option.unwrap_or_else(|| panic!("no option of kind {kind}: {options:#?}")).id.to_string();
    Fix { finding: finding.clone(), option }
}

async fn apply(test: &TestClub, name: &str, fixes: &[Fix], version: Option<u64>) -> Result<FixResult, DeskError> {
    let ids = (run_id(name), ApprovalId::parse(&format!("a-{name}")).expect("an id"));
    let because = test.because();
    fix(test.desk(), &test.submit_queue(), fixes, version, ApprovalMode::Execute, ids, &because).await
}

#[tokio::test]
async fn a_week_lists_its_findings_and_its_health() {
    let posted = load(&club().await).await;
    let week = posted.week("2026-11-24".parse().expect("a date"));
    assert_eq!((week.sunday.to_string().as_str(), week.schedules), ("2026-11-22", 4));
    let findings = findings(&posted);
    for expected in ["H2 1", "H3 2+3", "W5 "] {
        assert!(findings.iter().any(|one| one == expected), "{expected}: {findings:?}");
    }
    assert_eq!((week.faults.critical, week.faults.health().points() < 81), (2, true), "{:?}", week.faults);
}

#[tokio::test]
async fn one_approval_fixes_several_findings_which_are_not_found_again() {
    let test = club().await;
    let posted = load(&test).await;
    let fixes = [
        option_of(&posted, &finding_of(&posted, "H2"), "give"),
        option_of(&posted, &finding_of(&posted, "H3"), "move"),
    ];
    let version = posted.plan_version.version;
    let done = apply(&test, "run-1", &fixes, Some(version)).await.expect("fixed");
    let changed = done.changed.expect("posted changes");
    assert_eq!(changed.approved.queued.len(), 2, "{:?}", changed.approved);
    assert!(changed.lines.iter().all(|line| line.kind == LineKind::Moved));
    for fix in &fixes {
        assert!(done.gone.contains(&fix.finding), "{:?}", done.gone);
    }
    // Approved lines count as posted in their new places.
    let after = findings(&load(&test).await);
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
async fn a_fix_with_an_option_that_is_not_offered_is_refused_and_changes_nothing() {
    let test = club().await;
    let posted = load(&test).await;
    let before = posted.plan_version;
    let fixes = [
        option_of(&posted, &finding_of(&posted, "H2"), "give"),
        Fix { finding: finding_of(&posted, "H3"), option: "give-0000000000000000".to_owned() },
    ];
    let refused = apply(&test, "run-1", &fixes, None).await.expect_err("unknown");
    assert!(matches!(refused, DeskError::NoOption { .. }), "{refused}");
    assert_eq!(load(&test).await.plan_version, before);
    assert_eq!(test.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_fix_of_a_rotation_changes_one_day_and_sends_nothing_to_crossmark() {
    let test = TestClub::of_lines(
        "person L lead
        person M lead
        posted 1 Core 20..28 M 24 block=1
        rotation lead all L",
    )
    .await;
    let posted = load(&test).await;
    let finding = finding_of(&posted, "W5");
    let done = apply(&test, "run-1", &[option_of(&posted, &finding, "rotation")], None).await.expect("fixed");
    assert!(done.changed.is_none());
    assert_eq!(
        done.rotations.iter().map(|e| (e.rotation, e.employee_id.0.as_str())).collect::<Vec<_>>(),
        [(Rotation::PrimaryLead, "M")]
    );
    assert!(!findings(&load(&test).await).iter().any(|one| one.starts_with("W5")));
    assert_eq!(test.submit_messages().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_ignored_finding_does_not_count_until_its_last_day_or_until_it_is_no_longer_ignored() {
    let test = club().await;
    let posted = load(&test).await;
    let finding = finding_of(&posted, "H3");
    let because = test.because_of("robin", "they agreed");
    let until = "2026-11-20".parse().expect("a date");
    ignore(test.club(), &finding, Some(until), &because).await.expect("ignored");
    let posted = load(&test).await;
    let week = posted.week("2026-11-24".parse().expect("a date"));
    let ignored: Vec<_> = week.findings.iter().filter(|found| found.ignored.is_some()).collect();
    assert_eq!(ignored.iter().map(|found| &found.finding.id).collect::<Vec<_>>(), [&finding]);
    assert_eq!(
        (week.faults.critical, ignored[0].ignored.as_ref().map(|i| i.because.why.as_str())),
        (1, Some("they agreed"))
    );
    test.advance(3 * 24 * 3600);
    assert_eq!(
        load(&test).await.week("2026-11-24".parse().expect("a date")).faults.critical,
        2,
        "its last day has passed"
    );
    ignore(test.club(), &finding, None, &because).await.expect("ignored to the end of its week");
    assert_eq!(load(&test).await.week("2026-11-24".parse().expect("a date")).faults.critical, 1);
    stop_ignoring(test.club(), &finding, &because).await.expect("not ignored any more");
    stop_ignoring(test.club(), &finding, &because).await.expect("again");
    assert_eq!(load(&test).await.week("2026-11-24".parse().expect("a date")).faults.critical, 2);
    let later = test.because_of("robin", "they agreed");
    let past = ignore(test.club(), &finding, Some(until), &later).await.expect_err("a past day").to_string();
    assert_eq!(past, "a finding can be ignored until a day from 2026-11-22 to 2027-02-20, not until 2026-11-20");
    let gone = ignore(test.club(), &FindingId("H3-2026-01-01-0".to_owned()), None, &because).await;
    assert!(matches!(gone, Err(DeskError::NoFinding)));
}
