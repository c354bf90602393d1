import { describe, expect, test } from 'vitest';
import { CORPORA_ABSENT, corpus, hasCorpora } from '../../../test/corpora.ts';
import { checkOriginRule, frameAncestors, originAllowed } from './origins.ts';

type Case = { id: string; why: string } & (
  | { allow: string[]; origin: string; verdict: 'allow' | 'deny' }
  | { save_rule: string; verdict: string }
);

/** Rules as a key would hold them: those that are refused when saved are not there. */
const saved = (rules: readonly string[]) =>
  rules.flatMap((rule) => {
    const check = checkOriginRule(rule, { test: true });
    return check.ok ? [check.rule] : [];
  });

describe.skipIf(!hasCorpora)(`origin-allowlist corpus${hasCorpora ? '' : ` (${CORPORA_ABSENT})`}`, () => {
  const cases = corpus<Case>('origin-allowlist');
  test('is all here', () => expect(cases).toHaveLength(56));
  test.each(cases)('$id', (given) => {
    if ('save_rule' in given) {
      expect(checkOriginRule(given.save_rule, { test: false }).ok).toBe(false);
    } else {
      expect(originAllowed(given.origin, saved(given.allow))).toBe(given.verdict === 'allow');
    }
  });
});

describe('a rule', () => {
  test.each([
    ['HTTPS://Example.COM', 'https://example.com'],
    ['https://example.com:443', 'https://example.com'],
    [' https://example.com/ ', 'https://example.com'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://*.Example.co.uk', 'https://*.example.co.uk'],
    ['https://*.my.github.io', 'https://*.my.github.io'],
    ['https://*.example.com:8443', 'https://*.example.com:8443'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['capacitor://localhost', 'capacitor://localhost'],
  ])('%s is stored as %s', (text, rule) => {
    expect(checkOriginRule(text, { test: false })).toEqual({ ok: true, rule });
  });

  test.each([
    'https://user@example.com',
    'https://example.com.',
    'https://exa*mple.com',
    'https://*example.com',
    'http://*.example.com',
    'https://*.com',
    'https://*.localhost',
    'https://*.192.0.2.7',
    'https://*.blogspot.com',
    'file://host',
    'javascript://example.com',
    'example.com',
    '',
    'https://a b.example',
    'capacitor://*',
  ])('%j is refused with a reason', (text) => {
    const check = checkOriginRule(text, { test: true });
    expect(check).toMatchObject({ ok: false, reason: expect.stringMatching(/\.$/) });
  });

  test('any port of this machine is for test keys', () => {
    for (const rule of ['http://localhost:*', 'http://127.0.0.1:*', 'http://[::1]:*']) {
      expect(checkOriginRule(rule, { test: true }).ok).toBe(true);
      expect(checkOriginRule(rule, { test: false }).ok).toBe(false);
    }
  });
});

test('a subdomain rule with a port wants that port', () => {
  const rules = saved(['https://*.example.com:8443']);
  expect(originAllowed('https://a.example.com:8443', rules)).toBe(true);
  expect(originAllowed('https://a.example.com', rules)).toBe(false);
});

test('a refused page is refused by every rule', () => {
  const rules = saved(['https://*.example.com', 'http://localhost:*', 'https://example.com']);
  for (const origin of [
    'http://localhost:x',
    'http://localhost:123456',
    'http://localhost.evil.example',
    'null',
    '*',
  ]) {
    expect(originAllowed(origin, rules)).toBe(false);
  }
});

test('frame-ancestors names what CSP can name, or nobody', () => {
  expect(frameAncestors(['https://a.example', 'https://*.b.example', 'http://localhost:*', 'http://[::1]:*'])).toBe(
    'https://a.example https://*.b.example http://localhost:*',
  );
  expect(frameAncestors([])).toBe("'none'");
});
