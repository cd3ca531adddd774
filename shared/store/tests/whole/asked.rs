//! Questions are counted by person, club and minute.

use chrono::TimeDelta;
use store::asked::Admission;
use store::audit::Actor;
use store::key::ClubId;
use store::meter::Meter;

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
    let asked = futures_util::future::join_all((0..5).map(|_| club.admit_question(&pat, 3, NOW))).await;
    let admitted = asked.into_iter().filter(|one| matches!(one, Ok(Admission::Admitted))).count();
    assert_eq!(admitted, 3);
}
