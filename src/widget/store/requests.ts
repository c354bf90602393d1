import type { FeedbackReason, ToolResult } from '../../protocol/resources.ts';
import type { ChatState, Sheet } from './state.ts';

/** What a view asks for. Views dispatch these up and never act themselves. */
export type Request =
  | { readonly type: 'send'; readonly content: string }
  | { readonly type: 'retry' | 'stop' | 'older' | 'whole' | 'reload' | 'close' | 'reset' | 'end' | 'print' | 'move' }
  | { readonly type: 'draft'; readonly value: string }
  | { readonly type: 'menu' | 'wide'; readonly on: boolean }
  | { readonly type: 'sheet'; readonly sheet: Sheet | null }
  /** Goes on with another conversation of the visitor. */
  | { readonly type: 'switch'; readonly conversationId: string }
  /** Opens (or with `index: null` closes) a source card. */
  | { readonly type: 'source'; readonly key: string; readonly index: number | null }
  | { readonly type: 'visit'; readonly key: string; readonly index: number; readonly event: Event }
  | { readonly type: 'copy'; readonly key: string }
  | {
      readonly type: 'rate';
      readonly key: string;
      readonly rating: 'up' | 'down';
      readonly reason?: FeedbackReason;
      readonly comment?: string;
    }
  | { readonly type: 'form'; readonly form: ChatState['form'] }
  /** Asks a question anew in its place. */
  | { readonly type: 'edit'; readonly key: string; readonly content: string }
  /** What the page's tools gave for an answer. */
  | { readonly type: 'tool-results'; readonly key: string; readonly results: readonly NewToolResult[] };

/** A result on its way to the model. */
export type NewToolResult = ToolResult & { readonly tool_call_id: string };

export type Ask = (request: Request) => void;
