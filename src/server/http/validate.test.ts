import { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { routes } from '../routes/index.ts';
import { ApiError } from './api-error.ts';
import { validate } from './validate.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  count: z.number().int().min(2).max(9).optional(),
  on: z.boolean().optional(),
  kind: z.enum(['a', 'b']).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  tags: z.array(z.string()).max(1).optional(),
  places: z.array(z.strictObject({ city: z.string() }).nullable()).default([]),
  own: z.string().regex(/^x/, 'Expected an x').optional(),
});

/** What the caller is told. */
function told(value: unknown, what = 'body'): readonly string[] {
  try {
    validate(schema, value, what);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { field, issues } = error.details as { field: string; issues: { field: string; message: string }[] };
    const all = issues.map((issue) => `${issue.field}: ${issue.message}`);
    expect([error.message, field]).toEqual([all[0], issues[0]!.field]);
    return all;
  }
  return [];
}

describe('a value that is refused is told in plain words: the field, what was expected, what came', () => {
  test.each<[unknown, string[]]>([
    [undefined, ['body: Expected a JSON object, got nothing.']],
    [[1], ['body: Expected a JSON object, got a list of 1.']],
    [{}, ['name: Expected text, got nothing.']],
    [{ name: '' }, ['name: Expected at least 1 character, got empty text.']],
    [{ name: 'secret' }, ['name: Expected at most 5 characters, got text of 6 characters.']],
    [{ name: null }, ['name: Expected text, got null.']],
    [{ name: 'a', count: 1 }, ['count: Expected a number of at least 2, got 1.']],
    [{ name: 'a', count: 10 }, ['count: Expected a number of at most 9, got 10.']],
    [{ name: 'a', count: 2.5 }, ['count: Expected a whole number, got 2.5.']],
    [{ name: 'a', on: 'yes' }, ['on: Expected true or false, got text of 3 characters.']],
    [{ name: 'a', kind: 'c' }, ['kind: Expected one of "a", "b", got text of 1 character.']],
    [{ name: 'a', url: 'javascript:' }, ['url: Expected an http or https URL, got text of 11 characters.']],
    [{ name: 'a', tags: ['b', 'c'] }, ['tags: Expected at most 1 entry, got a list of 2.']],
    [{ name: 'a', own: 'y' }, ['own: Expected an x, got text of 1 character.']],
    [{ name: 'a', places: [{ city: 1 }] }, ['places.0.city: Expected text, got 1.']],
  ])('%j', (value, sentences) => {
    expect(told(value)).toEqual(sentences);
  });

  test('a field that there is not is named, with those that there are', () => {
    expect(told({ nmae: 'a', name: 'a' })).toEqual([
      'nmae: There is no such field. Expected only: name, count, on, kind, url, tags, places, own.',
    ]);
    expect(told({ name: 'a', places: [null, { city: 'b', cuty: 'c' }] })).toEqual([
      'places.1.cuty: There is no such field. Expected only: city.',
    ]);
    expect(told({ name: 'a', [`${'k'.repeat(100)}`]: 1 })[0]).toMatch(/^k{60}…: There is no such field\./);
  });

  test('what was read from a field is told by its path', () => {
    expect(told({ name: 1 }, 'metadata')).toEqual(['metadata.name: Expected text, got 1.']);
    expect(told(1, 'metadata')).toEqual(['metadata: Expected a JSON object, got 1.']);
  });
});

test.each(routes.filter(({ body }) => body).map(({ name, body }) => [name, body!] as const))(
  '%s takes no field that it does not know',
  (_name, body) => {
    const issues = body.safeParse({ no_such_field: 1 }).error?.issues ?? [];
    expect(issues.find(({ code }) => code === 'unrecognized_keys')).toMatchObject({ keys: ['no_such_field'] });
  },
);
