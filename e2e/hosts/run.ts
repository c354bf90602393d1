/**
 * The hostile host pages of the `host-pages` corpus, each with a full chat against the real server and the built files,
 * in up to three engines: `npm run test:hosts`. Prints each failure with its reason, then totals per group and engine, also when it is cut short. An
 * engine is given `--minutes`; what it has not come to by then is named and counts as failed. Ends with 1 when a case
 * failed or an engine could not be started.
 */
import { readArguments, refuse } from '../../scripts/read-arguments.ts';
import { whenCut } from '../../scripts/when-cut.ts';
import { createWorld } from '../support/world.ts';
import { type Engine, startChromium, startFirefox, startWebKit } from './engines.ts';
import { hostCases } from './host-pages.ts';
import { measureBlank, otherwise, runCase } from './scenarios.ts';
import { Site } from './servers.ts';

const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  chromium: startChromium,
  firefox: startFirefox,
  webkit: startWebKit,
};
const GROUPS = ['css', 'js', 'page'] as const;
/** No case takes longer than this, whatever hangs. */
const CASE_MS = 90_000;

const USAGE = `npm run test:hosts -- [options]
  --engines a,b   of ${Object.keys(ENGINES).join(', ')} (default all)
  --group name    one of ${GROUPS.join(', ')} (default all)
  --only text     cases whose name holds the text, or the case of that id
  --minutes n     for each engine (default 12)`;

const { values } = readArguments(USAGE, {
  options: {
    engines: { type: 'string', default: Object.keys(ENGINES).join(',') },
    only: { type: 'string' },
    group: { type: 'string' },
    minutes: { type: 'string', default: '12' },
  },
});
const minutes = Number(values.minutes);
const wanted = (values.engines ?? '').split(',');
const unknown = wanted.filter((name) => !(name in ENGINES));
if (unknown.length > 0) refuse(`Not an engine: ${unknown.join(', ')}.`, USAGE);
const cases = hostCases().filter(
  ({ id, name, group }) =>
    (values.only === undefined || name.includes(values.only) || id === values.only) &&
    (values.group === undefined || group === values.group),
);
if (cases.length === 0) {
  console.error('No case fits (the corpus lies in ../shared/corpora beside the checkout).');
  process.exit(1);
}

async function withTimeout(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${CASE_MS / 1000} s`)), CASE_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const firstLines = (error: unknown) =>
  String(error instanceof Error ? error.message : error)
    .split('\n')
    .slice(0, 14)
    .join('\n    ');

const site = await Site.start();
const world = await createWorld(site.origin);
const totals: string[] = [];
let failed = 0;
/** Totals of the engine at work, if any. */
let soFar: (() => string) | null = null;
whenCut((signal) => {
  console.log(`\n${[...totals, ...(soFar ? [`${soFar()}; cut short by ${signal}`] : [])].join('\n')}`);
});
try {
  for (const name of wanted) {
    let engine: Engine;
    try {
      engine = await ENGINES[name]!();
    } catch (error) {
      failed += 1;
      totals.push(`${name}: could not be started: ${firstLines(error)}`);
      continue;
    }
    const passed = { css: 0, js: 0, page: 0 };
    let performedOtherwise = 0;
    const startedAt = performance.now();
    const seconds = () => Math.round((performance.now() - startedAt) / 1000);
    soFar = () => {
      const parts = GROUPS.map(
        (group) => `${group} ${passed[group]}/${cases.filter((host) => host.group === group).length}`,
      );
      const sum = passed.css + passed.js + passed.page;
      const apart = performedOtherwise ? `, ${performedOtherwise} of them without the driver's help` : '';
      return `${name} ${engine.version}: ${parts.join(', ')}; ${sum} of ${cases.length} passed${apart}, ${seconds()} s`;
    };
    try {
      const blank = await measureBlank(engine, site, world);
      for (const [at, host] of cases.entries()) {
        if (seconds() > minutes * 60) {
          failed += cases.length - at;
          const left = cases.slice(at).map((one) => one.name);
          console.log(`FAIL ${name}: ${minutes} minutes were over before ${left.length} cases: ${left.join(', ')}`);
          break;
        }
        if (at > 0 && at % 10 === 0) console.error(`${name}: ${at} of ${cases.length}, ${seconds()} s`);
        try {
          await withTimeout(runCase({ engine, site, world, blank }, host));
          passed[host.group] += 1;
          const how = otherwise(engine, host);
          if (how === null) continue;
          performedOtherwise += 1;
          console.log(`${name} "${host.name}": ${how}, since the driver cannot`);
        } catch (error) {
          failed += 1;
          console.log(`FAIL ${name} ${host.group} "${host.name}" (${host.id})\n    ${firstLines(error)}`);
        }
      }
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name} blank page\n    ${firstLines(error)}`);
    } finally {
      await engine.close();
    }
    totals.push(soFar());
    soFar = null;
  }
} finally {
  await world.dispose();
  await site.close();
}
console.log(`\n${totals.join('\n')}`);
process.exitCode = failed > 0 ? 1 : 0;
