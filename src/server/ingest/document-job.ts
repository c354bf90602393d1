import type { JobHandler } from '../jobs/job-runner.ts';
import { isStorageFull } from '../store/storage-full.ts';
import type { DocumentRow, NewJob, Store } from '../store/store.ts';
import { hashOf, processDocument } from './ingest-document.ts';
import type { ParseFile } from './parse-file.ts';

export const DOCUMENT_JOB = 'document';
/** A file that took the process down this often is not tried again. */
export const MAX_ATTEMPTS = 5;
/** A disk that is full is looked at again after this. */
const FULL_RETRY_MS = 60_000;

/** The job that reads an uploaded file; its bytes travel with it. */
export function documentJob(
  accountId: string,
  knowledgeBaseId: string,
  bytes: Uint8Array,
  declaredType: string,
  title: string | undefined,
  now: number,
): Omit<NewJob, 'id'> {
  const payload = { knowledgeBaseId, declaredType, ...(title !== undefined && { title }) };
  return { accountId, kind: DOCUMENT_JOB, payload, bytes, runAt: now, createdAt: now };
}

/**
 * Reads queued files: `queued` → `processing` → `ready` or `failed`. A crash in between leaves the job, which is taken
 * again; chunks are replaced in one transaction, so nothing is ever there twice or by half.
 */
export function documentJobHandler(parts: {
  readonly store: Store;
  readonly parse: ParseFile;
  readonly now: () => number;
}): JobHandler {
  const { store, parse, now } = parts;
  return async (job, signal) => {
    const scope = { accountId: job.accountId };
    const { documentId, knowledgeBaseId, declaredType, title } = job.payload as Record<string, string | undefined>;
    const document = await store.knowledge.getDocument(scope, knowledgeBaseId ?? '', documentId ?? '');
    // Deleted meanwhile, or the job is of an older upload.
    if (!document || !job.bytes || document.contentHash !== hashOf(job.bytes)) return undefined;
    const set = (change: Partial<Pick<DocumentRow, 'status' | 'error'>>) =>
      store.knowledge.updateDocument(scope, document.id, { ...change, updatedAt: now() });
    if (job.attempts > MAX_ATTEMPTS) {
      await set({
        status: 'failed',
        error: { code: 'file_too_complex', message: `Reading the file did not end in ${MAX_ATTEMPTS} attempts.` },
      });
      return undefined;
    }
    await set({ status: 'processing', error: null });
    const reading = processDocument(
      {
        store,
        scope,
        bytes: job.bytes,
        now,
        parse,
        signal,
        ...(title !== undefined && { title }),
        ...(declaredType !== undefined && { declaredType }),
      },
      document,
    );
    try {
      await reading;
      return undefined;
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      // Not the file's fault, so no attempt is counted. The note itself may find no room either.
      const full = { code: 'storage_full', message: 'The server’s disk is full. The file is read once there is room.' };
      await set({ status: 'queued', error: full }).catch(() => {});
      return { runAt: now() + FULL_RETRY_MS, payload: job.payload };
    }
  };
}
