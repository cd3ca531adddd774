//! Tests that a table that rejects requests loses and doubles no line.

use crate::world::World;

#[tokio::test]
async fn a_table_that_throttles_loses_and_doubles_no_line() {
    let world = World::with_throttled_table(0.1).await;
    let (run, _, seeded) = world.proposal_and_ledger().await;
    world.approve(&run, None).await;
    world.assert_all_accepted(&run, &seeded).await;
}
