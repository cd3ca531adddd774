//! The two matchings for blocks: the places that are taken, and the cheapest assignment of people to these places.

/// Assigns people to the first places in order. A place is taken if there is a matching of it and all places taken
/// before. `people` has the first and the last block that each may have. Returns a block for each person, `None` for
/// those who get no place.
pub(super) fn first_fit(people: &[(u8, u8)], places: &[u8]) -> Vec<Option<u8>> {
    if people.iter().all(|possible| *possible == (1, 8)) {
        return (0..people.len()).map(|i| places.get(i).copied()).collect();
    }
    let allows = |person: usize, place: usize| {
        let (first, last) = people[person];
        (first..=last).contains(&places[place])
    };
    let mut place_of: Vec<Option<usize>> = vec![None; people.len()];
    let mut remaining = people.len();
    for place in 0..places.len() {
        if remaining == 0 {
            break;
        }
        let mut seen = vec![false; people.len()];
        if augment(place, &allows, &mut place_of, &mut seen) {
            remaining -= 1;
        }
    }
    place_of.into_iter().map(|p| p.map(|p| places[p])).collect()
}

/// Finds a person for a place by an augmenting path, which may assign other people to other places.
fn augment(
    place: usize,
    allows: &impl Fn(usize, usize) -> bool,
    place_of: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for person in 0..place_of.len() {
        if seen[person] || !allows(person, place) {
            continue;
        }
        seen[person] = true;
        let free = match place_of[person] {
            None => true,
            Some(held) => augment(held, allows, place_of, seen),
        };
        if free {
            place_of[person] = Some(place);
            return true;
        }
    }
    false
}

/// Cost of a forbidden pair: higher than any real assignment.
const FORBIDDEN: i64 = 1 << 40;

/// The cheapest assignment of `n` people to `n` places (`cost` is `None` if a pair is not allowed). Among the cheapest,
/// the first person gets the first place they can have, then the second, and so on. Returns the place of each person.
/// At least one assignment must use only allowed pairs.
pub(super) fn cheapest(n: usize, cost: &impl Fn(usize, usize) -> Option<i64>) -> Vec<usize> {
    let table: Vec<Vec<i64>> = (0..n).map(|i| (0..n).map(|j| cost(i, j).unwrap_or(FORBIDDEN)).collect()).collect();
    let (mut place_of, of_person, of_place) = hungarian(&table);
    // A pair is tight if its cost is the sum of its prices. Every assignment of tight pairs has the same cost; take the
    // first in order of person.
    let tight = |i: usize, j: usize| table[i][j] == of_person[i] + of_place[j];
    for person in 0..n {
        for place in 0..n {
            if place == place_of[person] {
                break;
            }
            if tight(person, place) {
                let mut trial = place_of.clone();
                let freed = trial[person];
                trial[person] = place;
                let displaced = (0..n).find(|i| *i != person && place_of[*i] == place);
                let mut seen = vec![false; n];
                seen[place] = true;
                if displaced.is_some_and(|d| d > person && reassign(d, freed, person, &tight, &mut trial, &mut seen)) {
                    place_of = trial;
                    break;
                }
            }
        }
    }
    place_of
}

/// Finds a tight place for a person whose place was taken. Only people after `fixed` are reassigned, until `freed` is
/// taken.
fn reassign(
    person: usize,
    freed: usize,
    fixed: usize,
    tight: &impl Fn(usize, usize) -> bool,
    place_of: &mut [usize],
    seen: &mut [bool],
) -> bool {
    for place in 0..place_of.len() {
        if seen[place] || !tight(person, place) {
            continue;
        }
        seen[place] = true;
        let holder =
            (place != freed).then(|| (0..place_of.len()).find(|i| *i != person && place_of[*i] == place)).flatten();
        let done = match holder {
            None => place == freed,
            Some(holder) => holder > fixed && reassign(holder, freed, fixed, tight, place_of, seen),
        };
        if done {
            place_of[person] = place;
            return true;
        }
    }
    false
}

/// The Hungarian method: a cheapest assignment with the dual prices that prove it (person and place prices, whose sum
/// is at most the cost of every pair, and equal to it for assigned pairs).
fn hungarian(cost: &[Vec<i64>]) -> (Vec<usize>, Vec<i64>, Vec<i64>) {
    let n = cost.len();
    // Index 0 is a placeholder; people and places count from 1.
    let (mut u, mut v) = (vec![0i64; n + 1], vec![0i64; n + 1]);
    let mut person_at = vec![0usize; n + 1];
    for person in 1..=n {
        person_at[0] = person;
        let mut at = 0;
        let mut slack = vec![i64::MAX; n + 1];
        let mut from = vec![0usize; n + 1];
        let mut done = vec![false; n + 1];
        while person_at[at] != 0 {
            done[at] = true;
            let i = person_at[at];
            let (mut delta, mut next) = (i64::MAX, 0);
            for j in 1..=n {
                if done[j] {
                    continue;
                }
                let reduced = cost[i - 1][j - 1] - u[i] - v[j];
                if reduced < slack[j] {
                    slack[j] = reduced;
                    from[j] = at;
                }
                if slack[j] < delta {
                    delta = slack[j];
                    next = j;
                }
            }
            for j in 0..=n {
                if done[j] {
                    u[person_at[j]] += delta;
                    v[j] -= delta;
                } else {
                    slack[j] = slack[j].saturating_sub(delta);
                }
            }
            at = next;
        }
        while at != 0 {
            let before = from[at];
            person_at[at] = person_at[before];
            at = before;
        }
    }
    let mut place_of = vec![0; n];
    for (place, person) in person_at.iter().enumerate().skip(1) {
        place_of[person - 1] = place - 1;
    }
    (place_of, u[1..].to_vec(), v[1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Enumerates the assignments that use only allowed pairs. Returns the least cost, and the lexicographically first
    /// list of places that has it; `None` if there is no such assignment.
    fn by_enumeration(n: usize, cost: &impl Fn(usize, usize) -> Option<i64>) -> Option<(i64, Vec<usize>)> {
        fn go(
            i: usize,
            n: usize,
            cost: &impl Fn(usize, usize) -> Option<i64>,
            used: &mut Vec<usize>,
            sum: i64,
            best: &mut Option<(i64, Vec<usize>)>,
        ) {
            if i == n {
                if best.as_ref().is_none_or(|(b, _)| sum < *b) {
                    *best = Some((sum, used.clone()));
                }
                return;
            }
            for j in 0..n {
                if let Some(c) = cost(i, j).filter(|_| !used.contains(&j)) {
                    used.push(j);
                    go(i + 1, n, cost, used, sum + c, best);
                    used.pop();
                }
            }
        }
        let mut best = None;
        go(0, n, cost, &mut Vec::new(), 0, &mut best);
        best
    }

    #[test]
    fn the_assignment_is_the_first_of_the_cheapest_in_order_of_person() {
        let mut state = 7u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..3_000 {
            let n = draw(6) as usize;
            let table: Vec<Vec<Option<i64>>> =
                (0..n).map(|_| (0..n).map(|_| (draw(5) > 0).then(|| draw(3) as i64)).collect()).collect();
            let cost = |i: usize, j: usize| table[i][j];
            if let Some((_, places)) = by_enumeration(n, &cost) {
                assert_eq!(cheapest(n, &cost), places, "{table:?}");
            }
        }
    }

    #[test]
    #[allow(clippy::type_complexity)]
    fn the_first_places_that_can_all_be_matched_with_people_are_taken() {
        let rows: [(&[(u8, u8)], &[u8], &[Option<u8>]); 5] = [
            (&[(1, 8), (1, 8)], &[1, 2, 3], &[Some(1), Some(2)]),
            (&[(1, 8), (5, 8)], &[1, 2, 5], &[Some(1), Some(5)]),
            (&[(5, 8), (1, 8), (1, 2)], &[2, 3, 5, 6], &[Some(5), Some(3), Some(2)]),
            (&[(1, 2), (1, 2)], &[1, 3], &[Some(1), None]),
            (&[(1, 8)], &[], &[None]),
        ];
        for (people, places, expected) in rows {
            assert_eq!(first_fit(people, places), expected, "{people:?} {places:?}");
        }
    }
}
