import { expect, test } from 'vitest';
import { fuzzDrill } from './fuzz.ts';
import { findSchemathesis, PYTHON_ABSENT } from './schemathesis.ts';

const found = findSchemathesis() !== null;
if (!found) console.warn(`The fuzzing of the API was skipped: ${PYTHON_ABSENT}.`);

test.skipIf(!found && !process.env.CI)(
  'made-up requests: every endpoint and documented refusal is met, and no answer is a fault or other than documented',
  async () => {
    const report = await fuzzDrill({ requests: 1, examples: 5, phases: 'fuzzing,stateful', restMs: 0 });
    expect(report).toMatchObject({ serverErrors: 0, mismatches: [], untouched: [], unreached: [], alive: true });
    expect(report.requests).toBeGreaterThan(300);
  },
  240_000,
);
