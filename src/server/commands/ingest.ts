import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { newId } from '../auth/credentials.ts';
import { type Config, readConfig } from '../config.ts';
import { crawlJob, followSource } from '../crawl/crawl-job.ts';
import { CRAWL_LIMITS } from '../crawl/crawl-limits.ts';
import { MAX_PAGE_URL, normalizeUrl } from '../crawl/crawl-url.ts';
import { isSchedule, nextRun } from '../crawl/schedule.ts';
import { createSitePace } from '../crawl/site-pace.ts';
import { FetchError } from '../fetch/fetch-error.ts';
import type { GuardedFetch } from '../fetch/guarded-fetch.ts';
import { makeFetch } from '../fetch/make-fetch.ts';
import { allowedHosts, readTarget } from '../fetch/target.ts';
import { MEDIA_TYPES } from '../ingest/detect.ts';
import { documentJob } from '../ingest/document-job.ts';
import { newVersion, outcomeOf, processDocument } from '../ingest/ingest-document.ts';
import type { ParseFile } from '../ingest/parse-file.ts';
import { createChildParser } from '../ingest/parse-in-child.ts';
import { LEASE } from '../jobs/keep-lease.ts';
import { doOwnJob } from '../jobs/own-job.ts';
import { StartError } from '../start-error.ts';
import type { AccountRow, DocumentRow, Store } from '../store/store.ts';
import type { UrlSourceRow } from '../store/url-sources.ts';
import { type Command, type Io, UsageError } from './command.ts';
import { withAccount } from './open-data.ts';

/** Files taken from a folder; a file named by itself is tried whatever its name. */
const READ_FROM_FOLDERS = 'md markdown mdx txt htm html xhtml pdf docx csv tsv json jsonl ndjson'.split(' ');
const isRead = (name: string) => READ_FROM_FOLDERS.includes(extname(name).slice(1).toLowerCase());
const SKIPPED_FOLDERS = new Set(['node_modules', '.git', 'dist']);

/** `assisters ingest` */
export const ingest: Command = {
  summary: 'Add files, folders and pages to a knowledge base.',
  help: `Usage: assisters ingest <file|folder|url>… [options]

Reads Markdown, text, HTML, PDF, DOCX, CSV and JSON files, and pages. What has not changed since the last time is not read again:
a command that was stopped (Ctrl-C, exit code 130) is run again to go on.
Works on the data directory (ASSISTERS_DATA_DIR), also while a server runs on it; what is read answers at once.

  --knowledge-base <id>  Where to; default: the only one there is, else the first assistant's.
  --depth <n>            Links to follow from each URL, on the same site: 0 to ${CRAWL_LIMITS.depth} [0]
  --refresh <schedule>   Read each URL again: hourly, daily, weekly, monthly, a cron expression (UTC) or none.
                         A running server does it. Default: as it was, for a new one none.
  --base-url <url>       Address of the folder or file on your site, for citations: ./docs/a.md is cited as <url>/a.md
  --prune                Remove what was read from a folder before and is no longer there. Without it, it is only named.
  --account <id>         Account to work on; default: the first.`,

  run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        'knowledge-base': { type: 'string' },
        depth: { type: 'string', default: '0' },
        refresh: { type: 'string' },
        'base-url': { type: 'string' },
        prune: { type: 'boolean', default: false },
        account: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    if (positionals.length === 0) throw new UsageError('Name at least one file, folder or URL.');
    const depth = Number(values.depth);
    if (!/^\d+$/.test(values.depth) || depth > CRAWL_LIMITS.depth)
      throw new UsageError(`--depth must be a whole number from 0 to ${CRAWL_LIMITS.depth}.`);
    if (values.refresh !== undefined && !isSchedule(values.refresh))
      throw new UsageError(
        '--refresh must be none, hourly, daily, weekly, monthly or five cron fields at least 10 minutes apart.',
      );
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
          if (isUrl(path)) await ingestUrl(work, path, depth, values.refresh);
          else await ingestPath(work, path, baseUrl, values.prune);
        }
      } catch (error) {
        // Whatever Ctrl-C broke off on its way.
        if (!io.signal.aborted) throw error;
      } finally {
        await parser.close();
      }
      const counts = [...work.counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
      if (io.signal.aborted) {
        io.err(`Stopped: ${counts || 'nothing read'} so far. ${GO_ON}\n`);
        return 130;
      }
      io.err(`${counts || 'nothing found'}; knowledge base ${knowledgeBaseId}\n`);
      return work.counts.has('failed') || work.counts.size === 0 ? 1 : 0;
    });
  },
};

const GO_ON =
  'Run the same command again to go on: what was read stays, and what has not changed is not read again. ' +
  'A running server finishes the file or site that was being read.';

interface Work {
  readonly store: Store;
  readonly account: AccountRow;
  readonly knowledgeBaseId: string;
  readonly io: Io;
  readonly parse: ParseFile;
  /** Outcome → how many. */
  readonly counts: Map<string, number>;
}

/** How a file is known the next time: by its path from where the command runs. */
const nameOf = (path: string): string => relative(process.cwd(), resolve(path)).split(sep).join('/');
const FILE_KEY = 'file:';
/** Documents listed at a time. */
const PAGE = 500;

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

async function ingestPath(work: Work, path: string, baseUrl: string | undefined, prune: boolean): Promise<void> {
  const folder = statSync(path).isDirectory();
  const files = folder ? await filesBelow(path) : [path];
  if (files.length === 0)
    work.io.err(
      `  nothing    ${path} holds no file of these kinds: ${READ_FROM_FOLDERS.map((kind) => `.${kind}`).join(' ')}.\n` +
        `             Looked in it and the folders below, not in ${[...SKIPPED_FOLDERS].join(', ')} and names that begin with a dot.\n` +
        '             Name another folder, or the file itself: it is then read whatever its name.\n',
    );
  for (const [index, file] of files.entries()) {
    if (work.io.signal.aborted) return;
    const inside = (folder ? relative(path, file) : basename(file)).split(sep).join('/');
    const url = baseUrl === undefined ? null : new URL(inside, `${baseUrl.replace(/\/+$/, '')}/`).href;
    const place = files.length > 1 ? `${index + 1}/${files.length} ` : '';
    await ingestFile(work, file, url, place);
  }
  // A folder without a single file is a disk that is not there, rather than one that was tidied up.
  if (files.length > 0 && folder) await settleGone(work, path, prune);
}

/** Names the documents whose files were below a folder and are gone, or with `prune` removes them. */
async function settleGone(work: Work, folder: string, prune: boolean): Promise<void> {
  const { store, account, knowledgeBaseId } = work;
  const scope = { accountId: account.id };
  const place = nameOf(folder);
  const isBelow = (name: string) => (place === '' ? !name.startsWith('../') : name.startsWith(`${place}/`));
  const gone: DocumentRow[] = [];
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await store.knowledge.listDocuments(scope, knowledgeBaseId, { limit: PAGE, offset });
    total = page.total;
    gone.push(
      ...page.rows.filter(({ key }) => {
        const name = key.startsWith(FILE_KEY) ? key.slice(FILE_KEY.length) : null;
        return name !== null && isBelow(name) && !existsSync(name);
      }),
    );
  }
  for (const { id, key } of gone) {
    const name = key.slice(FILE_KEY.length);
    if (!prune) report(work, 'gone', name, 'its file is not there any more; it still answers until --prune removes it');
    else if (await store.knowledge.deleteDocument(scope, knowledgeBaseId, id)) report(work, 'removed', name);
  }
}

/**
 * Reads a file as a job of its own: if this process dies over it, a server reads it to the end.
 *
 * @param address where citations lead; `null` leaves it as it was
 */
async function ingestFile(work: Work, file: string, address: string | null, place: string): Promise<void> {
  const { store, account, knowledgeBaseId, io, parse } = work;
  const scope = { accountId: account.id };
  const name = nameOf(file);
  const size = statSync(file).size;
  const { uploadBytes } = readConfig(io.env);
  if (size > uploadBytes) {
    // Asked before it is read: a file of gigabytes would be held in memory several times over.
    const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
    const limit = `at most ${mebibytes(uploadBytes)} are taken; split it, or raise ASSISTERS_UPLOAD_BYTES`;
    report(work, 'failed', place + name, `The file has ${mebibytes(size)}; ${limit}.`);
    return;
  }
  const bytes = await readFile(file);
  const key = FILE_KEY + name;
  const url = address ?? (await store.knowledge.findDocument(scope, knowledgeBaseId, key))?.url ?? '';
  const request = {
    store,
    scope,
    knowledgeBaseId,
    key,
    bytes,
    filename: basename(file),
    url,
    newId: () => newId(ID_PREFIX.document, randomBytes),
    now: Date.now,
  };
  const { row, existing, unchanged } = await newVersion(request);
  if (existing && unchanged && !hasMoved(existing, url)) {
    report(work, 'unchanged', place + name, existing.error?.message ?? passages(existing.chunkCount));
    return;
  }
  const now = Date.now();
  const job = { ...documentJob(account.id, knowledgeBaseId, bytes, '', undefined, now), leaseUntil: now + LEASE.ms };
  const queued = await store.knowledge.queueDocument(row, job);
  const payload = { ...job.payload, documentId: queued.id };
  const own = { ...job, id: `document:${queued.id}`, payload, attempts: 1 };
  await doOwnJob(store.jobs, own, Date.now, io.signal, async (signal) => {
    const document = await processDocument({ ...request, parse, signal }, queued);
    report(work, outcomeOf(document, existing), place + name, document.error?.message ?? passages(document.chunkCount));
    return undefined;
  });
}

/** Passages carry the address, so a new one means reading the same bytes again. A page may name another on its site. */
function hasMoved(document: DocumentRow, url: string): boolean {
  if (document.url === url) return false;
  const ofItsOwn = document.mediaType === MEDIA_TYPES.html && document.url !== '' && url !== '';
  return !(ofItsOwn && new URL(document.url).host === new URL(url).host);
}

const passages = (count: number): string => `${count} ${count === 1 ? 'passage' : 'passages'}`;

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) found.push(...(await filesBelow(path)));
    else if (entry.isFile() && isRead(entry.name)) found.push(path);
  }
  return found.sort();
}

/** Follows the address as a source of its own, so that it can be refreshed, listed and deleted through the API too. */
async function ingestUrl(work: Work, address: string, crawlDepth: number, wanted: string | undefined): Promise<void> {
  const { store, account, knowledgeBaseId, io } = work;
  const config = readConfig(io.env);
  const fetch = makeFetch(config);
  try {
    const url = normalizeUrl(readTarget(address, allowedHosts(config.allowPrivateHosts)).href);
    if (url === null) throw new UsageError(`The address is longer than ${MAX_PAGE_URL} characters.`);
    const known = await store.urlSources.find({ accountId: account.id }, knowledgeBaseId, url);
    const refreshSchedule = wanted ?? known?.refreshSchedule ?? 'none';
    const now = Date.now();
    const job = { ...crawlJob(account.id, knowledgeBaseId, now), leaseUntil: now + LEASE.ms };
    const source = await store.urlSources.put(
      {
        id: newId(ID_PREFIX.urlSource, randomBytes),
        accountId: account.id,
        knowledgeBaseId,
        url,
        crawlDepth,
        refreshSchedule,
        status: 'queued',
        error: null,
        run: 0,
        lastCrawledAt: null,
        createdAt: now,
        updatedAt: now,
      },
      job,
    );
    const payload = { ...job.payload, sourceId: source.id };
    const own = { ...job, id: `crawl:${source.id}`, payload, attempts: 1 };
    await doOwnJob(store.jobs, own, Date.now, io.signal, async (signal) => {
      await crawlInSight(work, source, config, fetch, signal);
      const at = nextRun(refreshSchedule, source.id, Date.now());
      return at === null ? undefined : { runAt: at };
    });
    if (known === null && refreshSchedule === 'none') await forgetIfEmpty(work, source.id);
  } catch (error) {
    if (error instanceof FetchError)
      report(work, 'failed', address, [error.message, error.advice ?? []].flat().join(' '));
    else throw error;
  } finally {
    await fetch.close();
  }
}

/** A new address that is read once and gave nothing (a misspelt one) would only stand in the list of sources. */
async function forgetIfEmpty({ store, account, knowledgeBaseId }: Work, id: string): Promise<void> {
  const scope = { accountId: account.id };
  const source = await store.urlSources.get(scope, knowledgeBaseId, id);
  const { indexed = 0, unchanged = 0 } = await store.urlSources.outcomes(scope, id);
  if (source?.status === 'failed' && indexed + unchanged === 0)
    await store.urlSources.delete(scope, knowledgeBaseId, id);
}

/** Crawls the source, with a line for each page as it is done. */
async function crawlInSight(
  work: Work,
  source: UrlSourceRow,
  config: Config,
  fetch: GuardedFetch,
  signal: AbortSignal,
): Promise<void> {
  const { store, parse } = work;
  let reported = 0;
  try {
    await followSource(
      {
        store,
        fetch,
        parse,
        pace: createSitePace(store.limiter),
        newId: (kind) => newId(ID_PREFIX[kind], randomBytes),
        now: Date.now,
        maxPages: config.crawlPages,
        signal,
        onPage: (page) => {
          reported += 1;
          report(work, page.outcome, page.url, page.reason ?? '');
        },
      },
      source,
    );
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    report(work, 'failed', source.url, error.message);
    return;
  }
  const after = await store.urlSources.get({ accountId: work.account.id }, work.knowledgeBaseId, source.id);
  if (after?.error && (reported === 0 || after.status === 'ready')) work.io.err(`  ${after.error.message}\n`);
}
