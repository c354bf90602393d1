/** Codes of engines and systems that mean "no room on the disk": SQLite's, PostgreSQL's (53100), the file system's. */
const CODES = new Set(['SQLITE_FULL', '53100', 'ENOSPC', 'EDQUOT']);

/** Whether a write failed because the disk is full. It was rolled back; the same write may succeed later. */
export function isStorageFull(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1)
    if (CODES.has((cause as { code?: string }).code ?? '')) return true;
  return false;
}
