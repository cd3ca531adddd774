import { expect, it } from 'vitest';
import clubs from '../../shared/domain/src/person_names.json';
import type { Employee } from '../src/lib/api-types';
import { setTeamNames, withDistinctNames } from '../src/lib/team-names.svelte';
import { firstName, initials, shortName } from '../src/lib/words';

/** The clubs with which the server's names are tested too. Where only the server's short name has an id, `by_name` is the client's. */
it.each(clubs)('names mean one person: $about', ({ people }: (typeof clubs)[number]) => {
  type Named = { id: string; name: string; distinct?: string; short: string; by_name?: string; initial: string };
  const all: Named[] = people;
  const names = withDistinctNames(all.map(({ id, name }) => ({ id, name }) as Employee)).map((one) => one.name);
  expect(names).toEqual(all.map((one) => one.distinct ?? one.name));
  setTeamNames(names);
  expect(names.map((one) => firstName(one))).toEqual(all.map((one) => one.by_name ?? one.short));
  expect(names.map((one) => shortName(one))).toEqual(all.map((one) => one.initial));
  setTeamNames([]);
  expect([firstName('Indigo Knoll'), firstName(''), firstName(null)]).toEqual(['Indigo', '', '']);
});

it('the end of the id is no part of the initials', () => expect(['Bo Li (E01)', 'Bo (E02)'].map(initials)).toEqual(['BL', 'B']));
