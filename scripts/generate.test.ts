import { expect, test } from 'vitest';
import { staleFiles, withSection } from './generate.ts';
import { REFERENCE } from './reference/index.ts';

test('the generated parts of the docs say what the code says', () => {
  expect([...staleFiles().keys()], 'run `npm run generate`').toEqual([]);
});

test('CI makes every page, Python’s too', () => {
  const missing = REFERENCE.filter(({ text }) => text() === null).map(({ file }) => file);
  expect(process.env.CI ? missing : []).toEqual([]);
});

test('a section without markers is an error, not a silent nothing', () => {
  expect(() => withSection('no markers here', 'errors', 'x')).toThrow(/markers/);
});
