import { expect, test } from 'vitest';
import { ingestDrill } from '../testing/ingest-drill.ts';

/** One seed of many: `npm run drill:ingest` runs them. */
test('processes killed while they crawl and read leave what a quiet run leaves', { timeout: 900_000 }, async () => {
  const { disturbed, undisturbed, kills, torn } = await ingestDrill({ seed: 7, pages: 4, files: 4, kills: 2 });
  expect(kills).toBeGreaterThan(1);
  expect(torn).toEqual([]);
  expect(undisturbed.documents).toHaveLength(4 + 5);
  expect(undisturbed.documents.filter((line) => !line.includes(' · ready · '))).toEqual([]);
  expect(disturbed).toEqual(undisturbed);
  expect(disturbed.indexed).toBe(disturbed.passages.length);
});
