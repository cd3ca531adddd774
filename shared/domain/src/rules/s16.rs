//! S16: +5,000 for each entry of `wishes` whose event is, in the final schedule, worked by that employee on that date;
//! -1,500 for each such entry of `unwanted`. Both count for candidates and for posted Core that H15 allows to
//! change, whether the Core stand or move.

use super::{Scoring, SoftName, SoftRule};

/// Points for a wish that is met: more than for any event that it displaces.
const WISH: f64 = 5_000.0;
/// Points for a placement that somebody refused.
const UNWANTED: f64 = -1_500.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S16",
    name: SoftName::Wish,
    title: "What people asked for and refused",
    scoring: Scoring::Final(|club, event, person, date| {
        let wished = if club.is_wished(event, person, date) { WISH } else { 0.0 };
        let unwanted = if club.is_unwanted(event, person, date) { UNWANTED } else { 0.0 };
        wished + unwanted
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn a_wish_counts_in_the_final_place_of_its_event() {
        let club = "person A specialist
            person B specialist
            event 1 Core 22..30
            posted 2 Core 22..40 A 24
            posted 3 Other 22..40 A 25
            event 4 Core 22..30 condition=Paused
            wish 1 A 25
            unwanted 1 B 26
            unwanted 1 A 25
            wish 2 A 24
            unwanted 2 B 24
            wish 3 A 25
            wish 4 A 26";
        // The posted Core already is where the wish wants it. The Other cannot move, so its wish does not count.
        let standing = 5_000.0;
        for (plan, points) in [
            ("", 0.0), ("1 A 25", 3_500.0), ("1 A 26", 0.0), ("1 B 25", 0.0), ("1 B 26", -1_500.0), ("2 A 25", -5_000.0),
            ("2 drop", -5_000.0), ("2 B 24", -6_500.0),
        ] {
            assert_eq!(scores(club, plan, "wish"), standing + points, "{plan}");
        }
    }
}
