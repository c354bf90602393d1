import type { Cluster } from '../test/postgres-cluster.ts';
import { DrillServer } from './server.ts';

/** What became of a run of {@link limitsDrill}. */
export interface LimitsReport {
  readonly requests: number;
  readonly plan: string;
  /** Server processes the requests went to in turn, all on one database. */
  readonly processes: number;
  /** What the plan admits in the windows the run touched. */
  readonly allowed: number;
  readonly admitted: number;
  readonly refused: number;
  /** Answers whose headers contradict themselves: negative, or `remaining` rising within a window. */
  readonly badHeaders: number;
}

/**
 * Sends requests as fast as they go, and compares what was admitted with the plan, by the windows the answers name.
 *
 * @param options.shared several processes, and the PostgreSQL they count in; default: one process on SQLite
 */
export async function limitsDrill(options: {
  readonly requests: number;
  readonly plan: 'free' | 'pro' | 'business';
  readonly setPlan: (env: Readonly<Record<string, string>>, plan: string) => Promise<void>;
  readonly shared?: { readonly cluster: Pick<Cluster, 'url'>; readonly processes: number };
}): Promise<LimitsReport> {
  const { shared } = options;
  const env: Record<string, string> = shared
    ? {
        ASSISTERS_DATABASE_URL: shared.cluster.url(),
        ASSISTERS_SECRET_KEY: 'a key of drills, of 32 characters and more',
      }
    : {};
  const servers = [await DrillServer.start(env)];
  try {
    const { secretKey: key, dataDir } = servers[0]!;
    while (servers.length < (shared?.processes ?? 1)) servers.push(await DrillServer.start(env));
    await options.setPlan({ ...env, ASSISTERS_DATA_DIR: dataDir }, options.plan);
    let admitted = 0;
    let refused = 0;
    let badHeaders = 0;
    let limit = 0;
    const windows = new Map<string, number>();
    let left = options.requests;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const server = servers[left % servers.length]!;
        const answer = await server.request('GET', '/assistants?limit=1', { key });
        await answer.arrayBuffer();
        const remaining = Number(answer.headers.get('X-RateLimit-Remaining'));
        const reset = answer.headers.get('X-RateLimit-Reset') ?? '';
        limit = Number(answer.headers.get('X-RateLimit-Limit'));
        if (!(remaining >= 0) || remaining > limit) badHeaders += 1;
        if (answer.status === 429) {
          refused += 1;
          if (!(Number(answer.headers.get('Retry-After')) >= 1)) badHeaders += 1;
        } else if (answer.ok) {
          admitted += 1;
          windows.set(reset, (windows.get(reset) ?? 0) + 1);
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    if ([...windows.values()].some((count) => count > limit)) badHeaders += 1;
    const { requests, plan } = options;
    const allowed = Math.min(requests, windows.size * limit);
    return { requests, plan, processes: servers.length, allowed, admitted, refused, badHeaders };
  } finally {
    await Promise.all(servers.map((server) => server.dispose()));
  }
}
