import pino from 'pino';
import type { LogLevel } from './config.ts';

/**
 * The server's log. First argument data, second a fixed sentence. Neither may hold message content or a credential;
 * `redact` is a second wall for the fields that would.
 */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** A log that keeps nothing. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };

const SECRET_FIELDS = ['authorization', 'Authorization', 'content', 'token', 'key', 'credential', 'body'];

/**
 * One JSON object a line to a stream, by default standard error: standard output belongs to what a command prints. On a
 * terminal the same lines are written for people.
 */
export function makeLog(
  level: LogLevel,
  destination: { write(line: string): void } = process.stderr.isTTY ? terminal(process.stderr) : process.stderr,
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    destination,
  );
}

/** Writes a line of the log as `12:00:01 warn  request status=503 path=/x`; faults with their stack below. */
export function terminal(output: { write(text: string): void }): { write(line: string): void } {
  return {
    write(line) {
      const { level, time, msg, err, ...data } = JSON.parse(line) as Record<string, unknown>;
      const fields = Object.entries(data).map(([name, value]) => `${name}=${plain(value)}`);
      output.write(`${[String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...fields].join(' ')}\n`);
      const stack = (err as { stack?: unknown } | undefined)?.stack;
      if (stack !== undefined) output.write(`${plain(stack)}\n`);
    },
  };
}

/** A value without control characters: a path or a name may hold escape sequences that a terminal would obey. */
function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '?');
}
