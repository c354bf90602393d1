import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WEBHOOK_EVENTS } from '../../protocol/webhooks.ts';
import { makeApp } from '../testing/make-app.ts';

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const { app } = await makeApp();
const document = (await (await app.request('/openapi.json')).json()) as {
  readonly webhooks: Readonly<
    Record<
      string,
      { readonly post: { readonly requestBody: { readonly content: Record<string, { schema: Schema }> } } }
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const resolve = ({ $ref, ...schema }: Schema): Schema =>
  $ref ? document.components.schemas[$ref.split('/').at(-1)!]! : schema;

test('the document has every event', () => {
  expect(Object.keys(document.webhooks)).toEqual([...WEBHOOK_EVENTS]);
});

test.each(WEBHOOK_EVENTS)('the guide names every field of %s', (type) => {
  const body = resolve(document.webhooks[type]!.post.requestBody.content['application/json']!.schema);
  expect(Object.keys(body.properties!)).toEqual(['type', 'timestamp', 'data']);
  const fields = Object.keys(resolve(body.properties!.data!).properties!);
  const guide = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
  const rows = guide
    .split('\n')
    .filter((line) => line.startsWith('| `conversation.') || line.includes(`| \`${type}\``));
  const row = rows.find((line) => line.startsWith(`| \`${type}\``))!;
  // One row says "the same" of the row above it.
  const above = row.includes('the same, and') ? rows[rows.indexOf(row) - 1]! : '';
  const named = new Set([...`${above}${row}`.matchAll(/`(\w+)`/g)].map((match) => match[1]!));
  expect(fields.filter((field) => !named.has(field))).toEqual([]);
});
