import type { LiveRegion } from './live-region.ts';
import { errorText } from './parts/error.ts';
import type { View } from './parts/view.ts';
import type { ChatState } from './store/state.ts';

/** Reads out what is new since `before`: whole sentences of the answer, its failure, notices. A history is not read out. */
export function speak(region: LiveRegion, before: ChatState, { state, strings, origin }: View): void {
  if (!state.open) return;
  if (state.live) region.follow(state.live.key, state.live.answer.content, false);
  else if (before.live) {
    const row = state.rows.at(-1);
    if (row?.key === before.live.key && row.role === 'assistant') {
      region.follow(row.key, row.answer.content, true);
      if (row.answer.outcome === 'not_found') region.say(strings.notFound);
      if (row.answer.status === 'awaiting_tool') region.say(strings.toolTitle);
      if (row.error) region.say(errorText(row.error.code, strings, origin));
      else if (row.answer.status === 'interrupted') region.say(strings.errorInterrupted);
    }
  }
  if (state.loadingOlder && !before.loadingOlder) region.say(strings.older);
  if (state.error && !before.error) region.say(errorText(state.error.code, strings, origin));
}
