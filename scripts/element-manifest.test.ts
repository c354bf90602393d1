import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attributeOf, EVENTS, METHODS, OPTIONS, PARTS } from '../src/widget/names.ts';
import { TOKENS } from '../src/widget/styles/tokens.ts';
import { customElements, readSurface } from './element-manifest.ts';
import { ROOT } from './published.ts';

const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();

test('the docblock of the element lists every option, event and part there is, and no other', () => {
  const { attributes, events, parts } = readSurface();
  expect(names(attributes)).toEqual(Object.keys(OPTIONS).map(attributeOf).sort());
  expect(names(events)).toEqual(Object.values(EVENTS).sort());
  expect(names(parts)).toEqual([...PARTS].sort());
});

test('it lists every custom property that the sheets read', () => {
  const sheets = readdirSync(join(ROOT, 'src/widget'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(styles|tokens|launcher)\.ts$/.test(file))
    .map((file) => readFileSync(join(ROOT, 'src/widget', file), 'utf8'));
  const read = [...sheets.join().matchAll(/var\((--assisters-[a-z-]*[a-z])/g)].map((match) => match[1]!);
  const tokens = Object.keys(TOKENS).map((name) => `--assisters-${name}`);
  expect(names(readSurface().cssProperties)).toEqual([...new Set([...read, ...tokens])].sort());
});

test('every method it has says what it does', () => {
  const { methods } = readSurface();
  expect(methods.filter(({ description }) => description === '')).toEqual([]);
  expect(names(methods).filter((name) => !(METHODS as readonly string[]).includes(name))).toEqual([]);
  expect(methods.length).toBeGreaterThan(10);
});

test('the manifest names the element, the types of its options and no method as a field', () => {
  const manifest = JSON.parse(customElements(readSurface()));
  const [declaration] = manifest.modules[0].declarations;
  expect(declaration.tagName).toBe('assisters-chat');
  const members = Object.fromEntries(declaration.members.map((member: { name: string }) => [member.name, member]));
  expect(members.theme).toMatchObject({
    kind: 'field',
    attribute: 'theme',
    type: { text: "'light' | 'dark' | 'auto'" },
  });
  expect(members.noLauncher).toMatchObject({ attribute: 'no-launcher', type: { text: 'boolean' } });
  expect(members.open.kind).toBe('method');
});

test('a line it cannot read is an error', () => {
  expect(() => readSurface('/**\n * X.\n * @attr theme without a dash\n */\nexport class AssistersChat')).toThrow(
    /@attr/,
  );
});
