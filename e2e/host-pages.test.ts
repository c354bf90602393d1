import { test } from '@playwright/test';
import { CORPORA_ABSENT, hasCorpora } from '../test/corpora.ts';
import { seededRandom, slice } from '../test/random.ts';
import { type Engine, startChromium } from './hosts/engines.ts';
import { hostCases } from './hosts/host-pages.ts';
import { measureBlank, runCase, type Stage } from './hosts/scenarios.ts';
import { Site } from './hosts/servers.ts';
import { createWorld, type World } from './support/world.ts';

/** A seeded slice of the hostile host pages; `npm run test:hosts` plays all, in three engines. */

const of = (group: string, count: number) =>
  slice(
    hostCases().filter((host) => host.group === group),
    count,
    seededRandom(23),
  );
const CASES = [...of('css', 3), ...of('js', 3), ...of('page', 4)];

test.describe.configure({ mode: 'serial' });
test.skip(!hasCorpora, CORPORA_ABSENT);

let stage: Stage;
let engine: Engine;
let site: Site;
let world: World;
test.beforeAll(async () => {
  site = await Site.start();
  [world, engine] = await Promise.all([createWorld(site.origin), startChromium()]);
  stage = { engine, site, world, blank: await measureBlank(engine, site, world) };
});
test.afterAll(async () => {
  await engine?.close();
  await world?.dispose();
  await site?.close();
});

for (const host of CASES)
  test(`a full chat, or the stated refusal, on a page with: ${host.name}`, () => runCase(stage, host));
