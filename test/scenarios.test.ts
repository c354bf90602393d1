import { expect, test } from 'vitest';
import { ERRORS } from '../src/protocol/errors.ts';
import { scenarioDifferences, scenarioIds, scenarios } from './scenarios.ts';

test('ids are unique', () => {
  const ids = scenarioIds();
  expect(new Set(ids).size).toBe(ids.length);
});

test('every code of the error table has its scenario', () => {
  const covered = scenarios().map(({ result }) => result.code);
  expect(Object.keys(ERRORS).filter((code) => !covered.includes(code))).toEqual([]);
});

test('a client that lacks a scenario, or has one of its own, is told', () => {
  expect(scenarioDifferences('python', ['a', 'b'], ['a', 'b'])).toEqual([]);
  expect(scenarioDifferences('python', ['a', 'b'], ['a'])).toEqual(['python did not pass b']);
  expect(scenarioDifferences('python', ['a'], ['a', 'c'])).toEqual(['python ran c, which nobody knows']);
});
