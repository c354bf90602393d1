import { cliPage } from './cli.ts';
import { configurationPage } from './configuration.ts';
import { elementPage } from './element.ts';
import { pythonPage } from './python.ts';
import { reactPage } from './react.ts';
import { restPage } from './rest.ts';
import { typescriptPage } from './typescript.ts';

/** The generated pages of the reference; `null` where a page cannot be made on this machine. */
export const REFERENCE: readonly { readonly file: string; readonly text: () => string | null }[] = [
  { file: 'docs/reference/typescript.md', text: typescriptPage },
  { file: 'docs/reference/python.md', text: pythonPage },
  { file: 'docs/reference/react.md', text: reactPage },
  { file: 'docs/reference/rest.md', text: restPage },
  { file: 'docs/reference/element.md', text: elementPage },
  { file: 'docs/reference/cli.md', text: cliPage },
  { file: 'docs/reference/configuration.md', text: configurationPage },
];
