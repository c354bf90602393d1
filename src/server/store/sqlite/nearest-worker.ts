import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { type ScanAnswer, type ScanRequest, scanner } from './nearest.ts';

/** The program of the thread that compares vectors: reads questions, answers each from a connection of its own. */
const { file } = workerData as { readonly file: string };
const database = new Database(file);
database.exec('pragma busy_timeout = 5000');
database.exec('pragma query_only = on');
const scan = scanner(database);

parentPort!.on('message', ({ id, asked }: ScanRequest) => {
  let answer: ScanAnswer;
  try {
    answer = { id, hits: scan(...asked) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage(answer);
});
