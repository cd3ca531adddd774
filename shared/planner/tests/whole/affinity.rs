//! Learned affinities make the model of a run only a little larger.

use domain::affinity::eligible_pairs;
use domain::club::Club;
use domain::snapshot::{Snapshot, TypeAffinityRow};
use solver::Options;

use crate::replays::sample;

/// Number of columns of a club's model.
fn columns(snapshot: &Snapshot) -> usize {
    let club = Club::new(snapshot.clone());
    let proposal = solver::solve(&club, &Options::default(), &|_| {}).expect("solved");
    proposal.size.0
}

#[test]
fn affinity_of_every_pair_grows_the_model_by_less_than_a_twentieth() {
    for name in ["club-small.json", "club-tight-hours.json", "club-sample.json"] {
        // Muster publishes rates by type only. A rate for one event is left out, because below the rate of its type it
        // would split a pool.
        let plain = Snapshot { affinity_by_type: Vec::new(), affinity: Vec::new(), ..sample(name) };
        let pairs = eligible_pairs(&plain.employees);
        // Rates like learned ones: different for every person.
        let score = |n: usize| 0.55 + 0.44 * ((n * 37 % 101) as f64 / 101.0);
        let rows = pairs.into_iter().enumerate();
        let rows = rows.map(|(n, (employee_id, kind))| TypeAffinityRow { employee_id, kind, score: score(n) });
        let learned = Snapshot { affinity_by_type: rows.collect(), ..plain.clone() };
        assert!(learned.affinity_by_type.len() > plain.employees.len());
        let (before, after) = (columns(&plain), columns(&learned));
        assert!(before > 20 && after * 20 < before * 21, "{name}: {before} columns, {after} with affinity");
    }
}
