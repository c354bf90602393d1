import { readConfig } from '../config.ts';
import { withEmbedding } from '../embeddings/embed-job.ts';
import { embeddingSettings } from '../main.ts';
import { StartError } from '../start-error.ts';
import { hasData, openStore } from '../store/open.ts';
import type { AccountRow, Store } from '../store/store.ts';
import type { Io } from './command.ts';

/**
 * Runs work on the configured data and closes it again. Works while a server runs on it.
 *
 * @param accountId whose data; default: the first account
 * @throws StartError when there is no data yet, or no such account
 */
export function withAccount<Result>(
  io: Io,
  accountId: string | undefined,
  work: (store: Store, account: AccountRow) => Promise<Result>,
): Promise<Result> {
  return withData(io, async (store) => {
    const account = accountId === undefined ? (await store.accounts.list())[0] : await store.accounts.get(accountId);
    if (!account) {
      throw new StartError(
        accountId ? `There is no account ${accountId}.` : 'There is no account yet; run "assisters serve" first.',
      );
    }
    return work(store, account);
  });
}

/** The same, for work on all accounts. */
export async function withData<Result>(io: Io, work: (store: Store) => Promise<Result>): Promise<Result> {
  const config = readConfig(io.env);
  if (!hasData(config)) {
    throw new StartError(
      `There is no data in ${config.dataDir} yet. Run "assisters serve" first, or set ASSISTERS_DATA_DIR.`,
    );
  }
  const opened = await openStore(config);
  // What is added here is embedded by the server, which looks for such work every few seconds.
  const store = embeddingSettings(config) ? withEmbedding(opened) : opened;
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
