import type { ModelMessage, ToolSet } from 'ai';
import { LIMITS } from '../../protocol/limits.ts';
import type { ToolCall } from '../../protocol/resources.ts';
import type { ToolCallRow } from '../store/store.ts';
import type { PageTurn } from '../turn/turns.ts';

/**
 * The page's tools as the AI SDK takes them: without a way to run them here. `undefined` when there is none, and when the
 * answer has asked the page as often as it may.
 */
export async function toolSetOf(page: PageTurn | null | undefined): Promise<ToolSet | undefined> {
  if (!page || page.offered.length === 0 || roundsOf(page.calls).length >= LIMITS.toolRounds) return undefined;
  const { jsonSchema, tool } = await import('ai');
  return Object.fromEntries(
    page.offered.map(({ name, description, parameters }) => [
      name,
      tool({ description, inputSchema: jsonSchema({ type: 'object', ...parameters }) }),
    ]),
  );
}

/** What was written, asked and answered so far, as messages after the question. */
export function toolMessages(page: PageTurn | null | undefined): ModelMessage[] {
  if (!page) return [];
  let from = 0;
  return roundsOf(page.calls).flatMap((round): ModelMessage[] => {
    const text = withoutCitations(page.text.slice(from, round[0]!.at)).trim();
    from = round[0]!.at;
    return [
      {
        role: 'assistant',
        content: [
          ...(text === '' ? [] : [{ type: 'text' as const, text }]),
          ...round.map(({ id, name, arguments: input }) => ({
            type: 'tool-call' as const,
            toolCallId: id,
            toolName: name,
            input,
          })),
        ],
      },
      {
        role: 'tool',
        content: round.map(({ id, name, result }) => ({
          type: 'tool-result' as const,
          toolCallId: id,
          toolName: name,
          output: outputOf(result),
        })),
      },
    ];
  });
}

/** A model's call, if it is one of the page's tools and its arguments are an object of a size worth sending on. */
export function readCall(
  page: PageTurn,
  call: { readonly toolCallId: string; readonly toolName: string; readonly input: unknown },
): Omit<ToolCall, 'result'> | null {
  const { toolCallId: id, toolName: name, input } = call;
  if (!page.offered.some((tool) => tool.name === name) || page.calls.some((known) => known.id === id)) return null;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return null;
  if (Buffer.byteLength(JSON.stringify(input)) > LIMITS.toolResultBytes) return null;
  return { id, name, arguments: input as ToolCall['arguments'] };
}

/** Calls by the round they were made in. */
function roundsOf(calls: readonly ToolCallRow[]): ToolCallRow[][] {
  const rounds: ToolCallRow[][] = [];
  for (const call of calls) {
    const last = rounds.at(-1);
    if (last && last[0]!.round === call.round) last.push(call);
    else rounds.push([call]);
  }
  return rounds;
}

function outputOf(result: ToolCall['result']) {
  if (result?.error !== undefined) return { type: 'error-text' as const, value: result.error };
  return { type: 'text' as const, value: JSON.stringify(result?.content ?? null) };
}

function withoutCitations(text: string): string {
  return text.replace(/ ?\[\d{1,3}\]/g, '');
}
