import { timingSafeEqual } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Deps } from './deps.ts';
import type { AppEnv } from './http/types.ts';

/** Upper bounds of the histogram's buckets, seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Counts of this process. Labels are route, method and status: nothing names an account, a visitor or a path. */
export interface Metrics {
  /** @param route the endpoint's name, or `other`. @param ms until the head of the answer was sent */
  request(route: string, method: string, status: number, ms: number): void;
  /** Everything in Prometheus' text format, version 0.0.4. */
  text(gauges: { readonly answersRunning: number }): string;
}

/** Counts from zero. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, { readonly counts: number[]; sum: number; total: number }>();
  const startedAt = Date.now() / 1000 - process.uptime();
  return {
    request(route, method, status, ms) {
      const labels = `method="${method}",route="${route}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      const seconds = ms / 1000;
      const known = durations.get(route) ?? { counts: BUCKETS.map(() => 0), sum: 0, total: 0 };
      durations.set(route, known);
      for (const [n, bound] of BUCKETS.entries()) if (seconds <= bound) known.counts[n]! += 1;
      known.sum += seconds;
      known.total += 1;
    },
    text({ answersRunning }) {
      const lines: string[] = [];
      const family = (name: string, type: string, help: string, samples: readonly string[]) => {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => `${name}${sample}`));
      };
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      family('assisters_http_requests_total', 'counter', 'Requests answered.', [
        ...[...requests].map(([labels, count]) => `{${labels}} ${count}`),
      ]);
      family('assisters_http_request_duration_seconds', 'histogram', 'Time until the head of the answer was sent.', [
        ...[...durations].flatMap(([route, { counts, sum, total }]) => [
          ...BUCKETS.map((bound, n) => `_bucket{route="${route}",le="${bound}"} ${counts[n]}`),
          `_bucket{route="${route}",le="+Inf"} ${total}`,
          `_sum{route="${route}"} ${sum}`,
          `_count{route="${route}"} ${total}`,
        ]),
      ]);
      family('assisters_answers_running', 'gauge', 'Answers this process is writing.', [` ${answersRunning}`]);
      family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [` ${rss}`]);
      family('nodejs_heap_size_used_bytes', 'gauge', 'Memory in use on the JavaScript heap.', [` ${heapUsed}`]);
      family('process_cpu_seconds_total', 'counter', 'Processor time used.', [` ${(user + system) / 1e6}`]);
      family('process_start_time_seconds', 'gauge', 'When the process started, unix time.', [
        ` ${startedAt.toFixed(3)}`,
      ]);
      return `${lines.join('\n')}\n`;
    },
  };
}

/**
 * `/metrics`, where a token is configured: without one there is nothing at that address, because a server that is
 * reached from outside would tell everybody how busy it is. Asked with `Authorization: Bearer <token>`.
 */
export function mountMetrics(app: OpenAPIHono<AppEnv>, { config, turns }: Deps, metrics: Metrics): void {
  const token = config.metricsToken;
  if (token === null) return;
  app.get('/metrics', (c) => {
    const given = Buffer.from(c.req.header('Authorization') ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      return c.text('Send Authorization: Bearer and ASSISTERS_METRICS_TOKEN.\n', 401, { 'WWW-Authenticate': 'Bearer' });
    }
    return c.text(metrics.text({ answersRunning: turns.running }), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'no-store',
    });
  });
}
