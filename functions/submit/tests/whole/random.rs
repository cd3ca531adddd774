//! Whatever fails, and however often a message comes: the ledger holds every accepted line once, and the rest says why.

use proptest::prelude::*;
use serde_json::json;

use crate::house::{House, dropped, moved, new};

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, max_shrink_iters: 4, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_doubled(seed in 0_u64..1_000_000, rate in 0.1_f64..0.6, copies in 1_usize..4) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let lines = [
                new(101, "E02", "2026-11-28T10:15:00"),
                new(102, "E02", "2026-11-28T10:30:00").after(&[101]),
                moved(201, "E01", "2026-12-01T10:15:00").after(&[202]),
                moved(202, "E03", "2026-11-30T10:15:00").after(&[201]),
                dropped(203),
                new(103, "E04", "2026-11-28T10:15:00").in_group(1),
                new(104, "E03", "2026-12-02T10:15:00").in_group(2),
            ];
            let house = House::with(&lines).await;
            house.tell("/_sim/faults", &json!({"seed": seed, "rate": rate, "max_ms": 3})).await;
            house.run_dry_with(copies).await;
        });
    }
}
