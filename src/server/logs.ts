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

/** Lines of JSON to a stream, standard error by default: standard output belongs to what a command prints. */
export function makeLog(level: LogLevel, destination: { write(line: string): void } = process.stderr): Log {
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
