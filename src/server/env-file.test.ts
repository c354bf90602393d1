import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { badLines, readEnvFile } from './env-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assisters-env-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('names the lines that are not read by number, and never quotes them', () => {
  const path = join(folder, '.env');
  const text = [
    '# a comment',
    'PORT=1234',
    'PORT: 8080',
    'sk_live_secret',
    'export HOST = "0.0.0.0" # all',
    '',
    'my name=x',
    'KEY="first',
    'not = a line of its own"',
    "LAST='open",
  ].join('\r\n');
  writeFileSync(path, text);
  const { variables, warnings } = readEnvFile(path);
  expect(variables).toMatchObject({ PORT: '1234', HOST: '0.0.0.0' });
  expect(warnings.map((one) => /line (\d+)/.exec(one)![1])).toEqual(['3', '4', '7', '10']);
  expect(warnings.join()).not.toMatch(/8080|secret/);
  expect(badLines('A=1\nB=`x`\nC=\nD="a # b"\nE=it\'s\n')).toEqual([]);
});

test('a file that is not there says nothing; a folder in its place is told', () => {
  expect(readEnvFile(join(folder, '.env'))).toEqual({ variables: {}, warnings: [] });
  mkdirSync(join(folder, '.env'));
  expect(() => readEnvFile(join(folder, '.env'))).toThrow(/\.env is a folder; expected a file\. Docker/);
});
