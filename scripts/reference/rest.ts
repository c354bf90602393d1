import { ERRORS } from '../../src/protocol/errors.ts';
import { code, fence, generated, page, table } from './markdown.ts';
import { COMMON_ERRORS, EVENTS, OPERATIONS, type Operation, resolve, type Schema, scenarioOf } from './openapi.ts';

/** `docs/reference/rest.md`: every endpoint of the OpenAPI document with a command that calls it. */

/** Bodies where not everything that is allowed goes together. */
const BODIES: Readonly<Record<string, unknown>> = {
  createApiKey: { kind: 'publishable', name: 'Website', assistant_ids: ['ast_…'], origins: ['https://example.com'] },
  updateApiKey: { name: 'Old website', expires_at: '2030-01-31T00:00:00Z' },
  createVisitorSession: { assistant_id: 'ast_…' },
  createMessage: { content: 'Which plans are there?' },
  streamMessage: { content: 'Which plans are there?' },
  createToolResults: { results: [{ tool_call_id: 'call_…', content: { articles_in_cart: 1 } }] },
  createWebhook: { url: 'https://example.com/hooks', events: ['message.created'] },
  updateWebhook: { enabled: false },
  rotateWebhookSecret: {},
  updateAssistant: { name: 'Sales', knowledge_base_id: null },
  createUrls: { urls: ['https://docs.example.com/'], crawl_depth: 2, refresh_schedule: 'daily' },
};

/** Which placeholder the braces of a path stand for, by what comes before them. */
const ID: Readonly<Record<string, string>> = {
  assistants: 'ast_…',
  conversations: 'conv_…',
  messages: 'msg_…',
  attachments: 'att_…',
  'knowledge-bases': 'kb_…',
  documents: 'doc_…',
  urls: 'url_…',
  webhooks: 'wh_…',
  deliveries: 'del_…',
  'api-keys': 'key_…',
};

const placeholders = (text: string) =>
  text
    .replace(/\b(ast|kb|doc|url|conv|msg|wh|del|key)_1\b/g, '$1_…')
    .replaceAll('https://example.com/hook"', 'https://example.com/hooks"');

function commandOf(operation: Operation): string {
  const { exchanges } = scenarioOf(operation.id);
  const { request } = exchanges[0]!;
  const path = operation.path.replace(/([\w-]+)\/\{\w+\}/g, (_, noun: string) => `${noun}/${ID[noun]}`);
  const query = placeholders(new URL(request.path, 'http://x').search)
    .replace('&category=c', '')
    .replace(/offset=10/, 'offset=0')
    .replace(/&user_id=\w+/, '');
  const visitor = operation.path.includes('/visitor-sessions/me');
  const page = operation.tag === 'widget' || operation.tag === 'visitor-sessions';
  const credential = visitor ? '$VISITOR_TOKEN' : page ? '$PUBLISHABLE_KEY' : '$KEY';
  const lines = [`curl${operation.method === 'GET' ? '' : ` -X ${operation.method}`} "$API${path}${query}" \\`];
  lines.push(`  -H "Authorization: Bearer ${credential}"`);
  const more = (text: string) => {
    lines[lines.length - 1] += ' \\';
    lines.push(`  ${text}`);
  };
  if (page) more('-H "Origin: https://example.com"');
  if (request.multipart) {
    if ('metadata' in request.multipart) more(`-F 'metadata={"title":"Opening hours"}'`);
    more('-F file=@hours.md');
  } else if (operation.body) {
    const body = JSON.stringify(BODIES[operation.id] ?? JSON.parse(placeholders(JSON.stringify(request.body))));
    more(`-H "Content-Type: application/json"`);
    more(`-d '${body}'`);
  }
  if (/stream|retry|tool-results/.test(operation.path)) lines[0] = lines[0]!.replace('curl', 'curl -N');
  return lines.join('\n');
}

/** `string`, `integer 1–100`, `"up" | "down"`, `string[]` … */
function typeOf(given: Schema): string {
  const schema = resolve(given);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.type === 'array') return `${typeOf(schema.items ?? {})}[]`;
  const name = [schema.type ?? 'any'].flat().join(' | ');
  const range =
    schema.minimum !== undefined && schema.maximum !== undefined ? ` ${schema.minimum}–${schema.maximum}` : '';
  return `${name}${range}`;
}

function rowsOf(schema: Schema, prefix = ''): string[][] {
  const { properties = {}, required = [] } = resolve(schema);
  return Object.entries(properties).flatMap(([name, given]) => {
    const one = resolve(given);
    const inner = rowsOf(one, `${prefix}${name}.`);
    if (inner.length > 0) return inner;
    const fallback = one.default === undefined ? '' : code(JSON.stringify(one.default));
    return [[code(prefix + name), code(typeOf(given)), required.includes(name) ? 'yes' : '', fallback]];
  });
}

function operationText(operation: Operation): string {
  const { exchanges } = scenarioOf(operation.id);
  const { response } = exchanges[0]!;
  const query = operation.parameters.filter((one) => one.in === 'query');
  const headers = operation.parameters.filter((one) => one.in === 'header');
  const rows = [
    ...headers.map(({ name, schema }) => [`header ${code(name)}`, code(typeOf(schema)), '', '']),
    ...query.map(({ name, schema }) => [
      code(`?${name}`),
      code(typeOf(schema)),
      '',
      schema.default === undefined ? '' : code(JSON.stringify(schema.default)),
    ]),
    ...(operation.body ? rowsOf(operation.body.schema) : []),
  ];
  const body = response?.body;
  const answer =
    typeof body === 'string'
      ? fence('text', body)
      : body === undefined
        ? ''
        : fence('json', placeholders(JSON.stringify(body, null, 2)));
  const errors = operation.errors.map((name) => `${code(name)} (${ERRORS[name as keyof typeof ERRORS].status})`);
  return page(
    `### ${operation.method} ${operation.path}`,
    `${operation.summary}. ${operation.description.replaceAll('\n\n', ' ')}`.replace(/([.?!])\. /, '$1 '),
    fence('sh', commandOf(operation)),
    rows.length > 0
      ? table([operation.body || headers.length > 0 ? 'field' : 'query', 'type', 'required', 'default'], rows)
      : '',
    `${operation.answer.status}: ${operation.answer.description}`,
    answer,
    errors.length > 0 ? `Errors: ${errors.join(', ')}, and [those of every call](#errors).` : '',
  ).trimEnd();
}

export function restPage(): string {
  const tags = [...new Set(OPERATIONS.map(({ tag }) => tag))];
  return page(
    '# REST endpoints',
    generated('the OpenAPI document'),
    'What the endpoints are for is told in [the REST API](../api.md). The commands use these variables:',
    fence('sh', 'API=https://chat.example.com/v1\nKEY=sk_live_…\nPUBLISHABLE_KEY=pk_live_…\nVISITOR_TOKEN=vt_…'),
    table(
      ['endpoint', 'what it does'],
      OPERATIONS.map(({ method, path, summary }) => [code(`${method} ${path}`), summary]),
    ),
    ...tags.flatMap((tag) => [`## ${tag}`, ...OPERATIONS.filter((one) => one.tag === tag).map(operationText)]),
    '## events',
    'What [webhooks](../webhooks.md) are sent, each as a signed `POST`.',
    ...EVENTS.map(({ type, description, body }) =>
      page(
        `### ${type}`,
        description,
        table(
          ['field', 'type'],
          rowsOf(body).map(([name, type]) => [name!, type!]),
        ),
      ).trimEnd(),
    ),
    '## Errors',
    'Any call can end with these; the whole table is in [the REST API](../api.md#errors).',
    table(
      ['code', 'status', 'meaning'],
      COMMON_ERRORS.map((name) => {
        const { status, meaning } = ERRORS[name as keyof typeof ERRORS];
        return [code(name), String(status), meaning];
      }),
    ),
  );
}
