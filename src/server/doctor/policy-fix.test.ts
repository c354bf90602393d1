import { expect, test } from 'vitest';
import { policyFix } from './policy-fix.ts';

const HOST = 'https://chat.example.com';
const script = { directive: 'script-src-elem', source: HOST };
const connect = { directive: 'connect-src', source: HOST };
const frame = { directive: 'frame-src', source: HOST };

test.for([
  ["default-src 'self'", `script-src 'self' ${HOST}; connect-src 'self' ${HOST}`],
  ["default-src 'none'", `script-src ${HOST}; connect-src ${HOST}`],
  [
    "default-src 'self' https://cdn.example; script-src 'nonce-abc123' 'self'",
    `script-src 'nonce-…' 'self' ${HOST}; connect-src 'self' https://cdn.example ${HOST}`,
  ],
  [
    "script-src 'self'; Script-Src-Elem https://a.example; connect-src",
    `script-src-elem https://a.example ${HOST}; connect-src ${HOST}`,
  ],
  // The first of a name counts.
  [
    "connect-src 'self'; connect-src *; script-src a.example",
    `script-src a.example ${HOST}; connect-src 'self' ${HOST}`,
  ],
] as const)('%s keeps what it allows', ([policy, lines]) => {
  const { what, fix } = policyFix(policy, [script, connect, script]);
  expect(fix).toBe(`Write this in it, in place of what it has under the same names: ${lines}`);
  expect(what).toContain(`blocks ${HOST} (script-src`);
  expect(what).toContain('connect-src)');
});

test('a frame falls back on child-src', () => {
  expect(policyFix("default-src 'self'; child-src https://video.example", [frame]).fix).toContain(
    `: child-src https://video.example ${HOST}`,
  );
  expect(policyFix("default-src 'self'", [frame]).fix).toContain(`: frame-src 'self' ${HOST}`);
});

test('beside strict-dynamic a host does not count: the tag needs the nonce', () => {
  const { fix } = policyFix("default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'", [script, connect]);
  expect(fix).toMatch(/^Give the script tag the nonce/);
  expect(fix).toContain(`: connect-src 'self' ${HOST}`);
  expect(fix).not.toMatch(/script-src|nonce-abc/);
});

test('a list of Trusted Types gets the names that it lacks; without a list, or with all, none', () => {
  const names = ['assisters', 'lit-html'];
  const fixOf = (types: string) => policyFix(`connect-src 'none'; ${types}`, [connect], names).fix;
  expect(fixOf("require-trusted-types-for 'script'; trusted-types lit-html 'allow-duplicates'")).toContain(
    "; trusted-types lit-html 'allow-duplicates' assisters",
  );
  expect(fixOf("trusted-types 'none'")).toContain('; trusted-types assisters lit-html');
  for (const types of ["require-trusted-types-for 'script'", 'trusted-types *', 'trusted-types lit-html assisters'])
    expect(fixOf(types)).not.toContain('trusted-types');
});
