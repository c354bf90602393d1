import { expect, test } from 'vitest';
import { CORPORA_ABSENT, hasCorpora } from '../test/corpora.ts';
import { faultDrill } from './faults.ts';

test.skipIf(!hasCorpora)(
  `faults of the line, through the widget: one question, one answer, byte for byte (${hasCorpora ? 'a slice' : CORPORA_ABSENT})`,
  async () => {
    const report = await faultDrill({ seeds: 1, every: 3 });
    expect(report.broken).toEqual([]);
    expect(report.runs).toBeGreaterThanOrEqual(10);
    expect(report.played).toBeGreaterThan(5);
  },
  180_000,
);
