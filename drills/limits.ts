import { DrillServer } from './server.ts';

/** What became of a run of {@link limitsDrill}. */
export interface LimitsReport {
  readonly requests: number;
  readonly plan: string;
  /** What the plan admits in the windows the run touched. */
  readonly allowed: number;
  readonly admitted: number;
  readonly refused: number;
  /** Answers whose headers contradict themselves: negative, or `remaining` rising within a window. */
  readonly badHeaders: number;
}

/** Sends requests as fast as they go, and compares what was admitted with the plan, by the windows the answers name. */
export async function limitsDrill(options: {
  readonly requests: number;
  readonly plan: 'free' | 'pro' | 'business';
  readonly setPlan: (server: DrillServer, plan: string) => Promise<void>;
}): Promise<LimitsReport> {
  const server = await DrillServer.start();
  try {
    await options.setPlan(server, options.plan);
    let admitted = 0;
    let refused = 0;
    let badHeaders = 0;
    let limit = 0;
    const windows = new Map<string, number>();
    let left = options.requests;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const answer = await server.request('GET', '/assistants?limit=1');
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
    return { requests, plan, allowed: Math.min(requests, windows.size * limit), admitted, refused, badHeaders };
  } finally {
    await server.dispose();
  }
}
