import { describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../test/corpora.ts';
import { AssistersError } from './core/errors.ts';
import { unwrapWebhook, verifyWebhook, WebhookVerificationError, webhookTestHeaders } from './webhooks.ts';

interface Vector {
  name: string;
  secret: string;
  now: number;
  headers: Record<string, string | null>;
  body: string;
  valid: boolean;
}

describe.skipIf(!hasCorpora)(`webhook-signatures corpus (${hasCorpora ? 'present' : CORPORA_ABSENT})`, () => {
  test.for(corpus<Vector>('webhook-signatures'))('$name', async ({ secret, now, headers, body, valid }) => {
    const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
    const forms = [headers, new Headers(present), Object.fromEntries(present.map(([name, value]) => [name, [value]]))];
    for (const form of forms) {
      for (const bytes of [body, new TextEncoder().encode(body)]) {
        const check = verifyWebhook(bytes, form, { secret, now: () => now * 1000 });
        if (valid) await expect(check).resolves.toBe(new Headers(present).get('webhook-id'));
        else await expect(check).rejects.toBeInstanceOf(WebhookVerificationError);
      }
    }
  });
});

const SECRET = `whsec_${btoa('a secret of at least 24 bytes')}`;
const OTHER = `whsec_${btoa('another secret, of 24 bytes too')}`;
const BODY = JSON.stringify({ type: 'message.created', timestamp: '2026-01-01T00:00:00Z', data: { id: 'msg_1' } });
const now = () => Date.parse('2026-01-01T00:00:00Z');

test('what the test headers sign, unwraps to the event', async () => {
  const headers = await webhookTestHeaders(BODY, { secret: SECRET, now });
  const event = await unwrapWebhook(BODY, headers, { secret: SECRET, now });
  expect(event).toMatchObject({ type: 'message.created', data: { id: 'msg_1' } });
});

test('while a secret is replaced, several secrets and several signatures are tried', async () => {
  const old = await webhookTestHeaders(BODY, { secret: SECRET, now });
  const fresh = await webhookTestHeaders(BODY, { secret: OTHER, now });
  await verifyWebhook(BODY, old, { secret: [OTHER, SECRET], now });
  const both = { ...old, 'webhook-signature': `v1a,x ${old['webhook-signature']} ${fresh['webhook-signature']}` };
  await verifyWebhook(BODY, both, { secret: OTHER, now });
});

test('the tolerance is the caller’s', async () => {
  const headers = await webhookTestHeaders(BODY, { secret: SECRET, now });
  const later = () => now() + 600_000;
  await expect(verifyWebhook(BODY, headers, { secret: SECRET, now: later })).rejects.toThrow(/clock/);
  await verifyWebhook(BODY, headers, { secret: SECRET, now: later, toleranceSeconds: 600 });
});

test('an id with a dot is refused although its signature is right', async () => {
  const headers = await webhookTestHeaders(BODY, { secret: SECRET, id: 'del_1.2', now });
  await expect(verifyWebhook(BODY, headers, { secret: SECRET, now })).rejects.toBeInstanceOf(WebhookVerificationError);
});

test('a signed body that is no event, and a secret that is none, say so', async () => {
  for (const body of ['', '[]', 'null', '{"type":1}']) {
    const headers = await webhookTestHeaders(body, { secret: SECRET, now });
    await expect(unwrapWebhook(body, headers, { secret: SECRET, now })).rejects.toThrow(/not an event/);
  }
  const headers = await webhookTestHeaders(BODY, { secret: SECRET, now });
  for (const secret of ['whsec_', 'whsec_%%%']) {
    const error = await verifyWebhook(BODY, headers, { secret, now }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(AssistersError);
    expect(error).not.toBeInstanceOf(WebhookVerificationError);
  }
});
