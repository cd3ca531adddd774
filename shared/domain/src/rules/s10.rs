//! S10: on each day of the horizon, -75 for each Core beyond the first of its product. Posted Core count too.

use super::{Scoring, SoftName, SoftRule};

/// Cost of each Core beyond the first.
pub const POINTS: f64 = 75.0;

/// The rule.
pub static RULE: SoftRule = SoftRule {
    id: "S10",
    name: SoftName::DuplicateProduct,
    title: "One product twice on a day",
    scoring: Scoring::Whole(|schedule, scope| {
        let days = scope.days.iter().filter(|d| schedule.club().day(**d).in_horizon);
        let extra = days.map(|day| {
            let mut products: Vec<_> = schedule.on(*day).filter_map(|e| schedule.event(e).product).collect();
            let shown = products.len();
            products.sort_unstable();
            products.dedup();
            shown - products.len()
        });
        -POINTS * extra.sum::<usize>() as f64
    }),
};

#[cfg(test)]
mod tests {
    use crate::fixture::scores;

    #[test]
    fn each_core_beyond_the_first_of_a_product_costs_points() {
        let club = "person A specialist
            person B specialist
            person C specialist
            event 1 Core 22..30 product=CHERRY
            event 2 Core 22..30 product=Cherry
            event 3 Core 22..30 product=OAT
            posted 4 Core 22..30 A 28 product=CHERRY
            posted 5 Core 22..30 B 28 product=CHERRY
            posted 6 Core 18..22 A 21 product=CHERRY
            posted 7 Core 18..22 B 21 product=CHERRY
            event 8 Core 22..30 product=
            event 9 Core 22..30 product=";
        let standing = -75.0;
        for (plan, points) in [
            ("", 0.0), ("1 A 24, 2 B 24", -75.0), ("1 A 24, 3 B 24", 0.0), ("1 C 28", -75.0), ("5 B 27", 75.0), ("4 drop", 75.0),
            ("8 A 24, 9 B 24", 0.0),
        ] {
            assert_eq!(scores(club, plan, "duplicate_product"), standing + points, "{plan}");
        }
    }
}
