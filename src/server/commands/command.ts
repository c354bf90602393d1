/** Where a command reads and writes. Data goes to `out`, everything for people to `err`. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** The environment, with `.env` beneath it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A command of `assisters`. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole `--help`. */
  readonly help: string;
  /**
   * @param args what stands after the command's name
   * @returns the exit code: 0 done, 1 failed
   * @throws UsageError (exit 2), StartError and ConfigError (exit 1): printed as one line
   */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** The command line is wrong. Printed with a pointer to `--help`; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
