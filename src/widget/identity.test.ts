import { expect, test } from 'vitest';
import { subjectOf } from './identity.ts';

const token = (payload: unknown) => `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`;

test('the subject of a token, whatever its script', () => {
  expect(subjectOf(token({ sub: 'u_42', exp: 1 }))).toBe('u_42');
  expect(subjectOf(token({ sub: 'Žofie 小林 ÿþ??>>' }))).toBe('Žofie 小林 ÿþ??>>');
});

test.each(['', 'x', 'a.b.c', 'a..c', token({}), token({ sub: 7 }), token({ sub: '' }), token(null)])(
  '%j names nobody',
  (text) => {
    expect(subjectOf(text)).toBeNull();
  },
);
