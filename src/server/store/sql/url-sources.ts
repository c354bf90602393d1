import type { Kysely, Selectable } from 'kysely';
import type { UrlPageOutcome, UrlPageRow, UrlSourceRow, UrlSourceStore } from '../url-sources.ts';
import { columnsOf, fromJson } from './columns.ts';
import { putJob } from './jobs.ts';
import type { Tables } from './tables.ts';

/** Sites and their pages, in SQL. */
export function urlSourceStore(db: Kysely<Tables>): UrlSourceStore {
  const sourcesOf = (accountId: string, knowledgeBaseId: string) =>
    db.selectFrom('urlSources').where('accountId', '=', accountId).where('knowledgeBaseId', '=', knowledgeBaseId);
  const pagesOf = (accountId: string, sourceId: string) =>
    db
      .selectFrom('urlPages')
      .innerJoin('urlSources', 'urlSources.id', 'urlPages.sourceId')
      .where('urlSources.accountId', '=', accountId)
      .where('urlPages.sourceId', '=', sourceId);

  return {
    put: (row, job) =>
      db.transaction().execute(async (tx) => {
        const { crawlDepth, refreshSchedule, status, updatedAt } = row;
        const stored = await tx
          .insertInto('urlSources')
          .values({ ...row, error: null })
          .onConflict((conflict) =>
            conflict
              .columns(['knowledgeBaseId', 'url'])
              .doUpdateSet({ crawlDepth, refreshSchedule, status, updatedAt, error: null }),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        if (stored.accountId !== row.accountId) throw new Error(`No knowledge base ${row.knowledgeBaseId} in account.`);
        await putJob(tx, { ...job, id: `crawl:${stored.id}`, payload: { ...job.payload, sourceId: stored.id } });
        return toSource(stored);
      }),
    async get({ accountId }, knowledgeBaseId, id) {
      const found = await sourcesOf(accountId, knowledgeBaseId).selectAll().where('id', '=', id).executeTakeFirst();
      return found ? toSource(found) : null;
    },
    async find({ accountId }, knowledgeBaseId, url) {
      const found = await sourcesOf(accountId, knowledgeBaseId).selectAll().where('url', '=', url).executeTakeFirst();
      return found ? toSource(found) : null;
    },
    async list({ accountId }, knowledgeBaseId, { limit, offset }) {
      const all = sourcesOf(accountId, knowledgeBaseId);
      const rows = await all
        .selectAll()
        .orderBy('createdAt', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const { total } = await all.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(toSource), total };
    },
    async update({ accountId }, id, change) {
      const columns = columnsOf(change, ['error']);
      if (Object.keys(columns).length === 0) return;
      await db.updateTable('urlSources').set(columns).where('accountId', '=', accountId).where('id', '=', id).execute();
    },
    delete: ({ accountId }, knowledgeBaseId, id) =>
      db.transaction().execute(async (tx) => {
        const found = await tx
          .selectFrom('urlSources')
          .select('id')
          .where('accountId', '=', accountId)
          .where('knowledgeBaseId', '=', knowledgeBaseId)
          .where('id', '=', id)
          .executeTakeFirst();
        if (!found) return false;
        await tx
          .deleteFrom('documents')
          .where('accountId', '=', accountId)
          .where('id', 'in', (e) =>
            e
              .selectFrom('urlPages')
              .select('documentId')
              .where('sourceId', '=', id)
              .where('documentId', 'is not', null),
          )
          .where('id', 'not in', (e) =>
            e
              .selectFrom('urlPages')
              .select('documentId')
              .where('sourceId', '!=', id)
              .where('documentId', 'is not', null),
          )
          .execute();
        await tx.deleteFrom('urlSources').where('id', '=', id).execute();
        await tx.deleteFrom('jobs').where('id', '=', `crawl:${id}`).execute();
        return true;
      }),

    async pages({ accountId }, sourceId, { limit, offset }) {
      const all = pagesOf(accountId, sourceId);
      const rows = await all.selectAll('urlPages').orderBy('urlPages.url').limit(limit).offset(offset).execute();
      const { total } = await all.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(toPage), total };
    },
    async outcomes({ accountId }, sourceId) {
      const rows = await pagesOf(accountId, sourceId)
        .select(['urlPages.outcome', (e) => e.fn.countAll<number>().as('n')])
        .groupBy('urlPages.outcome')
        .execute();
      return Object.fromEntries(rows.map(({ outcome, n }) => [outcome as UrlPageOutcome, n]));
    },
    addPages: (sourceId, run, pages, maxPages) =>
      db.transaction().execute(async (tx) => {
        const { seen } = await tx
          .selectFrom('urlPages')
          .where('sourceId', '=', sourceId)
          .where('run', '=', run)
          .select((e) => e.fn.countAll<number>().as('seen'))
          .executeTakeFirstOrThrow();
        let room = maxPages - seen;
        for (const { id, url, depth } of pages) {
          if (room <= 0) return false;
          const { numInsertedOrUpdatedRows } = await tx
            .insertInto('urlPages')
            .values({
              id,
              sourceId,
              url,
              depth,
              run,
              outcome: 'pending',
              reason: null,
              httpStatus: null,
              etag: null,
              lastModified: null,
              links: '[]',
              documentId: null,
              fetchedAt: null,
            })
            // What was learned of a known page stays: its ETag makes the next request cheap.
            .onConflict((conflict) =>
              conflict
                .columns(['sourceId', 'url'])
                .doUpdateSet({ depth, run, outcome: 'pending' })
                .where('urlPages.run', '<', run),
            )
            .executeTakeFirstOrThrow();
          room -= Number(numInsertedOrUpdatedRows ?? 0n);
        }
        return true;
      }),
    async pendingPages(sourceId, run, limit) {
      const rows = await db
        .selectFrom('urlPages')
        .selectAll()
        .where('sourceId', '=', sourceId)
        .where('run', '=', run)
        .where('outcome', '=', 'pending')
        .orderBy('depth')
        .orderBy('url')
        .limit(limit)
        .execute();
      return rows.map(toPage);
    },
    async findPage(sourceId, url) {
      const found = await db
        .selectFrom('urlPages')
        .selectAll()
        .where('sourceId', '=', sourceId)
        .where('url', '=', url)
        .executeTakeFirst();
      return found ? toPage(found) : null;
    },
    async updatePage(id, change) {
      await db
        .updateTable('urlPages')
        .set(columnsOf(change, ['links']))
        .where('id', '=', id)
        .execute();
    },
    async vanished(sourceId, run) {
      const rows = await db
        .selectFrom('urlPages')
        .selectAll()
        .where('sourceId', '=', sourceId)
        .where('run', '<', run)
        .execute();
      return rows.map(toPage);
    },
    async deletePage(id) {
      await db.deleteFrom('urlPages').where('id', '=', id).execute();
    },
    async isShared(documentId, pageId) {
      const other = await db
        .selectFrom('urlPages')
        .select('id')
        .where('documentId', '=', documentId)
        .where('id', '!=', pageId)
        .limit(1)
        .executeTakeFirst();
      return other !== undefined;
    },
  };
}

function toSource(row: Selectable<Tables['urlSources']>): UrlSourceRow {
  return { ...row, error: fromJson(row.error) };
}
function toPage({ rowNumber: _order, ...row }: Selectable<Tables['urlPages']> & { rowNumber?: number }): UrlPageRow {
  return { ...row, links: fromJson(row.links) };
}
