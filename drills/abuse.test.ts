import { expect, test } from 'vitest';
import { abuseDrill } from './abuse.ts';

test('a stolen key costs a bounded amount, and those who have a session are served meanwhile', async () => {
  const report = await abuseDrill({ addresses: 60, visitors: 8, messagesPerDay: 1_200, proofs: false });
  expect(report.withoutProof).toBeLessThanOrEqual(60);
  expect(report.withoutProof).toBeGreaterThan(30);
  // Young sessions leave three tenths of the hour to older ones.
  expect(report).toMatchObject({ keyPerHour: 300, manyAddresses: 210 });
  expect(report.visitorsServed).toBe(report.visitorsAsked);
}, 120_000);
