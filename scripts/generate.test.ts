import { expect, test } from 'vitest';
import { staleFiles, withSection } from './generate.ts';

test('the generated parts of the docs say what the code says', () => {
  expect([...staleFiles().keys()], 'run `npm run generate`').toEqual([]);
});

test('a section without markers is an error, not a silent nothing', () => {
  expect(() => withSection('no markers here', 'errors', 'x')).toThrow(/markers/);
});
