import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeCluster } from './postgres-cluster.ts';
import './postgres.ts';

const PREFIX = 'assisters-pg-run-';

/** A run that was killed leaves its cluster behind; the next one ends it. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    removeCluster(join(folder, 'c'));
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Gives the run a folder for its PostgreSQL cluster, which the first test that needs one starts, and ends it afterwards. */
export default function setUp(project: TestProject): () => void {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // The server runs as another user than root.
  chmodSync(folder, 0o755);
  project.provide('postgresFolder', folder);
  return () => {
    removeCluster(join(folder, 'c'));
    rmSync(folder, { recursive: true, force: true });
  };
}
