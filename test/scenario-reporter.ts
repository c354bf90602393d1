import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestModule } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** The language-neutral scenario that the test runs (`test/scenarios.ts`). */
    scenario?: string;
  }
}

const RESULTS = fileURLToPath(new URL('../test-results/', import.meta.url));

/** Says how many scenarios the TypeScript client passed, and writes their ids to `test-results/scenarios-typescript.json`. */
export default class ScenarioReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const passed: string[] = [];
    let failed = 0;
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { scenario } = test.meta();
        if (scenario === undefined) continue;
        if (test.result().state === 'passed') passed.push(scenario);
        else failed += 1;
      }
    }
    if (passed.length + failed === 0) return;
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(`${RESULTS}scenarios-typescript.json`, JSON.stringify(passed));
    console.log(`scenarios: typescript ${passed.length} passed${failed > 0 ? `, ${failed} failed` : ''}\n`);
  }
}
