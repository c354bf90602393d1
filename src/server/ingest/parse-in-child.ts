import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ParseError, type ParseErrorCode } from './document.ts';
import type { ChildAnswer } from './parse-child.ts';
import type { FileToParse, ParsedFile, ParseFile } from './parse-file.ts';

/** Bounds of one file. */
export const PARSE_LIMITS = {
  /** Wall time; a busy parser cannot be asked to stop, so its process is ended. */
  timeMs: 30_000,
  /** Heap of the process. */
  heapMb: 320,
  /** Everything the process holds, buffers included. Watched where /proc tells it (Linux). */
  rssBytes: 512 * 1024 * 1024,
  /** Files one process reads before a new one takes over: what a parser leaks goes with it. */
  filesPerProcess: 200,
  /** A process without work ends. */
  idleMs: 15_000,
} as const;
const WATCH_MS = 50;
const PAGE_BYTES = 4_096;

/** A parser in a process of its own. `close` ends the process. */
export interface ChildParser {
  readonly parse: ParseFile;
  close(): Promise<void>;
}

/**
 * Reads files in a child process within `PARSE_LIMITS`, one at a time. Whatever a file does to its parser, this process
 * goes on: a child that dies or passes a bound is ended, the file gets `file_too_complex`, and the next gets a new child.
 */
export function createChildParser(limits: { readonly [Name in keyof typeof PARSE_LIMITS]?: number } = {}): ChildParser {
  const bounds = { ...PARSE_LIMITS, ...limits };
  let child: ChildProcess | null = null;
  let files = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await gone;
  };

  const ready = async (): Promise<ChildProcess> => {
    clearTimeout(idle);
    if (child?.connected && files < bounds.filesPerProcess) return child;
    await end();
    const fresh = fork(...entry(bounds.heapMb));
    child = fresh;
    files = 0;
    await new Promise<void>((resolve, reject) => {
      fresh.once('message', () => resolve());
      fresh.once('error', reject);
      fresh.once('exit', () => reject(new Error('The process that reads files could not be started.')));
    });
    return fresh;
  };

  const readOne = async (file: FileToParse, signal: AbortSignal): Promise<ParsedFile> => {
    signal.throwIfAborted();
    if (closed) throw new Error('The parser is closed.');
    const process = await ready();
    files += 1;
    const tooComplex = (why: string) => new ParseError('file_too_complex', `The file was given up: ${why}.`);
    const listeners = new AbortController();
    try {
      const answer = await new Promise<ChildAnswer>((resolve, reject) => {
        const deadline = setTimeout(
          () => reject(tooComplex(`reading it took more than ${bounds.timeMs / 1000} s`)),
          bounds.timeMs,
        );
        const watch = setInterval(() => {
          if (residentBytes(process.pid) > bounds.rssBytes)
            reject(tooComplex(`reading it took more than ${bounds.rssBytes / 1024 / 1024} MiB of memory`));
        }, WATCH_MS);
        const onExit = () => reject(tooComplex('reading it took more memory than is allowed'));
        const onAbort = () => reject(signal.reason as Error);
        process.once('message', resolve);
        process.once('exit', onExit);
        signal.addEventListener('abort', onAbort, { once: true });
        listeners.signal.addEventListener('abort', () => {
          clearTimeout(deadline);
          clearInterval(watch);
          process.off('message', resolve);
          process.off('exit', onExit);
          signal.removeEventListener('abort', onAbort);
        });
        process.send(file, (error) => {
          if (error) reject(tooComplex('the process that reads it ended'));
        });
      });
      if (answer.ok) return answer.file;
      throw Object.assign(new ParseError(answer.code as ParseErrorCode, answer.message), { answered: true });
    } catch (error) {
      // A reason the child gave leaves it as good as new; anything else may have left it busy.
      if (!(error as { answered?: boolean }).answered) await end();
      throw error;
    } finally {
      listeners.abort();
      if (child) {
        idle = setTimeout(() => void end(), bounds.idleMs);
        idle.unref();
      }
    }
  };

  return {
    parse(file, signal) {
      const result = queue.then(() => readOne(file, signal));
      queue = result.catch(() => {});
      return result;
    },
    async close() {
      closed = true;
      await end();
      await queue;
    },
  };
}

/** The child's program: `parse-child.js` beside the built server, else the source through tsx. No variable of ours reaches it. */
function entry(heapMb: number): Parameters<typeof fork> {
  const execArgv = [`--max-old-space-size=${heapMb}`];
  const built = fileURLToPath(new URL('./parse-child.js', import.meta.url));
  const options = { env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] } as const;
  if (existsSync(built)) return [built, [], { ...options, stdio: [...options.stdio], execArgv }];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const source = fileURLToPath(new URL('./parse-child.ts', import.meta.url));
  return [source, [], { ...options, stdio: [...options.stdio], execArgv: [...execArgv, '--import', tsx] }];
}

function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
