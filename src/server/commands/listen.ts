import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { WEBHOOK_EVENTS, WEBHOOKS, type WebhookEventType } from '../../protocol/webhooks.ts';
import { newId } from '../auth/credentials.ts';
import { openSecretBox } from '../auth/secret-box.ts';
import { readConfig } from '../config.ts';
import type { Scope, Store } from '../store/store.ts';
import type { DeliveryRow, WebhookRow } from '../store/webhooks.ts';
import { deliveryHeaders } from '../webhooks/deliver.ts';
import { type Command, type Io, UsageError } from './command.ts';
import { withAccount } from './open-data.ts';

const LOOK_MS = 300;
const DESCRIPTION = 'assisters listen';
/** The server's own sender leaves a webhook that is paused alone; this one is, for good. */
const FOR_EVER = 8_640_000_000_000_000;

/** `assisters listen` */
export const listen: Command = {
  summary: 'Forward events to a program on this machine, while developing.',
  help: `Usage: assisters listen <url> [--event <event>…] [--account <id>]

Sends every event of the account to the address, signed like a webhook, until Ctrl-C; prints the secret to verify it with.
The address may be on this machine: http://localhost:3000/hooks. An event is sent once, whatever the answer.
Works on the data directory (ASSISTERS_DATA_DIR), beside a server that runs on it.

  --event     ${WEBHOOK_EVENTS.join(', ')}; default: all.
  --account   Account to listen to; default: the first.`,

  run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { event: { type: 'string', multiple: true }, account: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    const [address, ...rest] = positionals;
    if (address === undefined || rest.length > 0) throw new UsageError('Expected one address.');
    const url = readAddress(address);
    const events = (values.event ?? WEBHOOK_EVENTS) as readonly WebhookEventType[];
    for (const event of events) {
      if (!WEBHOOK_EVENTS.includes(event)) {
        throw new UsageError(`Unknown event ${event}; expected one of: ${WEBHOOK_EVENTS.join(', ')}.`);
      }
    }
    return withAccount(io, values.account, async (store, account) => {
      const scope = { accountId: account.id };
      await removeOld(store, scope);
      const now = Date.now();
      const secret = `whsec_${randomBytes(WEBHOOKS.secretBytes.made).toString('base64')}`;
      const row: WebhookRow = {
        id: newId(ID_PREFIX.webhook, randomBytes),
        accountId: account.id,
        url,
        events,
        description: DESCRIPTION,
        enabled: true,
        disabledReason: null,
        secret: openSecretBox(readConfig(io.env)).seal(secret),
        oldSecrets: [],
        pausedUntil: FOR_EVER,
        failures: 0,
        createdAt: now,
        updatedAt: now,
      };
      await store.webhooks.create(row);
      io.err(`Forwarding ${events.join(', ')} to ${url}\nSecret: ${secret}\n`);
      try {
        await forward(store, row, secret, io);
      } finally {
        await store.webhooks.delete(scope, row.id);
      }
      return 0;
    });
  },
};

async function forward(store: Store, hook: WebhookRow, secret: string, io: Io): Promise<void> {
  const scope = { accountId: hook.accountId };
  while (!io.signal.aborted) {
    const { rows } = await store.webhooks.deliveries(scope, hook.id, { limit: 100, offset: 0, status: 'pending' });
    for (const delivery of [...rows].reverse()) {
      if (io.signal.aborted) return;
      await send(store, { ...hook, secret }, delivery, io);
    }
    await sleep(LOOK_MS, undefined, { signal: io.signal }).catch(() => {});
  }
}

async function send(store: Store, hook: WebhookRow, delivery: DeliveryRow, io: Io): Promise<void> {
  const at = Date.now();
  const requestHeaders = await deliveryHeaders(hook, delivery, at);
  let status: number | null = null;
  let responseBody = '';
  let error: string | null = null;
  try {
    const answer = await fetch(hook.url, {
      method: 'POST',
      headers: requestHeaders,
      body: delivery.body,
      redirect: 'manual',
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(WEBHOOKS.timeoutMs)]),
    });
    status = answer.status;
    responseBody = (await answer.text()).slice(0, WEBHOOKS.answerBytes);
    if (!answer.ok) error = `The endpoint answered ${status}.`;
  } catch {
    error = 'The endpoint could not be reached.';
  }
  const attempt = { at, durationMs: Date.now() - at, status, requestHeaders, responseBody, error };
  const outcome = { attempt, status: error === null ? 'succeeded' : 'failed', nextAt: at, gone: false } as const;
  await store.webhooks.record(delivery.id, outcome);
  io.out(`${new Date(at).toISOString()}  ${delivery.event}  ${delivery.id}  ${error ?? status}\n`);
}

/** One that was killed left its webhook behind. */
async function removeOld(store: Store, scope: Scope): Promise<void> {
  const { rows } = await store.webhooks.list(scope, { limit: 1_000, offset: 0 });
  for (const { id, description, pausedUntil } of rows) {
    if (description === DESCRIPTION && pausedUntil === FOR_EVER) await store.webhooks.delete(scope, id);
  }
}

function readAddress(text: string): string {
  try {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol)) return url.href;
  } catch {}
  throw new UsageError(`${text} is not an http(s) address such as http://localhost:3000/hooks.`);
}
