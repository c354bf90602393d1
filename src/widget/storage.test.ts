import { afterEach, expect, test, vi } from 'vitest';
import { createMemory } from './storage.ts';

afterEach(() => vi.unstubAllGlobals());

function fakeStorage() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
  };
}

test('a session and a panel survive a page, under one key', () => {
  const [local, tab] = [fakeStorage(), fakeStorage()];
  vi.stubGlobal('localStorage', local);
  vi.stubGlobal('sessionStorage', tab);
  createMemory('k').saveSession({ token: 'vt_1', expiresAtMs: 5, conversationId: 'conv_1' });
  createMemory('k').savePanel({ open: true, wide: false });
  expect([...local.map.keys(), ...tab.map.keys()]).toEqual(['k', 'k']);
  expect(createMemory('k').session()).toMatchObject({ token: 'vt_1', expiresAtMs: 5, conversationId: 'conv_1' });
  expect(createMemory('k').panel()).toEqual({ open: true, wide: false });
  expect(createMemory('other').session()).toBeNull();
  createMemory('k').forget();
  expect(local.map.size + tab.map.size).toBe(0);
});

test.each([
  ['absent', undefined],
  [
    'blocked',
    {
      getItem() {
        throw new DOMException('denied', 'SecurityError');
      },
      setItem() {
        throw new DOMException('full', 'QuotaExceededError');
      },
      removeItem() {
        throw new DOMException('denied', 'SecurityError');
      },
    },
  ],
])('a storage that is %s is replaced by memory', (_name, storage) => {
  vi.stubGlobal('localStorage', storage);
  const memory = createMemory('k');
  memory.saveSession({ token: 'vt_1', expiresAtMs: 5, conversationId: null });
  expect(memory.session()).toEqual({ token: 'vt_1', expiresAtMs: 5, conversationId: null, subject: null });
  memory.forget();
  expect(memory.session()).toBeNull();
});

test.each(['', '2\nvt\n5\n', '1\n\n5\n', '1\nvt\nsoon\n', '{"token":"vt"}'])('%j is no session', (text) => {
  vi.stubGlobal('localStorage', { ...fakeStorage(), getItem: () => text });
  expect(createMemory('k').session()).toBeNull();
});

test('what another tab has removed is not remembered', () => {
  const local = fakeStorage();
  vi.stubGlobal('localStorage', local);
  const memory = createMemory('k');
  memory.saveSession({ token: 'vt_1', expiresAtMs: 5, conversationId: null });
  local.map.clear();
  expect(memory.session()).toBeNull();
});

test('a session is seen by the person whose it is, and by nobody else', () => {
  vi.stubGlobal('localStorage', fakeStorage());
  const as = (subject: string | null) => createMemory('k', () => subject);
  as('Ann\n2').saveSession({ token: 'vt_1', expiresAtMs: 5, conversationId: 'conv_1' });
  expect(as('Ann\n2').session()).toMatchObject({ token: 'vt_1', subject: 'Ann\n2' });
  expect([as(null).session(), as('Bob').session(), as('Ann').session(), as('Bob').unknown()]).toEqual(
    Array(4).fill(null),
  );
  as(null).saveSession({ token: 'vt_2', expiresAtMs: 5, conversationId: 'conv_2' });
  expect([as('Bob').session(), as('Bob').unknown()?.token]).toEqual([null, 'vt_2']);
});

test('a visitor who was forgotten is another one', () => {
  const memory = createMemory('k');
  const before = memory.visitor();
  memory.forget();
  expect(memory.visitor()).not.toBe(before);
});

test('consent is kept when it was given, and can be taken back', () => {
  const local = fakeStorage();
  vi.stubGlobal('localStorage', local);
  createMemory('k').saveConsent(true);
  expect(createMemory('k').consented()).toBe(true);
  createMemory('k').saveConsent(false);
  expect([createMemory('k').consented(), local.map.size]).toEqual([false, 0]);
});
