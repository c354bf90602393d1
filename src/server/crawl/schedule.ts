import { Cron } from 'croner';

/** Names for the schedules people want; each at a quiet minute that differs by source, so that not all begin at once. */
const NAMED: Readonly<Record<string, (minute: number, hour: number) => string>> = {
  hourly: (minute) => `${minute} * * * *`,
  daily: (minute, hour) => `${minute} ${hour} * * *`,
  weekly: (minute, hour) => `${minute} ${hour} * * 0`,
  monthly: (minute, hour) => `${minute} ${hour} 1 * *`,
};

/** Cron expressions may not ask for more than one crawl in this time. */
const MIN_INTERVAL_MS = 10 * 60_000;

function cron(schedule: string, seed: string): Cron {
  let sum = 0;
  for (const char of seed) sum = (sum * 31 + char.charCodeAt(0)) >>> 0;
  const expression = NAMED[schedule]?.(sum % 60, (sum >>> 8) % 24) ?? schedule;
  return new Cron(expression, { timezone: 'UTC', paused: true, mode: '5-part' });
}

/**
 * Whether a text is a schedule: `none`, `hourly`, `daily`, `weekly`, `monthly`, or five cron fields (UTC) that name
 * times at least ten minutes apart.
 */
export function isSchedule(schedule: string): boolean {
  if (schedule === 'none' || Object.hasOwn(NAMED, schedule)) return true;
  if (schedule.length > 100 || schedule.trim().split(/\s+/).length !== 5) return false;
  try {
    const runs = cron(schedule, '').nextRuns(3, new Date(0));
    return (
      runs.length > 0 &&
      runs.every((run, index) => index === 0 || run.getTime() - runs[index - 1]!.getTime() >= MIN_INTERVAL_MS)
    );
  } catch {
    return false;
  }
}

/** The next time after `now`; `null` for `none` and for a schedule that never comes. */
export function nextRun(schedule: string, seed: string, now: number): number | null {
  return schedule === 'none' ? null : (cron(schedule, seed).nextRun(new Date(now))?.getTime() ?? null);
}
