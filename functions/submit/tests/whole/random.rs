//! Whatever fails, and however often a message comes: the ledger holds every accepted line once, and the rest says why.

use proptest::prelude::*;
use serde_json::json;

use crate::setup::{SubmitTest, chained, new};

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, max_shrink_iters: 4, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_doubled(seed in 0_u64..1_000_000, rate in 0.1_f64..0.6, copies in 1_usize..4) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut lines = chained();
            lines.push(new(103, "E04", "2026-11-28T10:15:00").in_group(1));
            lines.push(new(104, "E03", "2026-12-02T10:15:00").in_group(2));
            let test = SubmitTest::with(&lines).await;
            test.tell("/_sim/faults", &json!({"seed": seed, "rate": rate, "max_ms": 3})).await;
            test.run_dry_with(copies).await;
        });
    }
}
