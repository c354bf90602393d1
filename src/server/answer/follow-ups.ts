import type { Source } from '../../protocol/resources.ts';
import type { ChunkStore, Scope } from '../store/store.ts';

/** Buttons below an answer. */
export const MOST_FOLLOW_UPS = 3;
/** Shorter ones say nothing, longer ones are no button. */
const CHARS = { min: 3, max: 80 } as const;
const DOCUMENTS = 2;

/**
 * Questions to go on with: the headings that stand next to what the answer rests on, in the words of the document, the
 * following ones before those above. So each has a passage that answers it, and none is invented.
 *
 * @param said what was asked already, this question included; it is not offered again
 */
export async function followUps(
  chunks: Pick<ChunkStore, 'headings'>,
  scope: Scope,
  sources: readonly Source[],
  said: readonly string[],
): Promise<readonly string[]> {
  const taken = new Set(said.map(plain));
  for (const { title, heading } of sources) for (const text of [title, ...heading.split(' › ')]) taken.add(plain(text));
  const found: string[] = [];
  const documents = [...new Set(sources.map((source) => source.document_id))].slice(0, DOCUMENTS);
  for (const documentId of documents) {
    const headings = await chunks.headings(scope, documentId);
    const last = Math.max(
      ...sources.filter((source) => source.document_id === documentId).map(({ heading }) => headings.indexOf(heading)),
    );
    for (const heading of [...headings.slice(last + 1), ...headings.slice(0, Math.max(0, last)).reverse()]) {
      const text = heading.split(' › ').at(-1)!.trim();
      if (text.length < CHARS.min || text.length > CHARS.max || taken.has(plain(text))) continue;
      taken.add(plain(text));
      found.push(text);
      if (found.length === MOST_FOLLOW_UPS) return found;
    }
  }
  return found;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, ' ')
    .trim();
}
