//! Random faults and repeated messages: the simulator's ledger has every accepted line once, and every other line says why
//! it failed.

use proptest::prelude::*;
use serde_json::json;

use crate::setup::{SubmitTest, chained_lines, new_line};

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, max_shrink_iters: 4, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_lost_or_sent_twice(seed in 0_u64..1_000_000, rate in 0.1_f64..0.6, copies in 1_usize..4) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(submit_under_faults(seed, rate, copies));
    }
}

/// Submits three groups under faults drawn from a seed. Each message goes to this many workers at once.
async fn submit_under_faults(seed: u64, rate: f64, copies: usize) {
    let mut lines = chained_lines();
    lines.push(new_line(103, "E04", "2026-11-28T10:15:00").in_group(1));
    lines.push(new_line(104, "E03", "2026-12-02T10:15:00").in_group(2));
    let test = SubmitTest::with(&lines).await;
    test.post("/_sim/faults", &json!({"seed": seed, "rate": rate, "max_ms": 3})).await;
    test.run_to_completion_with(copies).await;
}

/// With this seed the first of two lines that swap their places is postponed while the other's delete has to be repeated.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_wait_for_each_other_continue_when_the_postponed_one_is_due() {
    submit_under_faults(996_177, 0.541_932_555_881_853_7, 1).await;
}
