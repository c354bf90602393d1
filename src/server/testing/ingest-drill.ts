import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'libsql';
import { seededRandom } from '../../../test/random.ts';
import { secretBox } from '../auth/secret-box.ts';
import { readConfig } from '../config.ts';
import { crawlJob } from '../crawl/crawl-job.ts';
import { DOCUMENT_JOB, documentJob, MAX_ATTEMPTS } from '../ingest/document-job.ts';
import { ingestDocument, newVersion } from '../ingest/ingest-document.ts';
import { parseFile } from '../ingest/parse-file.ts';
import { LEASE } from '../jobs/keep-lease.ts';
import { makeJobs } from '../jobs/make-jobs.ts';
import { SILENT_LOG } from '../logs.ts';
import { databaseFile, openStore } from '../store/open.ts';
import { type DocsSite, startDocsSite } from './docs-site.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SCOPE = { accountId: 'acct_1' };

/** What a knowledge base holds, to be compared: nothing in it depends on who read it, or how often. */
export interface Holding {
  /** `key · hash · status · passages`, in order. */
  readonly documents: readonly string[];
  /** `key · ordinal · text`, in order. */
  readonly passages: readonly string[];
  /** `url · outcome`, in order; a page read twice is `unchanged` the second time, which counts as `indexed`. */
  readonly pages: readonly string[];
  /** Rows of the full-text index. */
  readonly indexed: number;
}

export interface DrillResult {
  readonly disturbed: Holding;
  readonly undisturbed: Holding;
  readonly kills: number;
  /** Passages that were of two versions of a document, or not all of one, after some kill. Must be empty. */
  readonly torn: readonly string[];
}

/**
 * Reads files, of which some are new versions, and a site twice: once in peace, and once with every process killed (SIGKILL) at a seeded point, the command
 * line's crawl first, then the workers that take over. The same must come of both.
 *
 * @param options.pages of the site · `files` uploaded · `kills` of workers
 */
export async function ingestDrill(options: {
  readonly seed: number;
  readonly pages: number;
  readonly files: number;
  readonly kills: number;
}): Promise<DrillResult> {
  const { seed, pages, files, kills } = options;
  const random = seededRandom(seed);
  const site = await startDocsSite(pages);
  const folder = mkdtempSync(join(tmpdir(), 'assisters-drill-'));
  const running = new Set<ChildProcess>();
  const torn: string[] = [];
  let killed = 0;

  const start = (program: string, args: readonly string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, ['--import', TSX, path(program), ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
    const ended = new Promise<number | null>((resolve) =>
      child.once('close', (code) => {
        running.delete(child);
        resolve(code);
      }),
    );
    return { child, ended, output: () => output };
  };
  /**
   * Kills after some more requests to the site, or some time after the process began to work; but not so often over the
   * same file that it would be given up as the cause.
   */
  const killSoon = async (dataDir: string, { child, ended, output }: ReturnType<typeof start>, says: string) => {
    const over = { is: false };
    void ended.then(() => {
      over.is = true;
    });
    while (!over.is && !output().includes(says)) await delay(5);
    const until = site.requests.length + 1 + Math.floor(random() * 8);
    const times = Math.floor(random() * 60);
    for (let turn = 0; turn < times && !over.is && site.requests.length < until; turn += 1) await delay(10);
    while (!over.is && mostAttempts(dataDir) >= MAX_ATTEMPTS) await delay(20);
    if (over.is) return;
    child.kill('SIGKILL');
    killed += 1;
    await ended;
  };
  const finish = async (dataDir: string, ahead: number) => {
    const { ended, output } = start('./drill-worker.ts', [dataDir, String(ahead)]);
    const code = await ended;
    if (code !== 0) throw new Error(`The worker ended with ${code}: ${output()}`);
  };

  try {
    const peace = join(folder, 'peace');
    await prepare(peace, files);
    await finishInPeace(peace, `${site.url}/`);

    const war = join(folder, 'war');
    await prepare(war, files);
    await killSoon(war, start('../cli.ts', ['ingest', `${site.url}/`, '--depth', '2'], environment(war)), 'indexed');
    for (let kill = 1; kill <= kills; kill += 1) {
      await killSoon(war, start('./drill-worker.ts', [war, String(kill * (LEASE.ms + 1))]), 'started');
      torn.push(...tornIn(war));
    }
    await finish(war, (kills + 1) * (LEASE.ms + 1));
    return { undisturbed: holding(peace, site), disturbed: holding(war, site), kills: killed, torn };
  } finally {
    const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
    await site.close();
    rmSync(folder, { recursive: true });
  }
}

/** Everything in this process, undisturbed. */
async function finishInPeace(dataDir: string, url: string): Promise<void> {
  const store = await openStore(readConfig(environment(dataDir)));
  const source = {
    id: 'url_1',
    accountId: 'acct_1',
    knowledgeBaseId: 'kb_1',
    url,
    crawlDepth: 2,
    refreshSchedule: 'none',
    status: 'queued',
    error: null,
    run: 0,
    lastCrawledAt: null,
    createdAt: 1,
    updatedAt: 1,
  } as const;
  await store.urlSources.put(source, crawlJob('acct_1', 'kb_1', 1));
  const jobs = makeJobs({
    store,
    config: readConfig(environment(dataDir)),
    clock: Date.now,
    log: SILENT_LOG,
    secrets: secretBox(Buffer.alloc(32, 7)),
    parse: parseFile,
    crawlIntervalMs: 0,
  });
  jobs.start();
  await jobs.idle();
  await jobs.stop();
  await store.close();
}

const environment = (dataDir: string) => ({
  ASSISTERS_DATA_DIR: dataDir,
  ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
});

/** A data directory with an account, a knowledge base and files that wait to be read. */
async function prepare(dataDir: string, files: number): Promise<void> {
  const store = await openStore(readConfig(environment(dataDir)));
  await store.accounts.create({ id: 'acct_1', name: 'A', plan: 'enterprise', createdAt: 1 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 1 });
  for (let index = 0; index < files; index += 1) {
    const [filename, bytes] = fileOf(index);
    const request = {
      store,
      scope: SCOPE,
      knowledgeBaseId: 'kb_1',
      key: `upload:${filename}`,
      bytes,
      filename,
      url: '',
      newId: () => `doc_${index}`,
      now: () => 1,
    };
    // Some have been read before, in words of their own.
    if (index % 8 === 2) await ingestDocument({ ...request, bytes: guide(index, 'Once rule', 120) });
    const { row } = await newVersion(request);
    await store.knowledge.queueDocument(
      { ...row, status: 'queued' },
      documentJob('acct_1', 'kb_1', bytes, '', undefined, index),
    );
  }
  await store.close();
}

function fileOf(index: number): [string, Buffer] {
  const sentence = `Rule ${index} says what is done when the bell of tower ${index} rings, and by whom it is done. `;
  if (index % 4 === 0) return [`handbook-${index}.pdf`, readFileSync(path('../ingest/fixtures/handbook.pdf'))];
  if (index % 4 === 1) return [`table-${index}.csv`, Buffer.from(`Name,Note\n${`Bell,${sentence}\n`.repeat(200)}`)];
  // Every other one is so long that it is written in several transactions.
  return [`guide-${index}.md`, guide(index, 'Rule', index % 4 === 2 ? 250 : 60)];
}

function guide(index: number, rule: string, parts: number): Buffer {
  const sentence = `${rule} ${index} says what is done when the bell of tower ${index} rings, and by whom it is done. `;
  return Buffer.from(`# Guide ${index}\n\n${`## Part\n\n${sentence.repeat(10)}\n\n`.repeat(parts)}`);
}

function rowsOf<Row>(dataDir: string, sql: string): Row[] {
  const database = new Database(databaseFile(dataDir));
  try {
    return database.prepare(sql).all([]) as Row[];
  } finally {
    database.close();
  }
}

const mostAttempts = (dataDir: string): number =>
  rowsOf<{ most: number | null }>(dataDir, `select max(attempts) as most from jobs where kind = '${DOCUMENT_JOB}'`)[0]
    ?.most ?? 0;

function holding(dataDir: string, site: DocsSite): Holding {
  const strip = (text: string) => text.replaceAll(site.url, '');
  const rows = (sql: string) => rowsOf<{ line: string }>(dataDir, sql).map(({ line }) => strip(line));
  return {
    documents: rows(
      `select key || ' · ' || content_hash || ' · ' || status || ' · ' || chunk_count as line from documents order by key`,
    ),
    passages: rows(
      `select d.key || ' · ' || c.ordinal || ' · ' || c.text as line from chunks c join documents d on d.id = c.document_id
       order by d.key, c.ordinal`,
    ),
    pages: rows(`select url || ' · ' || replace(outcome, 'unchanged', 'indexed') as line from url_pages order by url`),
    indexed: rowsOf<{ n: number }>(dataDir, 'select count(*) as n from chunks_fts')[0]!.n,
  };
}

/** Documents whose passages are not exactly those of one version. */
function tornIn(dataDir: string): string[] {
  const rows = rowsOf<{ id: string; versions: number; passages: number; last: number }>(
    dataDir,
    `select document_id as id, count(distinct substr(id, length(document_id) + 2, 8)) as versions, count(*) as passages,
       max(ordinal) as last from chunks where ordinal >= 0 group by document_id`,
  );
  return rows.filter(({ versions, passages, last }) => versions !== 1 || passages !== last + 1).map(({ id }) => id);
}
