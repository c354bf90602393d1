import { UsageError } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { ConfigError } from './config.ts';
import { readEnvFile } from './env-file.ts';
import { endLeanStart } from './lean-start.ts';
import { readVersion } from './paths.ts';
import { StartError } from './start-error.ts';

/** Names and summaries stand in two columns, however long the longest name is. */
const COLUMN = Math.max(...Object.keys(COMMANDS).map(({ length }) => length));

const HELP = `Usage: assisters <command> [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(COLUMN)}  ${summary}`)
  .join('\n')}

  assisters help <command>     What a command takes; also: assisters <command> --help.
  assisters --version          Version of this program.
`;

/**
 * Runs the `assisters` command. Gives its exit code: 0 done, 1 failed, 2 wrong command line, 130 stopped by
 * Ctrl-C before it was done; a second Ctrl-C ends it at once.
 *
 * @param args what follows the command's name
 */
export async function commandLine(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  mindClosedOutput(name === 'serve');
  if (name === '--version' || name === '-v') return print(`${readVersion()}\n`);
  if (name === undefined) {
    process.stderr.write(HELP);
    return 2;
  }
  if (name === 'help' && rest[0] !== undefined) return commandLine([rest[0], '--help']);
  if (name === '--help' || name === '-h' || name === 'help') return print(HELP);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : null;
  if (!command) return fail(`There is no command ${JSON.stringify(name)}. "assisters --help" lists them.`, 2);
  if (rest.includes('--help') || rest.includes('-h')) return print(`${command.help}\n`);

  // A server is lean until it is ready; the other commands are here to work.
  if (command !== COMMANDS.serve) endLeanStart();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
    });
  }
  try {
    return await command.run(rest, {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      env: environment(),
      signal: stop.signal,
    });
  } catch (error) {
    // A number in a DOMException, as an AbortError is.
    const { code } = error as { code?: unknown };
    const isUsage = error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
    if (stop.signal.aborted && (error as Error).name === 'AbortError') return fail('Stopped.', 130);
    if (isUsage) return fail(`${(error as Error).message}\nSee: assisters ${name} --help`, 2);
    if (error instanceof StartError || error instanceof ConfigError) return fail(error.message, 1);
    // What the file system refuses is no fault of the program; the message has the code and the path.
    const { syscall, path } = error as NodeJS.ErrnoException;
    if (syscall !== undefined && path !== undefined) return fail((error as Error).message, 1);
    throw error;
  }
}

/** The environment, with the `.env` file of the working directory beneath it. */
function environment(): NodeJS.Dict<string> {
  const { variables, warnings } = readEnvFile('.env');
  for (const warning of warnings) process.stderr.write(`assisters: warning: ${warning}\n`);
  return { ...variables, ...process.env };
}

/**
 * What becomes of a command whose output goes nowhere. A reader that has seen enough (`| head`) is no fault; a disk that is
 * full is. A server goes on: it printed its addresses for people, and answers others.
 */
function mindClosedOutput(isServer: boolean): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isServer) return;
    if (error.code === 'EPIPE') process.exit(0);
    process.exit(fail(`The output cannot be written: ${error.message}`, 1));
  });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(message: string, code: number): number {
  process.stderr.write(`assisters: ${message}\n`);
  return code;
}
