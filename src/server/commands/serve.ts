import { parseArgs } from 'node:util';
import { readConfig, SETTINGS, type Setting, unknownSettings } from '../config.ts';
import { endLeanStart } from '../lean-start.ts';
import { makeLog } from '../logs.ts';
import { startServer } from '../main.ts';
import { snippetOf } from '../site/site.ts';
import type { Command } from './command.ts';

/** `assisters serve` */
export const serve: Command = {
  summary: 'Run the server.',
  help: `Usage: assisters serve

Runs the server until Ctrl-C. The first start makes an account, keys and a demo assistant, and prints the secret key:
it is shown this once.

Configuration comes from the environment and from a file named .env in the working directory:

${settingsHelp()}`,

  async run(args, io) {
    parseArgs({ args: [...args], options: {}, strict: true });
    for (const warning of unknownSettings(io.env)) io.err(`assisters: warning: ${warning}\n`);
    const config = readConfig(io.env);
    const log = makeLog(config.logLevel);
    const server = await startServer(config, log);
    endLeanStart();
    io.out(banner(server.url, server.installation));
    await new Promise<void>((resolve) => {
      if (io.signal.aborted) resolve();
      else io.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    io.err('Stopping: running answers get a few seconds to finish. Ctrl-C again ends at once.\n');
    await server.stop();
    return 0;
  },
};

function banner(url: string, { demo, secretKey }: Awaited<ReturnType<typeof startServer>>['installation']): string {
  const lines = ['', `  Assisters is running at ${url}`, '', `  Demo page        ${url}/`];
  lines.push(`  Guides           ${url}/guides/`, `  API              ${url}/v1  (browse it at ${url}/docs)`);
  if (demo) lines.push(`  Publishable key  ${demo.publishableKey}`);
  if (secretKey)
    lines.push(
      `  Secret key       ${secretKey}`,
      '                   Shown this once: keep it, and keep it off web pages.',
    );
  if (demo) {
    const snippet = snippetOf(url, demo)
      .split('\n')
      .map((line) => `    ${line}`);
    lines.push('', '  Paste this before </body> of a page on localhost to try it there:', '', ...snippet);
  }
  return `${lines.join('\n')}\n\n`;
}

function settingsHelp(): string {
  const width = Math.max(...Object.values<Setting>(SETTINGS).map(({ env }) => env.length));
  return Object.values<Setting>(SETTINGS)
    .map(({ env, fallback, doc }) => `  ${env.padEnd(width)}  ${doc}${fallback === null ? '' : ` [${fallback}]`}`)
    .join('\n');
}
