import { ID_PREFIX } from '../protocol/ids.ts';
import { newId, type RandomBytes } from './auth/credentials.ts';
import { ingestDocument } from './ingest/ingest-document.ts';
import type { Guide } from './site/guides.ts';
import type { Scope, Store } from './store/store.ts';

const KEY_PREFIX = 'guides/';

/**
 * Puts the project's own guides into the demo assistant's knowledge base, each cited at its page below `/guides/`. Only
 * what changed since the last start is read again; guides that are gone are removed. Documents the owner added stay.
 *
 * @returns how many guides were read
 */
export async function indexGuides(parts: {
  readonly store: Store;
  readonly scope: Scope;
  readonly knowledgeBaseId: string;
  readonly guides: readonly Guide[];
  readonly publicUrl: string;
  readonly random: RandomBytes;
  readonly clock: () => number;
}): Promise<number> {
  const { store, scope, knowledgeBaseId, guides, publicUrl, random, clock } = parts;
  let read = 0;
  for (const guide of guides) {
    const key = KEY_PREFIX + guide.name;
    const url = `${publicUrl}/guides/${guide.name}`;
    const known = await store.knowledge.findDocument(scope, knowledgeBaseId, key);
    // Passages carry the address, so a new one means reading the same bytes again.
    if (known && known.url !== url) await store.knowledge.updateDocument(scope, known.id, { contentHash: '' });
    const { outcome } = await ingestDocument({
      store,
      scope,
      knowledgeBaseId,
      key,
      bytes: new TextEncoder().encode(guide.markdown),
      filename: `${guide.name}.md`,
      url,
      title: guide.title,
      newId: () => newId(ID_PREFIX.document, random),
      now: clock,
    });
    if (outcome !== 'unchanged') read++;
  }
  const kept = new Set(guides.map(({ name }) => KEY_PREFIX + name));
  const { rows } = await store.knowledge.listDocuments(scope, knowledgeBaseId, { limit: 10_000, offset: 0 });
  for (const { id, key } of rows) {
    if (key.startsWith(KEY_PREFIX) && !kept.has(key)) await store.knowledge.deleteDocument(scope, knowledgeBaseId, id);
  }
  return read;
}
