import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { PLANS, type Plan } from '../../protocol/limits.ts';
import { newId } from '../auth/credentials.ts';
import { makeKey } from '../auth/make-key.ts';
import { StartError } from '../start-error.ts';
import type { AccountRow } from '../store/store.ts';
import { type Command, UsageError } from './command.ts';
import { withData } from './open-data.ts';

const PLAN_NAMES = Object.keys(PLANS).join(', ');

/** `assisters accounts` */
export const accounts: Command = {
  summary: 'List, create and change accounts and their plans.',
  help: `Usage: assisters accounts list
       assisters accounts create --name <name> [--plan <plan>]
       assisters accounts update <account id> [--name <name>] [--plan <plan>]

One server serves many accounts; each has its own keys, assistants and limits. A new account comes with a secret key,
which is shown this once. Works on the data directory (ASSISTERS_DATA_DIR), also while a server runs on it.

  --plan     ${PLAN_NAMES}; default for a new account: free.`,

  run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { name: { type: 'string' }, plan: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    const [action, id, ...rest] = positionals;
    if (rest.length > 0) throw new UsageError(`Unexpected argument: ${rest[0]}`);
    const plan = values.plan === undefined ? undefined : readPlan(values.plan);
    const name = values.name?.trim();
    if (name === '') throw new UsageError('--name is empty.');
    return withData(io, async (store) => {
      if (action === 'list' && id === undefined) {
        for (const row of await store.accounts.list()) io.out(`${lineOf(row)}\n`);
        return 0;
      }
      if (action === 'create' && id === undefined) {
        if (name === undefined) throw new UsageError('A new account needs --name <name>.');
        const now = Date.now();
        const row: AccountRow = {
          id: newId(ID_PREFIX.account, randomBytes),
          name,
          plan: plan ?? 'free',
          createdAt: now,
        };
        await store.accounts.create(row);
        const made = makeKey({ accountId: row.id, kind: 'secret', name: 'First key' }, randomBytes, now);
        await store.keys.create(made.row);
        io.out(`${lineOf(row)}\n${made.row.id}  ${made.credential}\n`);
        io.err('The key is shown this once: keep it, and keep it off web pages.\n');
        return 0;
      }
      if (action === 'update' && id !== undefined) {
        if (name === undefined && plan === undefined) throw new UsageError('Nothing to change: give --name or --plan.');
        const change = { ...(name !== undefined && { name }), ...(plan !== undefined && { plan }) };
        const row = await store.accounts.update(id, change);
        if (!row) throw new StartError(`There is no account ${id}; "assisters accounts list" shows them.`);
        io.out(`${lineOf(row)}\n`);
        return 0;
      }
      throw new UsageError('Expected list, create or update <account id>.');
    });
  },
};

function readPlan(text: string): Plan {
  if (Object.hasOwn(PLANS, text)) return text as Plan;
  throw new UsageError(`Unknown plan ${text}; expected one of: ${PLAN_NAMES}.`);
}

function lineOf({ id, plan, name }: AccountRow): string {
  return `${id}  ${plan}  ${JSON.stringify(name)}`;
}
