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
  expect(createMemory('k').session()).toEqual({ token: 'vt_1', expiresAtMs: 5, conversationId: 'conv_1' });
  expect(createMemory('k').panel()).toEqual({ open: true, wide: false });
  expect(createMemory('other').session()).toBeNull();
  createMemory('k').saveSession(null);
  expect(local.map.size).toBe(0);
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
  expect(memory.session()).toEqual({ token: 'vt_1', expiresAtMs: 5, conversationId: null });
  memory.saveSession(null);
  expect(memory.session()).toBeNull();
});

test.each(['', '2\nvt\n5\n', '1\n\n5\n', '1\nvt\nsoon\n', '{"token":"vt"}'])('%j is no session', (text) => {
  vi.stubGlobal('localStorage', { ...fakeStorage(), getItem: () => text });
  expect(createMemory('k').session()).toBeNull();
});
