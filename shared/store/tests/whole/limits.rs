//! Concurrent requests do not exceed a limit: of questions by person, club and minute, of trials of a club, of open
//! drafts of a person.

use chrono::TimeDelta;
use domain::trial::Change;
use futures_util::future::join_all;
use store::audit::{Actor, Because};
use store::drafts::{Act, Draft, DraftChannel, DraftNotMade, Effect, LIFETIME, MAX_OPEN, State};
use store::key::{ClubId, DraftId, TrialId};
use store::meter::Meter;
use store::questions::Admission;
use store::trials::{Trial, TrialNotBegun, TrialStart};

use crate::setup::{NOW, TestTable};

#[tokio::test]
async fn questions_are_limited_by_minute_person_and_club() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let later = Admission::Later { next_at: NOW.plus(TimeDelta::minutes(1)) };
    let (pat, robin) = (Actor::from("pat"), Actor::from("robin"));
    let at = |seconds| NOW.plus(TimeDelta::seconds(seconds));
    for (who, second, expected) in [
        (&pat, 0, Admission::Admitted),
        (&pat, 30, Admission::Admitted),
        (&pat, 59, later),
        (&robin, 59, Admission::Admitted),
        (&pat, 60, Admission::Admitted),
        (&pat, 61, Admission::Admitted),
        (&pat, 62, Admission::Later { next_at: at(120) }),
    ] {
        let found = club.admit_question(who, 2, at(second)).await.expect("an answer");
        assert_eq!(found, expected, "{} after {second} s", who.id);
    }
    let (other, meter) = (ClubId::parse("9999").expect("an id"), Meter::new());
    let elsewhere = test.table.club(&other, &meter).admit_question(&pat, 2, at(63)).await;
    assert_eq!(elsewhere.expect("an answer"), Admission::Admitted);
}

#[tokio::test]
async fn concurrent_questions_are_all_counted() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let pat = Actor::from("pat");
    let asked = join_all((0..5).map(|_| club.admit_question(&pat, 3, NOW))).await;
    let admitted = asked.into_iter().filter(|one| matches!(one, Ok(Admission::Admitted))).count();
    assert_eq!(admitted, 3);
}

/// The text of an id that was made at the beginning of the test.
fn id_text(name: &str) -> String {
    format!("{}-{name}", NOW.utc().format("%Y%m%dT%H%M%S%3f"))
}

#[tokio::test]
async fn concurrent_trials_do_not_exceed_the_limit() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let asked = Because::new("pat", NOW, "as asked");
    let id = |n: usize| TrialId::parse(&id_text(&format!("t{n}"))).expect("an id");
    let trials: Vec<Trial> =
        (0..5).map(|n| Trial::queued(id(n), TrialStart::Now, Change::default(), asked.clone())).collect();
    let begun = join_all(trials.iter().map(|trial| club.begin_trial(trial, NOW, 3))).await;
    assert_eq!(begun.iter().filter(|one| one.is_ok()).count(), 3, "{begun:?}");
    let refused = begun.iter().filter(|one| **one == Err(TrialNotBegun::TooMany { oldest: NOW }));
    assert_eq!(refused.count(), 2, "{begun:?}");
}

#[tokio::test]
async fn concurrent_drafts_of_a_person_do_not_exceed_the_limit() {
    let test = TestTable::with_club().await;
    let club = test.club();
    let draft = |who: &str, n: usize| Draft {
        id: DraftId::parse(&id_text(&format!("{who}{n}"))).expect("an id"),
        act: Act::RunNow { emergency: false },
        effect: Effect::default(),
        plan_version: 1,
        asked: Because::new(who, NOW, "as asked"),
        through: DraftChannel::Mcp,
        state: State::Open,
    };
    for n in 0..MAX_OPEN - 2 {
        club.make_draft(&draft("pat", n)).await.expect("made");
    }
    let drafts: Vec<Draft> = (MAX_OPEN..MAX_OPEN + 5).map(|n| draft("pat", n)).collect();
    let made = join_all(drafts.iter().map(|draft| club.make_draft(draft))).await;
    assert_eq!(made.iter().filter(|one| one.is_ok()).count(), 2, "{made:?}");
    let refused = made.iter().filter(|one| **one == Err(DraftNotMade::TooMany { next_at: NOW.plus(LIFETIME) }));
    assert_eq!(refused.count(), 3, "{made:?}");
    club.make_draft(&draft("robin", 0)).await.expect("another person has a limit of their own");
}
