/** A control that is grey for a person says why: its tag has the reason as its title. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SOURCES = new URL('../src/', import.meta.url);
/** What makes a control grey that would else be usable. */
const REASONS = /\b(readOnly|mayNot|whyNot|off|whyFixed|editable)\b/;

/** The opening tags of a component. An attribute in braces may contain any sign. */
function tagsOf(source: string): string[] {
  const markup = source.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
  return [...markup.matchAll(/<[a-zA-Z]/g)].map(({ index }) => {
    let depth = 0;
    for (let at = index; at < markup.length; at++) {
      if (markup[at] === '{') depth++;
      else if (markup[at] === '}') depth--;
      else if (markup[at] === '>' && !depth) return markup.slice(index, at + 1);
    }
    return '';
  });
}

it('every control that is grey for a reason names it', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte'));
  const tags = files.flatMap((file) => tagsOf(readFileSync(new URL(file, SOURCES), 'utf8')).map((tag) => [file, tag]));
  const grey = tags.filter(([, tag]) => REASONS.test(/\sdisabled=\{((?:[^{}]|\{[^{}]*\})*)\}/.exec(tag)?.[1] ?? ''));
  expect(grey.length).toBeGreaterThan(80);
  expect(grey.filter(([, tag]) => !/\stitle=/.test(tag))).toEqual([]);
});
