import { expect, test } from 'vitest';
import { isSchedule, nextRun } from './schedule.ts';

const NOON = Date.UTC(2026, 2, 4, 12);
const HOUR = 3_600_000;
const next = (schedule: string, seed = 'url_1') => nextRun(schedule, seed, NOON)! - NOON;

test('cron expressions are read in UTC', () => {
  expect(new Date(nextRun('30 6 * * 1-5', 'x', NOON)!).toISOString()).toBe('2026-03-05T06:30:00.000Z');
  expect(new Date(nextRun('0 0 1 */3 *', 'x', NOON)!).toISOString()).toBe('2026-04-01T00:00:00.000Z');
  expect(new Date(nextRun('*/15 * * * *', 'x', NOON)!).toISOString()).toBe('2026-03-04T12:15:00.000Z');
});

test('names come once in their time, at a minute of the source’s own', () => {
  for (const [name, most] of [
    ['hourly', HOUR],
    ['daily', 24 * HOUR],
    ['weekly', 7 * 24 * HOUR],
    ['monthly', 31 * 24 * HOUR],
  ] as const) {
    expect(next(name)).toBeGreaterThan(0);
    expect(next(name)).toBeLessThanOrEqual(most);
    const first = nextRun(name, 'url_1', NOON)!;
    expect(nextRun(name, 'url_1', first)! - first).toBeGreaterThanOrEqual(name === 'monthly' ? 28 * 24 * HOUR : most);
  }
  const minutes = new Set(Array.from({ length: 50 }, (_, n) => next('hourly', `url_${n}`)));
  expect(minutes.size).toBeGreaterThan(20);
  expect(nextRun('none', 'url_1', NOON)).toBeNull();
});

test('what is no schedule, comes too often or never is refused', () => {
  for (const schedule of ['none', 'daily', '0 6 * * *', '*/10 * * * *', '0 12 29 2 *'])
    expect(isSchedule(schedule)).toBe(true);
  for (const schedule of [
    '',
    'often',
    '* * * * *',
    '*/5 * * * *',
    '0 0 0 * * *',
    '61 * * * *',
    '0 0 30 2 *',
    '0,5 6 * * *',
  ])
    expect(isSchedule(schedule), schedule).toBe(false);
});
