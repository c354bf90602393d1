/**
 * Tells what is known so far when a long run is ended from outside (Ctrl+C, `timeout`), then ends it with the signal's own
 * code. Browsers that Playwright started end with the process; `tell` ends what else must not stay.
 */
export function whenCut(tell: (signal: string) => void): void {
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.prependOnceListener(signal, () => {
      tell(signal);
      process.exit(codes[signal]);
    });
}
