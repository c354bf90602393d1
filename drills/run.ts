/**
 * Runs a drill at full length against the built server and prints its figures (`USAGE`). Exits with 1 when a promise did
 * not hold. Short slices of them are part of `npm test`.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPostgres, POSTGRES_ABSENT } from '../scripts/find-postgres.ts';
import { readArguments, refuse } from '../scripts/read-arguments.ts';
import { makeCluster } from '../test/postgres-cluster.ts';
import { abuseDrill } from './abuse.ts';
import { faultDrill } from './faults.ts';
import { fuzzDrill } from './fuzz.ts';
import { type KillReport, killDrill } from './kill.ts';
import { limitsDrill } from './limits.ts';
import { webhookDrill } from './webhooks.ts';

const CLI = fileURLToPath(new URL('../dist/server/cli.js', import.meta.url));
const USAGE = `npm run drill:kill -- [kills, default 200] [sqlite | postgres, default both]
npm run drill:faults -- [seeds, default 20] [part of a case's name, default all]
npm run drill:webhooks -- [kills, default 50]
npm run drill:abuse -- [addresses, default 1000]
npm run drill:limits -- [requests, default 10000] [--processes n, default 1; more share one PostgreSQL]
npm run fuzz:api -- [requests, default 50000]

Prints the figures as JSON on stdout. Ends with 1 when a promise did not hold, 2 when called wrongly.`;

const { positionals, values } = readArguments(USAGE, {
  allowPositionals: true,
  options: { processes: { type: 'string' } },
});
const [name, count, engine] = positionals;
if (count !== undefined && !(Number(count) > 0)) refuse(`"${count}" is not a number above 0.`, USAGE);

/** A line on stderr, so that who waits sees how far it is. */
const onProgress = (done: string) => console.error(done);

/** Each gives its figures and whether its promise held. */
const DRILLS: Readonly<Record<string, () => Promise<readonly [object, boolean]>>> = {
  async kill() {
    const kills = Number(count ?? 200);
    const reports: Record<string, KillReport> = {};
    if (engine !== 'postgres') reports.sqlite = await killDrill({ kills, onProgress });
    if (engine !== 'sqlite' && findPostgres()) {
      const cluster = makeCluster({ durable: true });
      try {
        reports.postgres = await killDrill({ kills, cluster, onProgress });
      } finally {
        cluster.remove();
      }
    } else if (engine !== 'sqlite') console.error(`${POSTGRES_ABSENT}.`);
    const held = Object.values(reports).every(
      ({ lost, duplicated, halves, unanswered, slowestStartMs }) =>
        lost + duplicated + halves + unanswered === 0 && slowestStartMs < 5_000,
    );
    return [reports, held];
  },
  async faults() {
    const report = await faultDrill({ seeds: Number(count ?? 20), only: engine ?? '', onProgress });
    return [report, report.broken.length === 0];
  },
  async webhooks() {
    const report = await webhookDrill({ kills: Number(count ?? 50), events: 300, onProgress });
    return [report, report.lost + report.changed === 0];
  },
  async abuse() {
    const report = await abuseDrill({ addresses: Number(count ?? 1_000), visitors: 100, proofs: true });
    const { withoutProof, withProof, manyAddresses, keyPerHour, visitorsServed, visitorsAsked } = report;
    const bounded = withoutProof <= 60 && withProof <= 300 && manyAddresses <= keyPerHour;
    return [report, bounded && visitorsServed >= 0.99 * visitorsAsked];
  },
  async fuzz() {
    const report = await fuzzDrill({
      requests: Number(count ?? 50_000),
      examples: 200,
      onProgress,
    });
    const { serverErrors, mismatches, untouched, unreached, rssBeforeMiB, rssAfterMiB, alive } = report;
    const small = rssAfterMiB <= rssBeforeMiB * 1.1;
    const held = serverErrors + mismatches.length + untouched.length + unreached.length === 0 && small && alive;
    return [report, held];
  },
  async limits() {
    const processes = Number(values.processes ?? 1);
    const wanted = { requests: Number(count ?? 10_000), plan: 'business', setPlan } as const;
    const cluster = processes > 1 ? makeCluster({ durable: true }) : null;
    const report = await limitsDrill({ ...wanted, ...(cluster && { shared: { cluster, processes } }) }).finally(() =>
      cluster?.remove(),
    );
    const off = Math.abs(report.admitted - report.allowed) / report.allowed;
    return [{ ...report, offPercent: Number((off * 100).toFixed(3)) }, off <= 0.01 && report.badHeaders === 0];
  },
};

async function setPlan(settings: Readonly<Record<string, string>>, plan: string): Promise<void> {
  const env = { PATH: process.env.PATH, ...settings };
  const run = (...args: string[]) => execFileSync(process.execPath, [CLI, ...args], { env, encoding: 'utf8' });
  const id = /acct_\w+/.exec(run('accounts', 'list'))![0];
  run('accounts', 'update', id, '--plan', plan);
}

const drill = DRILLS[name ?? ''];
if (!drill) refuse(`Not a drill: ${name}.`, USAGE);
const began = performance.now();
const [report, held] = await drill();
console.log(
  JSON.stringify({ drill: name, seconds: Math.round((performance.now() - began) / 1000), ...report }, null, 2),
);
process.exitCode = held ? 0 : 1;
