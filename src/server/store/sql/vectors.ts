import type { Kysely } from 'kysely';
import type { VectorModel, VectorStore } from '../store.ts';
import type { Tables } from './tables.ts';

/** The rows of a {@link VectorStore} in SQL; the nearest are found by each engine in its own way. */
export function vectorRows(db: Kysely<Tables>): Omit<VectorStore, 'nearest'> {
  /** Chunks without a vector of the model, with the document each is of. */
  const without = ({ name, dimension }: VectorModel) =>
    db
      .selectFrom('chunks')
      .innerJoin('documents', 'documents.id', 'chunks.documentId')
      .leftJoin('chunkVectors', (join) =>
        join
          .onRef('chunkVectors.chunkId', '=', 'chunks.id')
          .on('chunkVectors.model', '=', name)
          .on('chunkVectors.dimension', '=', dimension),
      )
      .where('chunkVectors.chunkId', 'is', null)
      .where('chunks.ordinal', '>=', 0);

  return {
    put: ({ accountId }, knowledgeBaseId, { name, dimension }, vectors) =>
      db.transaction().execute(async (tx) => {
        for (const { chunkId, vector } of vectors) {
          const row = { model: name, dimension, vector: bytesOf(vector) };
          await tx
            .insertInto('chunkVectors')
            .columns(['chunkId', 'knowledgeBaseId', 'model', 'dimension', 'vector'])
            // From a select, so that a chunk that is gone or another's gets none.
            .expression((e) =>
              e
                .selectFrom('chunks')
                .innerJoin('documents', 'documents.id', 'chunks.documentId')
                .select((c) => [
                  'chunks.id',
                  'documents.knowledgeBaseId',
                  c.val(row.model).as('model'),
                  c.val(row.dimension).as('dimension'),
                  c.val(row.vector).as('vector'),
                ])
                .where('chunks.id', '=', chunkId)
                .where('documents.knowledgeBaseId', '=', knowledgeBaseId)
                .where('documents.accountId', '=', accountId),
            )
            .onConflict((conflict) => conflict.column('chunkId').doUpdateSet(row))
            .execute();
        }
      }),
    missing: ({ accountId }, knowledgeBaseId, model, limit) =>
      without(model)
        .where('documents.accountId', '=', accountId)
        .where('documents.knowledgeBaseId', '=', knowledgeBaseId)
        .select(['chunks.id', 'chunks.documentId', 'chunks.ordinal', 'chunks.title', 'chunks.heading', 'chunks.text'])
        .select('chunks.url')
        .limit(limit)
        .execute(),
    incomplete: (model) =>
      without(model).select(['documents.accountId', 'documents.knowledgeBaseId']).distinct().execute(),
  };
}

/** A vector as it is stored: float32, little-endian. */
export function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes;
}
