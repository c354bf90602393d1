import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeCluster } from './postgres-cluster.ts';
import './postgres.ts';

/** Gives the run a folder for its PostgreSQL cluster, which the first test that needs one starts, and ends it afterwards. */
export default function setUp(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'assisters-pg-'));
  // The server runs as another user than root.
  chmodSync(folder, 0o755);
  project.provide('postgresFolder', folder);
  return () => {
    removeCluster(join(folder, 'c'));
    rmSync(folder, { recursive: true, force: true });
  };
}
