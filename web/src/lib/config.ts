/** What the file beside index.html says of the place where the client runs. */

export interface Config {
  /** Where the API is; this origin where nothing is said. */
  api: string;
  /** Who signs people in; where nobody does, the server's development identity stands in. */
  issuer?: string;
  client_id?: string;
  scope: string;
  /** Which of the issuer's tokens the API takes. */
  token: 'access_token' | 'id_token';
  /** Why nobody can sign in with what is said. */
  problem?: string;
}

export function readConfig(found: unknown): Config {
  const given = (found && typeof found === 'object' ? found : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof given[name] === 'string' && given[name] ? (given[name] as string) : undefined);
  const issuer = text('issuer');
  const half = !!issuer !== !!text('client_id');
  return {
    api: (text('api') ?? '').replace(/\/+$/, ''),
    issuer: issuer?.replace(/\/+$/, ''),
    client_id: text('client_id'),
    scope: text('scope') ?? 'openid email',
    token: text('token') === 'id_token' ? 'id_token' : 'access_token',
    problem: half ? `Nobody can sign in here yet: config.json names no ${issuer ? 'client_id' : 'issuer'}.` : undefined,
  };
}

export async function loadConfig(): Promise<Config> {
  try {
    // As index.html preloads it; who serves it says that it must be checked each time.
    const answer = await fetch('./config.json');
    return readConfig(answer.ok ? await answer.json() : {});
  } catch {
    return readConfig({});
  }
}
