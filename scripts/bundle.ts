import { type OutputOptions, type RolldownOptions, type RolldownOutput, rolldown } from 'rolldown';
import { ROOT } from './published.ts';

/** Runs one bundle and writes it. A warning fails the build: each so far was a bug (a missing export, a cycle, `this`). */
export async function bundle(options: RolldownOptions & { readonly output: OutputOptions }): Promise<RolldownOutput> {
  const { output, ...input } = options;
  const build = await rolldown({
    cwd: ROOT,
    ...input,
    // How long a plugin took says something of the machine, and nothing of the bundle.
    checks: { pluginTimings: false },
    onLog(level, log) {
      if (level === 'warn') throw new Error(`${log.code ?? 'warning'}: ${log.message}`);
    },
  });
  try {
    return await build.write(output);
  } finally {
    await build.close();
  }
}
