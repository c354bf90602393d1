import { expect, test } from 'vitest';
import { makeApp } from '../src/server/testing/make-app.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/**
 * Every parameter (query, body, header) of the OpenAPI document travels in a scenario of `calls.json`. Both clients run those and must send
 * exactly what they say, so a client that lacks a resource, a method or a parameter fails its own suite.
 */

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly type?: string;
}
interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Where the client itself knows what to send. */
const BY_ITSELF: Readonly<Record<string, readonly string[]>> = { resumeMessage: ['query after'] };

/** Headers that no caller gives, and why both clients do without an option for them. */
const HEADERS_BY_ITSELF: Readonly<Record<string, string>> = {
  'header Idempotency-Key': 'on every POST; both suites look for it in every scenario',
  'header Last-Event-ID': 'for browsers’ EventSource: the clients say the same in `?after=`',
  'header X-Assisters-Proof': 'the clients answer a challenge by themselves: `retries.json`',
  'header X-Assisters-Embed': 'for the server’s own iframe page, through the option `headers`',
};

const resolve = (document: OpenApi, schema: Schema): Schema =>
  schema.$ref ? resolve(document, document.components.schemas[schema.$ref.split('/').at(-1)!]!) : schema;

/** Names of a body's fields, those of objects in it too: `body config.temperature`. */
function fields(document: OpenApi, schema: Schema, prefix: string): string[] {
  return Object.entries(resolve(document, schema).properties ?? {}).flatMap(([name, one]) => {
    const inner = fields(document, one, `${prefix}${name}.`);
    return inner.length > 0 ? inner : [`${prefix}${name}`];
  });
}

/** What each operation takes, by its id. */
function parametersOf(document: OpenApi): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const operations of Object.values(document.paths)) {
    for (const { operationId, parameters = [], requestBody } of Object.values(operations)) {
      if (operationId === undefined) continue;
      const query = parameters.filter((one) => one.in === 'query').map(({ name }) => `query ${name}`);
      const headers = parameters.filter((one) => one.in === 'header').map(({ name }) => `header ${name}`);
      const body = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => fields(document, schema, 'body '));
      found.set(operationId, [...query, ...headers, ...body]);
    }
  }
  return found;
}

/** Names that the scenario's request carries, in the form of {@link parametersOf}. */
function carried({ exchanges }: Scenario): string[] {
  const { path, body, multipart } = exchanges[0]!.request;
  const names = (value: unknown, prefix: string): string[] =>
    Object.entries(value as object).flatMap(([name, one]) => {
      const isObject = typeof one === 'object' && one !== null && !Array.isArray(one) && name !== 'metadata';
      return isObject ? names(one, `${prefix}${name}.`) : [`${prefix}${name}`];
    });
  return [
    ...[...new URL(path, 'http://x').searchParams.keys()].map((name) => `query ${name}`),
    ...names(body ?? {}, 'body '),
    ...Object.keys(multipart ?? {}).map((name) => `body ${name}`),
  ];
}

/** Parameters that no scenario carries, and those that a scenario carries and the document does not know. */
function gaps(document: OpenApi, calls: readonly Scenario[]): string[] {
  const gaps: string[] = [];
  const expected = parametersOf(document);
  for (const [operation, parameters] of expected) {
    const own = calls.filter((one) => one.operation === operation);
    const names = new Set([...own.flatMap(carried), ...(BY_ITSELF[operation] ?? [])]);
    if (own.length === 0) {
      gaps.push(`${operation}: no client calls it`);
      continue;
    }
    gaps.push(
      ...parameters
        .filter((name) => !names.has(name) && !HEADERS_BY_ITSELF[name])
        .map((name) => `${operation}: nobody sends ${name}`),
    );
    gaps.push(
      ...[...names].filter((name) => !parameters.includes(name)).map((name) => `${operation}: unknown ${name}`),
    );
  }
  const unknown = calls.filter(({ operation }) => operation && !expected.has(operation));
  return [...gaps, ...unknown.map(({ operation }) => `${operation}: the document does not have it`)];
}

const { app } = await makeApp();
const document = (await (await app.request('/openapi.json')).json()) as OpenApi;

test('both clients send every parameter that the OpenAPI document has, and no other', () => {
  expect(gaps(document, scenarios())).toEqual([]);
});

test('a lacking method, query or field, and one too many, are found', () => {
  const all = scenarios();
  const without = (operation: string) => all.filter((one) => one.operation !== operation);
  expect(gaps(document, without('stopMessage'))).toEqual(['stopMessage: no client calls it']);
  const change = (text: string, to: string) =>
    JSON.parse(JSON.stringify(all.filter(({ operation }) => operation)).replaceAll(text, to)) as Scenario[];
  expect(gaps(document, change('&category=c', ''))).toEqual(['listAssistants: nobody sends query category']);
  expect(gaps(document, change('"crawl_depth":2,', ''))).toEqual(['createUrls: nobody sends body crawl_depth']);
  expect(gaps(document, change('"temperature":', '"heat":'))).toEqual(
    ['createAssistant', 'updateAssistant'].flatMap((operation) => [
      `${operation}: nobody sends body config.temperature`,
      `${operation}: unknown body config.heat`,
    ]),
  );
  const asked = JSON.parse(JSON.stringify(document).replaceAll('"Idempotency-Key"', '"X-Never"')) as OpenApi;
  expect(gaps(asked, all)).toContain('createConversation: nobody sends header X-Never');
  expect(gaps(document, change('"operation":"listUrls"', '"operation":"listAll"'))).toEqual([
    'listUrls: no client calls it',
    'listAll: the document does not have it',
  ]);
});
