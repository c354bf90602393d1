import { ingest } from '../../src/server/commands/ingest.ts';
import { keys } from '../../src/server/commands/keys.ts';
import { serve } from '../../src/server/commands/serve.ts';
import { fence, generated, page } from './markdown.ts';

/** `docs/reference/cli.md`: the help of each command, with lines to try. */
const COMMANDS = [
  { name: 'serve', command: serve, example: 'PORT=8787 assisters serve' },
  { name: 'ingest', command: ingest, example: 'assisters ingest ./docs --base-url https://docs.example.com/' },
  {
    name: 'keys',
    command: keys,
    example: [
      'assisters keys create --kind publishable --assistant ast_… --origin https://example.com --name Website',
      'assisters keys create --kind restricted --scope conversations:read --name Reports',
      'assisters keys list',
      'assisters keys update key_… --add-origin https://www.example.com',
      'assisters keys revoke key_…',
    ].join('\n'),
  },
];

export function cliPage(): string {
  return page(
    '# The command line',
    generated("the commands' own help"),
    'The command comes with `@assisters/server`; in a checkout it is `npx assisters` after `npm run build`. Exit codes: 0 done, 1 failed, 2 wrong command line, 130 ended by a second Ctrl-C. Settings: [configuration](configuration.md).',
    ...COMMANDS.flatMap(({ name, command, example }) => [
      `## assisters ${name}`,
      command.summary,
      fence('sh', example),
      fence('text', command.help.replace(/\n\nConfiguration comes from[\s\S]*$/, '')),
    ]),
  );
}
