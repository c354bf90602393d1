/** Chunks that are being written or removed, which no search may find; see `sqlite/chunks.ts`. */
export const tables = '';

export const sqlite = `
create index chunks_hidden on chunks (ordinal) where ordinal < 0;
`;
