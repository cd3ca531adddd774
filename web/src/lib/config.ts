/** The settings in config.json, beside index.html. */

export interface Config {
  /** Address of the API; by default this origin. */
  api: string;
  /** The issuer that signs people in; without one the server uses its development identity. */
  issuer?: string;
  client_id?: string;
  scope: string;
  /** The kind of the issuer's token that the API accepts. */
  token: 'access_token' | 'id_token';
  /** Why nobody can sign in with these settings. */
  problem?: string;
  /** Whether config.json could not be read, so that the other members are not known. */
  isUnread?: boolean;
}

/** Reads the content of config.json. Members that are missing or not text have their defaults. */
export function readConfig(found: unknown): Config {
  const given = (found && typeof found === 'object' ? found : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof given[name] === 'string' && given[name] ? (given[name] as string) : undefined);
  const issuer = text('issuer');
  const isIncomplete = !!issuer !== !!text('client_id');
  return {
    api: (text('api') ?? '').replace(/\/+$/, ''),
    issuer: issuer?.replace(/\/+$/, ''),
    client_id: text('client_id'),
    scope: text('scope') ?? 'openid email',
    token: text('token') === 'id_token' ? 'id_token' : 'access_token',
    problem: isIncomplete ? `Nobody can sign in here yet: config.json names no ${issuer ? 'client_id' : 'issuer'}.` : undefined,
  };
}

/** Loads config.json. Every deployment has one, so the client does not start with defaults if it cannot be read. */
export async function loadConfig(): Promise<Config> {
  // The same request as the preload in index.html; its `Cache-Control` makes the browser revalidate it.
  const answer = await fetch('./config.json').catch(() => null);
  if (!answer) return unread('The server cannot be reached.');
  if (!answer.ok) return unread(`The server answered ${answer.status}.`);
  try {
    return readConfig(await answer.json());
  } catch {
    return unread('It is not valid JSON.');
  }
}

const unread = (why: string): Config => ({
  ...readConfig({}),
  problem: `The settings of this page, config.json, could not be read. ${why}`,
  isUnread: true,
});

let loading: Promise<Config> | undefined;

/** The settings of this page, loaded once. */
export const config = () => (loading ??= loadConfig());
