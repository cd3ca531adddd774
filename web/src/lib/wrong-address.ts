/** What is wrong with an address, in words. */
import { NEEDED_BESIDE, type WrongAddress } from './addresses';

/** `title` is the page's, or empty if there is no such page. */
export function wrongWords({ page, name, fault, value }: WrongAddress, title: string): { title: string; text: string } {
  if (!title) return { title: 'There is no such page', text: `No page is called "${page}". ${OLD}` };
  if (fault === 'page') return { title: 'This address is not complete', text: `It names nothing that ${title} could show. ${OLD}` };
  const words = {
    unknown: `${title} knows no "${name}".`,
    twice: `It has "${name}" more than once.`,
    alone: `Its "${name}" belongs to "${NEEDED_BESIDE[name]}", which is missing.`,
    value: value ? `${title} knows no ${name} "${value}".` : `Its "${name}" is empty.`,
  };
  return { title: 'This address is not right', text: `${words[fault]} ${OLD}` };
}

const OLD = 'The link may be old or cut off.';
