import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { strictPolicy } from '../e2e/support/policy.ts';

const FOLDER = fileURLToPath(new URL('../e2e/', import.meta.url));
const read = (name: string) => readFileSync(FOLDER + name, 'utf8');

/** Tests of a page without a policy, and why: each line of a file that says so. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  'hostile-page.test.ts': ['the page has inline style rules of its own, which is what the test is about'],
  'hostile-words.test.ts': ['a policy would stop what hostile words try, and hide that they try it'],
  'poisoned-documents.test.ts': ['a policy would stop what poisoned documents try, and hide that they try it'],
};

test('the policy of the end-to-end tests allows nothing unsafe and enforces Trusted Types', () => {
  const policy = strictPolicy('https://chat.example.com');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toMatch(/unsafe|\*|style-src|'self'/);
  const text = read('support/test.ts');
  // Every page gets it that does not name another, and what the browser says against it fails the test.
  expect(text).toContain('csp === undefined ? strictPolicy(world.host) : csp');
  expect(text).toContain('securitypolicyviolation');
});

test('no end-to-end test relaxes it but those that say why here', () => {
  const found: Record<string, number> = {};
  for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts'))) {
    const text = read(name);
    if (text.includes('csp: policy(world)')) expect(text).toContain('const policy = (world: World) => strictPolicy(');
    const lines = text.split('\n');
    const relaxed = lines.filter((line) => /csp: null|bypassCSP|unsafe-(?:inline|eval|hashes)/.test(line)).length;
    if (relaxed > 0) found[name] = relaxed;
    // Any other policy is the strict one with a frame, a nonce, a page with nothing but a frame, or one that blocks the chat.
    for (const line of lines.filter((line) => /\bcsp(?: =|: [^n])/.test(line)))
      expect(`${name}: ${line.trim()}`).toMatch(
        /strictPolicy\(|default-src 'none'; frame-src|default-src 'self'; require|csp: mended|csp: policy\(world\)|: csp|csp \}/,
      );
  }
  expect(found).toEqual(Object.fromEntries(Object.entries(WITHOUT).map(([name, why]) => [name, why.length])));
});

test('the line in docs/embedding.md is the policy the end-to-end tests run under', () => {
  const host = 'https://chat.example.com';
  const guide = readFileSync(fileURLToPath(new URL('../docs/embedding.md', import.meta.url)), 'utf8');
  const section = guide.slice(guide.indexOf('## Content security policy')).split('\n## ')[0]!;
  const line = /```\n(.+)\n```/.exec(section)![1];
  // The tests add what only takes away: everything else is forbidden, and Trusted Types are required.
  const only = ["default-src 'none'", "require-trusted-types-for 'script'"];
  const policy = strictPolicy(host, `frame-src ${host}`).split('; ');
  expect(policy).toEqual(expect.arrayContaining(only));
  const allows = policy.filter((directive) => !only.includes(directive));
  expect(`${line}; ${/Add `(frame-src [^`]+)`/.exec(section)?.[1]}`).toBe(allows.join('; '));
});
