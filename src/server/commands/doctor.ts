import { parseArgs } from 'node:util';
import { openBrowser } from '../doctor/browser.ts';
import { examine } from '../doctor/examine.ts';
import { type Command, UsageError } from './command.ts';

const QUESTION = 'What can you help me with?';
const TIMEOUT_SECONDS = 15;

/** `assisters doctor` */
export const doctor: Command = {
  summary: 'Load a page in a browser and name what keeps the chat from working there.',
  help: `Usage: assisters doctor <page-url> [--question <text>] [--no-question] [--timeout <seconds>]

Loads the page in a Chromium that is on this machine, opens the chat and asks one question. Names each fault with its fix: a
line missing in the Content-Security-Policy, an origin the key does not list, a script that is missing, put off or on the page
twice, a Cross-Origin-Embedder-Policy that blocks it, answers held back by a proxy. Ends with 0 when there is none, else with 1.

Needs the package playwright-core (npm install playwright-core) and a Chromium or Chrome: ASSISTERS_BROWSER, else one at a
usual place, else the package's own (npx playwright-core install chromium).

  --question      What is asked; default: "${QUESTION}".
  --no-question   Ask nothing; then streaming is not looked at.
  --timeout       Seconds for each step; default: ${TIMEOUT_SECONDS}.`,

  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        question: { type: 'string' },
        'no-question': { type: 'boolean' },
        timeout: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    const [address, ...rest] = positionals;
    if (address === undefined || rest.length > 0) throw new UsageError('Expected the address of one page.');
    if (!/^https?:\/\//.test(address) || !URL.canParse(address))
      throw new UsageError(`Expected an address with http:// or https://, not ${JSON.stringify(address)}.`);
    const seconds = Number(values.timeout ?? TIMEOUT_SECONDS);
    if (!(seconds > 0 && seconds <= 600)) throw new UsageError('--timeout takes 1 to 600 seconds.');
    const browser = await openBrowser(io.env);
    try {
      const question = values['no-question'] ? '' : (values.question ?? QUESTION);
      const { faults, works } = await examine(browser, address, { question, timeoutMs: seconds * 1_000 });
      for (const line of works) io.out(`✓ ${line}\n`);
      for (const { what, fix } of faults) io.out(`✗ ${what}\n  ${fix}\n`);
      return faults.length > 0 ? 1 : 0;
    } finally {
      await browser.close();
    }
  },
};
