/** What is known of a proposal as it stands now: the facts that its summary states. */
import type { Review } from './review.svelte';
import type { Standing } from './summary';

export function standingOf(review: Review): Standing {
  const { outlook, setAside, rejected, counts, stale } = review;
  const elsewhere = [...review.elsewhere.values()];
  const refused = outlook.refused.length;
  const missed = review.eventsMissed.length;
  // If a rule is set aside, or an event is rejected, missed, refused or failed, any other event may lack what it needs.
  const mayLack = setAside.length || rejected.length || missed || refused || counts.refused || stale;
  const mayKeepRules = review.rulesKnown && !mayLack && !review.newer;
  return {
    placed: review.eventsPlaced.length,
    takenBack: review.eventsTakenBack.length,
    events: review.lines.length,
    setAside,
    // What an approval would refuse is known only from a dry run.
    keepsRules: mayKeepRules && (!outlook.open.length || !!outlook.effect),
    isUnchecked: mayKeepRules && review.isUnchecked,
    changed: review.changedEvents.length,
    rejected: rejected.filter((line) => !line.given_up).length,
    dropped: rejected.filter((line) => line.given_up).length,
    takenBackSince: elsewhere.filter(({ place }) => !place).length,
    decidedElsewhere: elsewhere.filter(({ place }) => place).length,
    notAccepted: counts.refused,
    missed,
    stuck: refused,
    stale,
  };
}
