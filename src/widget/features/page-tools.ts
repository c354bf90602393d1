/**
 * What the page can do for the model: functions it has registered, and its forms with `data-assisters-tool`. The model
 * asks, the visitor is shown what and allows or declines it, the page acts, and the model hears what came of it. Loaded
 * when the assistant's model can use tools.
 */
import type { PageTool, ToolCall, ToolResult } from '../../protocol/resources.ts';
import type { Feature, FeaturePorts, PageSide, RegisteredTool } from '../features.ts';
import { words } from '../i18n/en/page-tools.ts';
import type { View } from '../parts/view.ts';
import type { AnswerRow } from '../store/state.ts';

/** A page that has not answered by then has failed, ms. */
const PATIENCE_MS = 60_000;
/** A page that has just been loaded again may still be on its way to what it offers: it is asked so often, with such pauses, ms. */
const LATE_TRIES = 10;
const LATE_MS = 300;
/** Characters of an argument that are shown. */
const SHOWN_CHARS = 200;

const CSS_TEXT = `
  .tool { display: grid; gap: 8px; margin-block-start: 8px; padding: 12px; border: 1px solid var(--assisters-control); border-radius: calc(var(--radius)*.75); font-size: 14px; }
  .tool ul { display: grid; gap: 8px; }
  .tool dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 4px 0 0; color: var(--assisters-text-muted); overflow-wrap: anywhere; }
  .tool dd { margin: 0; color: var(--assisters-text); }
  .tool > div { display: flex; flex-wrap: wrap; gap: 8px; }
  .tool .plain:first-child { border-color: var(--assisters-accent); background: var(--assisters-accent); color: var(--on-accent); }
`;

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** The fields of a form that a model may fill in: named ones, and none that hold secrets or files. */
function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((field): field is Field => {
    if (!/^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName)) return false;
    const { name, type, disabled } = field as Field;
    return name !== '' && !disabled && !/^(password|file|hidden|submit|button|image|reset)$/.test(type);
  });
}

function toolOfForm(form: HTMLFormElement): PageTool {
  const properties: Record<string, unknown> = {};
  const required = new Set<string>();
  for (const field of fieldsOf(form)) {
    const label = field.labels?.[0]?.textContent?.trim().replace(/\s+/g, ' ') || field.title;
    const values =
      field instanceof HTMLSelectElement
        ? [...field.options].map(({ value }) => value).filter(Boolean)
        : field.type === 'radio'
          ? [...form.querySelectorAll<HTMLInputElement>('input[type=radio]')]
              .filter(({ name }) => name === field.name)
              .map(({ value }) => value)
          : null;
    const type = field.type === 'checkbox' ? 'boolean' : /^(number|range)$/.test(field.type) ? 'number' : 'string';
    properties[field.name] = { type, ...(label && { description: label }), ...(values && { enum: values }) };
    if (field.required) required.add(field.name);
  }
  return {
    name: form.dataset.assistersTool!,
    description: form.dataset.assistersDescription ?? form.title,
    parameters: { type: 'object', properties, required: [...required] },
  };
}

/** Fills a form in as a visitor would: its page hears of each change. */
function fill(form: HTMLFormElement, given: Readonly<Record<string, unknown>>): void {
  for (const field of fieldsOf(form)) {
    if (!Object.hasOwn(given, field.name)) continue;
    const value = given[field.name];
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === true;
    else if (field instanceof HTMLInputElement && field.type === 'radio') field.checked = field.value === String(value);
    else field.value = String(value);
    for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

/**
 * This page's own side: its functions, and its forms as they are at each call.
 * @param afterAnswer calls once, when the answer under way has ended
 */
export function pageSide(tools: ReadonlyMap<string, RegisteredTool>, afterAnswer: (act: () => void) => void): PageSide {
  const forms = () =>
    [...document.querySelectorAll<HTMLFormElement>('form[data-assisters-tool]')].filter(
      ({ dataset }) => dataset.assistersTool,
    );

  function find(name: string): Pick<RegisteredTool, 'handler'> | null {
    const tool = tools.get(name);
    if (tool) return tool;
    const form = forms().find(({ dataset }) => dataset.assistersTool === name);
    if (!form) return null;
    return {
      handler(given) {
        fill(form, given);
        if (!form.reportValidity()) throw new Error('The form does not take these values.');
        // A form may leave the page, and the model must have heard before.
        afterAnswer(() => form.requestSubmit());
        return { submitted: true };
      },
    };
  }

  return {
    offered: async () => [
      ...[...tools.values()].map(({ name, description, schema }) => ({ name, description, parameters: schema })),
      ...forms()
        .map(toolOfForm)
        .filter(({ name }) => !tools.has(name)),
    ],
    async run({ name, arguments: given }) {
      const tool = find(name);
      if (!tool) return NOT_OFFERED;
      try {
        const late = new Promise<never>((_, reject) =>
          setTimeout(() => reject(new Error('The page did not answer in time.')), PATIENCE_MS),
        );
        const content = await Promise.race([tool.handler(given), late]);
        return { content: content ?? null };
      } catch (error) {
        return { error: (error instanceof Error && error.message.slice(0, 1_000)) || 'The page failed.' };
      }
    },
  };
}

const NOT_OFFERED: ToolResult = { error: 'The page does not offer this.' };

export interface PageTools extends Feature {
  /** What goes with a question. */
  offered(): Promise<readonly PageTool[]>;
}

export function create(ports: FeaturePorts): PageTools {
  const { kit, ask, changed, tools } = ports;
  const { html, nothing } = kit;
  const page = ports.page() ?? pageSide(tools, ports.afterAnswer);
  /** Calls that the visitor has allowed. */
  const running = new Set<string>();
  /** What the page offered when something was asked of it; `null`: nothing of that, or it has not said so yet. */
  const offers = new Map<string, readonly PageTool[] | null>();

  function answer(row: AnswerRow, results: readonly ToolResult[]): void {
    const { toolCalls } = row.answer;
    ask({
      type: 'tool-results',
      key: row.key,
      results: toolCalls.map(({ id }, index) => ({ tool_call_id: id, ...results[index]! })),
    });
  }

  async function allow(row: AnswerRow): Promise<void> {
    running.add(row.key);
    changed();
    const results: ToolResult[] = [];
    // One after the other: the second may build on what the first did.
    for (const call of row.answer.toolCalls) results.push(await page.run(call));
    running.delete(row.key);
    answer(row, results);
  }

  /** What the page offers, once one of the calls is among it; `null`: none is, also after a while. */
  async function offersOf(calls: readonly ToolCall[]): Promise<readonly PageTool[] | null> {
    for (let tries = 0; tries < LATE_TRIES; tries++) {
      const now = await page.offered();
      if (calls.some(({ name }) => now.some((tool) => tool.name === name))) return now;
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    }
    return null;
  }

  const value = (given: unknown) => {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  };
  const wish = ({ name, arguments: given }: ToolCall, offered: readonly PageTool[]) => html`<li>
    <strong><bdi>${offered.find((tool) => tool.name === name)?.description || name}</bdi></strong>
    ${
      Object.keys(given).length > 0
        ? html`<dl>${Object.entries(given).map(([key, one]) => html`<dt><bdi>${key}</bdi></dt><dd><bdi>${value(one)}</bdi></dd>`)}</dl>`
        : nothing
    }
  </li>`;

  return {
    css: CSS_TEXT,
    words,
    offered: () => page.offered(),
    draw({ strings }: View, row?: AnswerRow) {
      if (!row) return nothing;
      const { toolCalls } = row.answer;
      const asked = [row.key, ...toolCalls.map(({ id }) => id)].join();
      const offered = offers.get(asked);
      if (offered === undefined) {
        offers.set(asked, null);
        void offersOf(toolCalls).then((now) => {
          if (now) {
            offers.set(asked, now);
            changed();
            // After a reload, on another page: it has none of what was asked.
          } else
            answer(
              row,
              toolCalls.map(() => NOT_OFFERED),
            );
        });
      }
      if (!offered) return nothing;
      const id = `tool-${row.key}`;
      return html`<div class="tool" role="group" aria-labelledby=${id}>
        <p id=${id}>${strings.toolTitle}</p>
        <ul>${toolCalls.map((call) => wish(call, offered))}</ul>
        ${
          running.has(row.key)
            ? html`<p role="status">${strings.toolRunning}</p>`
            : html`<div>
                <button type="button" class="plain" @click=${() => void allow(row)}>${strings.allow}</button>
                <button
                  type="button"
                  class="plain"
                  @click=${() =>
                    answer(
                      row,
                      toolCalls.map(() => ({ error: 'The visitor declined.' })),
                    )}
                >${strings.decline}</button>
              </div>`
        }
      </div>`;
    },
  };
}
