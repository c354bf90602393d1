import { vi } from 'vitest';

/**
 * Set up before every test file: `vi.waitFor` waits up to 20 s, not 1 s. It ends when what it waits for
 * is there, so this is how slow a busy machine may be, and no test gets slower by it.
 */
const TIMEOUT_MS = 20_000;

const { waitFor } = vi;
const patient = (options?: number | { timeout?: number; interval?: number }) =>
  typeof options === 'number' ? options : { timeout: TIMEOUT_MS, ...options };
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
