import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

test('where a file is, it says so', () => {
  const root = mkdtempSync(join(tmpdir(), 'assisters-'));
  try {
    writeFileSync(join(root, 'a'), '');
    for (const path of ['a', 'a/b/c'])
      expect(() => makeFolder(join(root, path))).toThrow(`${join(root, 'a')} is a file; expected a folder.`);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.skipIf(!existsSync('/proc'))('a place that takes no folders is an error at once, not an endless loop', () => {
  expect(() => makeFolder('/proc/assisters/data')).toThrow(/ENOENT|EACCES|EPERM/);
});
