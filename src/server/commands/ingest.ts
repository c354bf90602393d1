import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { newId } from '../auth/credentials.ts';
import { readConfig } from '../config.ts';
import { crawlJob } from '../crawl/crawl-job.ts';
import { CRAWL_LIMITS, crawlSource } from '../crawl/crawl-source.ts';
import { normalizeUrl } from '../crawl/crawl-url.ts';
import { FetchError } from '../fetch/fetch-error.ts';
import { makeFetch } from '../fetch/make-fetch.ts';
import { allowedHosts, readTarget } from '../fetch/target.ts';
import { ingestDocument } from '../ingest/ingest-document.ts';
import type { ParseFile } from '../ingest/parse-file.ts';
import { createChildParser } from '../ingest/parse-in-child.ts';
import { StartError } from '../start-error.ts';
import type { AccountRow, Store } from '../store/store.ts';
import { type Command, type Io, UsageError } from './command.ts';
import { withAccount } from './open-data.ts';

/** Files taken from a folder; a file named by itself is tried whatever its name. */
const READ_FROM_FOLDERS = /\.(?:md|markdown|mdx|txt|html?|pdf|docx|csv|json)$/i;
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist']);

/** `assisters ingest` */
export const ingest: Command = {
  summary: 'Add files, folders and pages to a knowledge base.',
  help: `Usage: assisters ingest <file|folder|url>… [options]

Reads Markdown, text, HTML, PDF, DOCX, CSV and JSON files, and pages. What has not changed since the last time is not read again.
Works on the data directory (ASSISTERS_DATA_DIR), also while a server runs on it; what is read answers at once.

  --knowledge-base <id>  Where to; default: the only one there is, else the first assistant's.
  --depth <n>            Links to follow from each URL, on the same site: 0 to ${CRAWL_LIMITS.depth} [0]
  --base-url <url>       Address of the folder or file on your site, for citations: ./docs/a.md is cited as <url>/a.md
  --account <id>         Account to work on; default: the first.`,

  run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        'knowledge-base': { type: 'string' },
        depth: { type: 'string', default: '0' },
        'base-url': { type: 'string' },
        account: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    if (positionals.length === 0) throw new UsageError('Name at least one file, folder or URL.');
    const depth = Number(values.depth);
    if (!/^\d+$/.test(values.depth) || depth > CRAWL_LIMITS.depth)
      throw new UsageError(`--depth must be a whole number from 0 to ${CRAWL_LIMITS.depth}.`);
    const baseUrl = values['base-url'];
    if (baseUrl !== undefined && normalizeUrl(baseUrl) === null)
      throw new UsageError('--base-url must be an http(s) URL.');
    for (const path of positionals)
      if (!isUrl(path) && !existsSync(path)) throw new StartError(`There is no file or folder ${path}.`);

    return withAccount(io, values.account, async (store, account) => {
      const knowledgeBaseId = await chooseBase(store, account, values['knowledge-base']);
      const parser = createChildParser();
      const work: Work = { store, account, knowledgeBaseId, io, parse: parser.parse, counts: new Map() };
      try {
        for (const path of positionals) {
          if (io.signal.aborted) break;
          if (isUrl(path)) await ingestUrl(work, path, depth);
          else await ingestPath(work, path, baseUrl);
        }
      } finally {
        await parser.close();
      }
      const summary = [...work.counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'nothing found';
      io.err(`${summary}; knowledge base ${knowledgeBaseId}\n`);
      return io.signal.aborted || work.counts.has('failed') || work.counts.size === 0 ? 1 : 0;
    });
  },
};

interface Work {
  readonly store: Store;
  readonly account: AccountRow;
  readonly knowledgeBaseId: string;
  readonly io: Io;
  readonly parse: ParseFile;
  /** Outcome → how many. */
  readonly counts: Map<string, number>;
}

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

function report({ io, counts }: Work, outcome: string, what: string, note = ''): void {
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  io.err(`  ${outcome.padEnd(10)} ${what}${note === '' ? '' : `  (${note})`}\n`);
}

async function chooseBase(store: Store, account: AccountRow, wanted: string | undefined): Promise<string> {
  const scope = { accountId: account.id };
  if (wanted !== undefined) {
    if (await store.knowledge.getBase(scope, wanted)) return wanted;
    throw new StartError(`There is no knowledge base ${wanted}.`);
  }
  const { rows: bases, total } = await store.knowledge.listBases(scope, { limit: 1, offset: 0 });
  if (total === 1) return bases[0]!.id;
  const { rows: assistants } = await store.assistants.list(scope, { limit: 100, offset: 0 });
  const used = assistants.map(({ knowledgeBaseId }) => knowledgeBaseId).filter((id) => id !== null);
  if (used.length > 0) return used.at(-1)!;
  throw new StartError('There is no knowledge base yet; create one with POST /v1/knowledge-bases, or name one.');
}

async function ingestPath(work: Work, path: string, baseUrl: string | undefined): Promise<void> {
  const folder = statSync(path).isDirectory();
  const files = folder ? await filesBelow(path) : [path];
  for (const file of files) {
    if (work.io.signal.aborted) return;
    const inside = (folder ? relative(path, file) : basename(file)).split(sep).join('/');
    const key = relative(process.cwd(), resolve(file)).split(sep).join('/');
    const { store, account, knowledgeBaseId, io } = work;
    const { document, outcome } = await ingestDocument({
      store,
      scope: { accountId: account.id },
      knowledgeBaseId,
      key: `file:${key}`,
      bytes: await readFile(file),
      filename: basename(file),
      url: baseUrl === undefined ? '' : new URL(inside, `${baseUrl.replace(/\/+$/, '')}/`).href,
      newId: () => newId(ID_PREFIX.document, randomBytes),
      now: Date.now,
      parse: work.parse,
      signal: io.signal,
    });
    report(work, outcome, key, document.error?.message ?? passages(document.chunkCount));
  }
}

const passages = (count: number): string => `${count} ${count === 1 ? 'passage' : 'passages'}`;

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) found.push(...(await filesBelow(path)));
    else if (entry.isFile() && READ_FROM_FOLDERS.test(entry.name)) found.push(path);
  }
  return found.sort();
}

/** Follows the address as a source of its own, so that it can be refreshed, listed and deleted through the API too. */
async function ingestUrl(work: Work, address: string, crawlDepth: number): Promise<void> {
  const { store, account, knowledgeBaseId, io } = work;
  const config = readConfig(io.env);
  const scope = { accountId: account.id };
  const fetch = makeFetch(config);
  try {
    const url = normalizeUrl(readTarget(address, allowedHosts(config.allowPrivateHosts)).href)!;
    const now = Date.now();
    const queued = await store.urlSources.put(
      {
        id: newId(ID_PREFIX.urlSource, randomBytes),
        accountId: account.id,
        knowledgeBaseId,
        url,
        crawlDepth,
        refreshSchedule: 'none',
        status: 'crawling',
        error: null,
        run: 0,
        lastCrawledAt: null,
        createdAt: now,
        updatedAt: now,
      },
      // Due only if this process dies on the way: then the server takes the crawl over.
      { ...crawlJob(account.id, knowledgeBaseId, now), runAt: now + TAKE_OVER_MS },
    );
    const source = { ...queued, run: queued.run + 1 };
    await store.urlSources.update(scope, source.id, { run: source.run });
    await crawlSource(
      {
        store,
        fetch,
        parse: work.parse,
        newId: (kind) => newId(ID_PREFIX[kind], randomBytes),
        now: Date.now,
        signal: io.signal,
        onPage: (page) => report(work, page.outcome, page.url, page.reason ?? ''),
      },
      source,
    );
    await store.urlSources.update(scope, source.id, {
      status: 'ready',
      lastCrawledAt: Date.now(),
      updatedAt: Date.now(),
    });
    await store.jobs.delete(account.id, `crawl:${source.id}`);
  } catch (error) {
    if (io.signal.aborted) io.err('Stopped; a running server goes on with the crawl in a while.\n');
    else if (error instanceof FetchError) report(work, 'failed', address, error.message);
    else throw error;
  } finally {
    await fetch.close();
  }
}
/** Longer than any crawl in the foreground should take between two pages. */
const TAKE_OVER_MS = 60 * 60_000;
