import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../http/types.ts';
import { openApiDocument } from '../openapi/document.ts';
import { breakable, escapeHtml, htmlPage } from './html.ts';
import { READING_PAGE_CSP } from './policies.ts';

type Json = { readonly [key: string]: unknown };
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema?: Json;
    description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Json }>> };
  readonly responses: Readonly<Record<string, { description: string; content?: Record<string, { schema: Json }> }>>;
}

/** Serves the API browser at `/docs`: the OpenAPI document as one page, made here, without a script. */
export function mountDocsPage(app: OpenAPIHono<AppEnv>): void {
  let page: string | null = null;
  app.get('/docs', (c) => {
    page ??= docsPage(openApiDocument(app) as unknown as Json);
    return c.html(page, 200, { 'Content-Security-Policy': READING_PAGE_CSP, 'Cache-Control': 'no-cache' });
  });
}

/** The page of an OpenAPI 3.1 document. */
export function docsPage(document: Json): string {
  const operations = [document.paths, document.webhooks]
    .flatMap((all) => Object.entries(all as Record<string, Record<string, Operation>>))
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const groups = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    return { tag, own };
  });
  const side = groups
    .map(
      ({ tag, own }) =>
        `<li><a href="#${tag}">${tag}</a><ul>${own
          .map(({ operation }) => `<li><a href="#${operation.operationId}">${escapeHtml(operation.summary)}</a></li>`)
          .join('')}</ul></li>`,
    )
    .join('');
  const schemas = (document.components as { schemas: Record<string, Json> }).schemas;
  const body = `<div class="columns">
<main id="main" class="reading">
<h1>REST API</h1>
<p>Generated from the code. The same as <a href="/openapi.json">OpenAPI 3.1</a>; the <a href="/guides/api">guide</a> explains it with examples.</p>
${groups.map(({ tag, own }) => `<section id="${tag}"><h2>${tag}</h2>${own.map(operationHtml).join('\n')}</section>`).join('\n')}
<section id="schemas"><h2>Objects</h2>${Object.entries(schemas)
    .map(([name, schema]) => `<h3 id="schema-${name}">${name}</h3>${schemaTable(schema)}`)
    .join('\n')}</section>
</main>
<nav class="side" aria-label="Endpoints"><ul>${side}<li><a href="#schemas">objects</a></li></ul></nav>
</div>`;
  return htmlPage({ title: 'REST API', body, className: 'api-page' });
}

function operationHtml({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const body = Object.entries(operation.requestBody?.content ?? {});
  const parameters = operation.parameters ?? [];
  return `<article id="${operation.operationId}">
<h3><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code></h3>
<p><strong>${escapeHtml(operation.summary)}.</strong> ${prose(operation.description)}</p>
${
  parameters.length === 0
    ? ''
    : table(
        ['parameter', 'in', 'type', 'what it is'],
        parameters.map((p) => [code(p.name), p.in, typeOf(p.schema ?? {}), prose(p.description ?? '')]),
      )
}
${body.map(([type, { schema }]) => `<p>Body, <code>${escapeHtml(type)}</code>: ${typeOf(schema)}</p>${isNamed(schema) ? '' : schemaTable(schema)}`).join('')}
${table(
  ['status', 'body', 'when'],
  Object.entries(operation.responses).map(([status, response]) => [
    status,
    Object.entries(response.content ?? {})
      .map(([type, { schema }]) => (type === 'application/json' ? typeOf(schema) : `${code(type)} ${typeOf(schema)}`))
      .join(', '),
    prose(response.description),
  ]),
)}
</article>`;
}

function schemaTable(schema: Json): string {
  const properties = schema.properties as Record<string, Json> | undefined;
  if (!properties) return `<p>${typeOf(schema)}</p>`;
  const required = (schema.required ?? []) as readonly string[];
  return table(
    ['field', 'type', 'what it is'],
    Object.entries(properties).map(([name, property]) => [
      code(name),
      typeOf(property),
      [required.includes(name) ? '' : 'optional', limitsOf(property), prose(String(property.description ?? ''))]
        .filter(Boolean)
        .join('; '),
    ]),
  );
}

const isNamed = (schema: Json) => typeof schema.$ref === 'string';

/** A schema's type in a few words; named ones link to their table. */
function typeOf(schema: Json): string {
  if (isNamed(schema)) {
    const name = escapeHtml(String(schema.$ref).split('/').pop()!);
    return `<a href="#schema-${name}">${name}</a>`;
  }
  const choices = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined;
  if (choices) return choices.map(typeOf).join(' or ');
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => code(String(value))).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as Json)}`;
  if (Array.isArray(schema.type)) return schema.type.map((type) => escapeHtml(String(type))).join(' or ');
  return escapeHtml(String(schema.format ?? schema.type ?? 'any'));
}

function limitsOf(schema: Json): string {
  const names: Readonly<Record<string, string>> = {
    minimum: 'from',
    maximum: 'to',
    minLength: 'at least',
    maxLength: 'at most',
    maxItems: 'at most',
    default: 'default',
  };
  return Object.entries(names)
    .filter(([key]) => schema[key] !== undefined)
    .map(([key, word]) => `${word} ${breakable(escapeHtml(JSON.stringify(schema[key])))}`)
    .join(' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${cells(head, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('')}</tbody></table></div>`;
}

const code = (text: string) => `<code>${breakable(escapeHtml(text))}</code>`;

/** Text with `code` in it; empty lines become breaks. */
function prose(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\n\n/g, '<br>');
}
