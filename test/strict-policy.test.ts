import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FOLDER = fileURLToPath(new URL('../e2e/', import.meta.url));
const read = (name: string) => readFileSync(FOLDER + name, 'utf8');

/** Tests of a page without a policy, and why: each line of a file that says so. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  'hostile-page.test.ts': ['the page has inline style rules of its own, which is what the test is about'],
  'hostile-words.test.ts': ['a policy would stop what hostile words try, and hide that they try it'],
  'poisoned-documents.test.ts': ['a policy would stop what poisoned documents try, and hide that they try it'],
};

test('the policy of the end-to-end tests allows nothing unsafe and enforces Trusted Types', () => {
  const text = read('support/test.ts');
  const policy = text.slice(text.indexOf('export function strictPolicy'), text.indexOf('].join('));
  expect(policy).toContain(`"default-src 'none'"`);
  expect(policy).toContain(`"require-trusted-types-for 'script'"`);
  expect(policy).not.toMatch(/unsafe|\*|style-src|'self'/);
  // Every page gets it that does not name another, and what the browser says against it fails the test.
  expect(text).toContain('csp === undefined ? strictPolicy(world.host) : csp');
  expect(text).toContain('securitypolicyviolation');
});

test('no end-to-end test relaxes it but those that say why here', () => {
  const found: Record<string, number> = {};
  for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.test.ts'))) {
    const lines = read(name).split('\n');
    const relaxed = lines.filter((line) => /csp: null|bypassCSP|unsafe-(?:inline|eval|hashes)/.test(line)).length;
    if (relaxed > 0) found[name] = relaxed;
    // Any other policy is the strict one with a frame, a nonce, or a page with nothing but a frame.
    for (const line of lines.filter((line) => /\bcsp(?: =|: [^n])/.test(line)))
      expect(`${name}: ${line.trim()}`).toMatch(/strictPolicy\(|default-src 'none'; frame-src|: csp|csp \}/);
  }
  expect(found).toEqual(Object.fromEntries(Object.entries(WITHOUT).map(([name, why]) => [name, why.length])));
});
