/**
 * A process that does what is queued in a data directory, for drills that kill it: `drill-worker.ts <dir> <ahead>`. Its
 * clock is `ahead` milliseconds ahead, so that the leases of those killed before it have run out. Says `started`, and
 * ends when nothing is left to do.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { secretBox } from '../auth/secret-box.ts';
import { readConfig } from '../config.ts';
import { CRAWL_JOB } from '../crawl/crawl-job.ts';
import { DOCUMENT_JOB } from '../ingest/document-job.ts';
import { makeJobs } from '../jobs/make-jobs.ts';
import { SILENT_LOG } from '../logs.ts';
import { openStore } from '../store/open.ts';

const [dataDir = '', ahead = '0'] = process.argv.slice(2);
const config = readConfig({ ASSISTERS_DATA_DIR: dataDir, ASSISTERS_ALLOW_PRIVATE_HOSTS: '127.0.0.1' });
const store = await openStore(config);
const jobs = makeJobs({
  store,
  config,
  clock: () => Date.now() + Number(ahead),
  log: SILENT_LOG,
  secrets: secretBox(Buffer.alloc(32, 7)),
  crawlIntervalMs: 0,
});
jobs.start();
process.stdout.write('started\n');
while ((await store.jobs.nextAt([DOCUMENT_JOB, CRAWL_JOB])) !== null) await delay(50);
await jobs.stop();
await store.close();
