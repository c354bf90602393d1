import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { ApiKeyKind } from '../../protocol/resources.ts';
import { checkAddressRule } from '../auth/addresses.ts';
import { isAlive, makeKey, ROTATION, SCOPES } from '../auth/make-key.ts';
import { checkOriginRule } from '../auth/origins.ts';
import { StartError } from '../start-error.ts';
import type { ApiKeyRow, Scope, Store } from '../store/store.ts';
import { type Command, type Io, UsageError } from './command.ts';
import { withAccount } from './open-data.ts';

const LIST = { type: 'string', multiple: true } as const;
const OPTIONS = {
  account: { type: 'string' },
  kind: { type: 'string' },
  name: { type: 'string' },
  assistant: LIST,
  origin: LIST,
  scope: LIST,
  test: { type: 'boolean' },
  'allow-native': { type: 'boolean' },
  expires: { type: 'string' },
  address: LIST,
  grace: { type: 'string' },
  'add-origin': LIST,
  'remove-origin': LIST,
  'add-assistant': LIST,
  'remove-assistant': LIST,
} as const;

type Values = ReturnType<typeof parse>['values'];

/** `assisters keys` */
export const keys: Command = {
  summary: 'List, create, change, rotate and revoke API keys.',
  help: `Usage: assisters keys list
       assisters keys create --kind publishable --assistant <id> --origin <origin>… [--test] [--name <name>]
       assisters keys create --kind secret [--name <name>]
       assisters keys create --kind restricted --scope <scope>… [--name <name>]
       assisters keys update <key id> [--add-origin <origin>…] [--remove-origin <origin>…]
                             [--add-assistant <id>…] [--remove-assistant <id>…] [--name <name>]
       assisters keys rotate <key id> [--grace <time>]
       assisters keys revoke <key id>

Works on the data directory (ASSISTERS_DATA_DIR), also while a server runs on it; changes take effect at once.

  --origin         Page origin that may use the key: https://example.com, https://*.example.com;
                   with --test also http://localhost:*
  --test           Make a test key (pk_test_…, sk_test_…).
  --allow-native   Let apps that send no Origin use a publishable key.
  --expires        End of the key, ISO 8601: 2027-01-31T00:00:00Z.
  --address        Address or network that may use a secret or restricted key: 192.0.2.7, 10.0.0.0/8.
  --grace          How long a key that is rotated lives on: 0, 30m, 12h, 7d. Default: 7d, for secret and restricted keys 1d.
  --scope          One of: ${SCOPES.join(', ')}.
  --account        Account to work on; default: the first.`,

  run(args, io) {
    const { values, positionals } = parse(args);
    const [action, id, ...rest] = positionals;
    if (rest.length > 0) throw new UsageError(`Unexpected argument: ${rest[0]}`);
    return withAccount(io, values.account, async (store, account) => {
      const scope = { accountId: account.id };
      if (action === 'list' && id === undefined) return list(store, scope, io);
      if (action === 'create' && id === undefined) return create(store, scope, values, io);
      if (action === 'update' && id !== undefined) return update(store, scope, id, values, io);
      if (action === 'rotate' && id !== undefined) return rotate(store, scope, id, values.grace, io);
      if (action === 'revoke' && id !== undefined) return revoke(store, scope, id, io);
      throw new UsageError('Expected list, create, update <key id>, rotate <key id> or revoke <key id>.');
    });
  },
};

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
}

async function list(store: Store, scope: Scope, io: Io): Promise<number> {
  const { rows } = await store.keys.list(scope, { limit: 10_000, offset: 0 });
  for (const row of rows) io.out(`${lineOf(row)}\n`);
  return 0;
}

async function create(store: Store, scope: Scope, values: Values, io: Io): Promise<number> {
  const kind = values.kind as ApiKeyKind;
  if (!['publishable', 'secret', 'restricted'].includes(kind)) {
    throw new UsageError('Expected --kind publishable, secret or restricted.');
  }
  if (kind === 'publishable' && !values.assistant) throw new UsageError('A publishable key needs --assistant <id>.');
  if (kind !== 'publishable' && (values.origin || values.assistant || values['allow-native'])) {
    throw new UsageError('--origin, --assistant and --allow-native are for publishable keys.');
  }
  if (kind === 'restricted' ? !values.scope : values.scope) {
    throw new UsageError('--scope is for restricted keys, which need at least one.');
  }
  for (const name of values.scope ?? []) {
    if (!SCOPES.includes(name)) throw new UsageError(`Unknown scope ${name}; expected one of: ${SCOPES.join(', ')}.`);
  }
  const expiresAt = values.expires === undefined ? null : Date.parse(values.expires);
  if (Number.isNaN(expiresAt)) throw new UsageError('--expires is not a time such as 2027-01-31T00:00:00Z.');
  const addresses = (values.address ?? []).map((text) => {
    const rule = checkAddressRule(text);
    if (rule === null) throw new UsageError(`${text} is neither an address nor a network such as 10.0.0.0/8.`);
    return rule;
  });
  if (kind === 'publishable' && addresses.length > 0)
    throw new UsageError('--address is for secret and restricted keys.');
  await checkAssistants(store, scope, values.assistant ?? []);
  const { row, credential } = makeKey(
    {
      accountId: scope.accountId,
      kind,
      name: values.name ?? kind,
      test: values.test ?? false,
      origins: readOrigins(values.origin ?? [], values.test ?? false),
      assistantIds: values.assistant ?? [],
      scopes: values.scope ?? [],
      allowNative: values['allow-native'] ?? false,
      expiresAt,
      addresses,
    },
    randomBytes,
    Date.now(),
  );
  await store.keys.create(row);
  io.out(`${row.id}  ${credential}\n`);
  if (kind !== 'publishable') io.err('The key is shown this once: keep it, and keep it off web pages.\n');
  if (kind === 'publishable' && row.origins.length === 0) {
    io.err(`No page may use the key yet: assisters keys update ${row.id} --add-origin https://…\n`);
  }
  return 0;
}

async function update(store: Store, scope: Scope, id: string, values: Values, io: Io): Promise<number> {
  const key = await find(store, scope, id);
  if (key.revokedAt !== null) throw new StartError(`${id} was revoked; create a new key.`);
  const lists = ['add-origin', 'remove-origin', 'add-assistant', 'remove-assistant'] as const;
  if (values.name === undefined && lists.every((name) => values[name] === undefined)) {
    throw new UsageError(
      'Nothing to change: give --add-origin, --remove-origin, --add-assistant, --remove-assistant or --name.',
    );
  }
  if (key.kind !== 'publishable' && lists.some((name) => values[name] !== undefined)) {
    throw new UsageError(`${id} is a ${key.kind} key; only publishable keys have origins and assistants.`);
  }
  await checkAssistants(store, scope, values['add-assistant'] ?? []);
  const added = readOrigins(values['add-origin'] ?? [], key.test);
  const removed = readOrigins(values['remove-origin'] ?? [], true);
  for (const rule of removed) {
    if (!key.origins.includes(rule)) throw new StartError(`${id} does not list ${rule}.`);
  }
  const change = (before: readonly string[], add: readonly string[], remove: readonly string[]) =>
    [...new Set([...before, ...add])].filter((item) => !remove.includes(item));
  const changed = await store.keys.update(scope, id, {
    ...(values.name !== undefined && { name: values.name }),
    origins: change(key.origins, added, removed),
    assistantIds: change(key.assistantIds, values['add-assistant'] ?? [], values['remove-assistant'] ?? []),
  });
  io.out(`${lineOf(changed ?? key)}\n`);
  return 0;
}

async function rotate(store: Store, scope: Scope, id: string, grace: string | undefined, io: Io): Promise<number> {
  const key = await find(store, scope, id);
  const now = Date.now();
  if (!isAlive(key, now) || key.rotatedTo !== null) {
    throw new StartError(`${id} was revoked, has expired or was rotated before; create a new key.`);
  }
  const { max, usual } = ROTATION[key.kind];
  const seconds = grace === undefined ? usual : readSeconds(grace);
  if (seconds > max) throw new UsageError(`--grace is at most ${max / 86_400}d for a ${key.kind} key.`);
  const { row, credential } = makeKey(key, randomBytes, now);
  const ends = Math.min(now + seconds * 1000, key.expiresAt ?? Number.POSITIVE_INFINITY);
  if (!(await store.keys.rotate(scope, id, row, ends))) throw new StartError(`${id} was revoked or rotated meanwhile.`);
  io.out(`${row.id}  ${credential}\n`);
  io.err(`${id} lives on until ${new Date(ends).toISOString()}.\n`);
  return 0;
}

/** `0`, `30m`, `12h`, `7d` */
function readSeconds(text: string): number {
  const parts = /^(\d{1,6})([smhd])?$/.exec(text);
  if (!parts || (parts[2] === undefined && parts[1] !== '0')) {
    throw new UsageError('--grace is not a time such as 0, 30m, 12h or 7d.');
  }
  return Number(parts[1]) * { s: 1, m: 60, h: 3_600, d: 86_400 }[(parts[2] ?? 's') as 's' | 'm' | 'h' | 'd'];
}

async function revoke(store: Store, scope: Scope, id: string, io: Io): Promise<number> {
  const key = await find(store, scope, id);
  if (key.revokedAt === null) await store.keys.update(scope, id, { revokedAt: Date.now() });
  io.out(`${id} is revoked.\n`);
  return 0;
}

async function find(store: Store, scope: Scope, id: string): Promise<ApiKeyRow> {
  const key = await store.keys.get(scope, id);
  if (!key) throw new StartError(`There is no key ${id}; "assisters keys list" shows them.`);
  return key;
}

async function checkAssistants(store: Store, scope: Scope, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (!(await store.assistants.get(scope, id))) throw new StartError(`There is no assistant ${id}.`);
  }
}

function readOrigins(origins: readonly string[], test: boolean): string[] {
  return origins.map((text) => {
    const check = checkOriginRule(text, { test });
    if (!check.ok) throw new UsageError(`${text}: ${check.reason}`);
    return check.rule;
  });
}

/** A key on one line, without any secret. */
function lineOf(row: ApiKeyRow): string {
  const parts = [row.id, row.kind, row.publicKey ?? row.hint, JSON.stringify(row.name)];
  if (row.origins.length > 0) parts.push(`origins: ${row.origins.join(' ')}`);
  if (row.assistantIds.length > 0) parts.push(`assistants: ${row.assistantIds.join(' ')}`);
  if (row.scopes.length > 0) parts.push(`scopes: ${row.scopes.join(' ')}`);
  if (row.addresses.length > 0) parts.push(`addresses: ${row.addresses.join(' ')}`);
  if (row.rotatedTo !== null) parts.push(`rotated to ${row.rotatedTo}`);
  if (row.expiresAt !== null) parts.push(`expires ${new Date(row.expiresAt).toISOString()}`);
  if (row.revokedAt !== null) parts.push(`revoked ${new Date(row.revokedAt).toISOString()}`);
  return parts.join('  ');
}
