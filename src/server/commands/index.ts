import { accounts } from './accounts.ts';
import { backup, restore } from './backup.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { ingest } from './ingest.ts';
import { keys } from './keys.ts';
import { listen } from './listen.ts';
import { migrate } from './migrate.ts';
import { serve } from './serve.ts';

/** Every command of `assisters`, in the order that its help lists them. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve,
  ingest,
  keys,
  doctor,
  accounts,
  listen,
  backup,
  restore,
  migrate,
};
