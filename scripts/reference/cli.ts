import { COMMANDS } from '../../src/server/commands/index.ts';
import { fence, generated, page } from './markdown.ts';

/** Lines to try, by command. `test/examples.test.ts` runs them. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  serve: ['PORT=8787 assisters serve'],
  ingest: ['assisters ingest ./docs --base-url https://docs.example.com/'],
  keys: [
    'assisters keys create --kind publishable --assistant ast_… --origin https://example.com --name Website',
    'assisters keys create --kind restricted --scope conversations:read --name Reports',
    'assisters keys list',
    'assisters keys update key_… --add-origin https://www.example.com',
    'assisters keys rotate key_… --grace 12h',
    'assisters keys revoke key_…',
  ],
  doctor: ['assisters doctor https://example.com/'],
  accounts: ['assisters accounts create --name Second --plan pro', 'assisters accounts list'],
  listen: ['assisters listen http://localhost:3000/hooks --event message.created'],
  backup: ['assisters backup ./backup'],
  restore: ['assisters restore ./backup --replace'],
  migrate: [
    'ASSISTERS_DATABASE_URL=postgres://assisters@localhost/assisters assisters migrate --from sqlite --to postgres',
  ],
};

/** `docs/reference/cli.md`: the help of each command, with lines to try. */
export function cliPage(): string {
  return page(
    '# The command line',
    generated("the commands' own help"),
    'The command comes with `@assisters/server`; in a checkout it is `npx assisters` after `npm run build`. Exit codes: 0 done, 1 failed, 2 wrong command line, 130 stopped by Ctrl-C before it was done. Settings: [configuration](configuration.md).',
    ...Object.entries(COMMANDS).flatMap(([name, { summary, help }]) => {
      const example = EXAMPLES[name];
      if (!example) throw new Error(`scripts/reference/cli.ts has no line to try for "assisters ${name}".`);
      return [
        `## assisters ${name}`,
        summary,
        fence('sh', example.join('\n')),
        fence('text', help.replace(/\n\nConfiguration comes from[\s\S]*$/, '')),
      ];
    }),
  );
}
