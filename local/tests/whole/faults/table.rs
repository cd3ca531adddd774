//! A table that rejects requests.

use crate::world::World;

#[tokio::test]
async fn a_table_that_throttles_slows_everything_down_and_loses_nothing() {
    let world = World::throttled(0.1).await;
    let (run, _, seeded) = world.begun().await;
    world.approve(&run, None).await;
    world.all_went_out(&run, &seeded).await;
}
