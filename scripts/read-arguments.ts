import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * What was written after a script's name, read by `parseArgs` of `node:util`. `--help` prints `usage` and ends with 0; an
 * option or word that is not expected is named on stderr, above `usage`, and ends with 2.
 */
export function readArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ ...config, args }) as ReturnType<typeof parseArgs<Config>>;
  } catch (error) {
    refuse((error as Error).message, usage);
  }
}

/** Ends a script that was called wrongly, with what was wrong and how it is called. */
export function refuse(problem: string, usage: string): never {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}
