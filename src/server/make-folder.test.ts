import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

test('makes what is missing, and again does nothing', () => {
  const root = mkdtempSync(join(tmpdir(), 'assisters-'));
  try {
    makeFolder(join(root, 'a/b/c'));
    makeFolder(join(root, 'a/b/c'));
    expect(existsSync(join(root, 'a/b/c'))).toBe(true);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.skipIf(!existsSync('/proc'))('a place that takes no folders is an error at once, not an endless loop', () => {
  expect(() => makeFolder('/proc/assisters/data')).toThrow(/ENOENT|EACCES|EPERM/);
});
