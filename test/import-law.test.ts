import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/**
 * Who may import whom. A room is a folder or a single file below `src/`; the longest matching name wins. `[]` means
 * nothing but itself. Tests may join rooms, so test files are not read.
 */
const LAW: Record<string, readonly string[]> = {
  protocol: [],
  sdk: ['protocol'],
  widget: ['sdk', 'protocol'],
  'embed/loader': ['widget/names', 'widget/launcher', 'widget/launcher-place', 'widget/host-theme'],
  'embed/frame': ['widget', 'embed/bridge', 'sdk', 'protocol'],
  'embed/chat': ['widget'],
  'embed/element': ['widget', 'embed/default-api'],
  'embed/default-api': ['widget'],
  'embed/iframe': [
    'embed/bridge',
    'widget/names',
    'widget/launcher-handle',
    'widget/host-theme',
    'widget/top-layer',
    'widget/features',
  ],
  'embed/bridge': ['widget/names', 'widget/host-theme', 'protocol'],
  react: ['widget'],
  server: ['protocol'],
};

/** npm packages a room may import by value; rooms that are not listed may import any that the server uses. */
const PACKAGES: Record<string, readonly string[]> = {
  protocol: [],
  sdk: [],
  widget: ['lit'],
  'widget/markdown': ['marked', 'dompurify', 'lit'],
  'widget/names': [],
  'widget/launcher': [],
  'widget/host-theme': [],
  'widget/launcher-place': [],
  embed: [],
  react: ['@lit/react', 'react'],
};

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$/.test(file) && !file.includes('/testing/'));

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(SRC + file, 'utf8').matchAll(IMPORT)].map((match) => {
    const specifier = (match[2] ?? match[3])!;
    const to = specifier.startsWith('.') ? relative(SRC, resolve(SRC, dirname(file), specifier)) : specifier;
    return { from: file, to: to.replaceAll('\\', '/'), typeOnly: match[1] !== undefined };
  }),
);

const within = (file: string, room: string) =>
  file === room || file.startsWith(`${room}/`) || new RegExp(`^${room}\\.[a-z.]*tsx?$`).test(file);
const roomOf = (file: string, rooms: readonly string[]) =>
  rooms.filter((room) => within(file, room)).sort((a, b) => b.length - a.length)[0];

describe('the import law', () => {
  test('reads the sources it judges', () => {
    expect(files.length).toBeGreaterThan(5);
    expect(imports.some(({ to }) => to === 'protocol/limits.ts')).toBe(true);
  });

  test('rooms import only the rooms below them', () => {
    const broken = imports.filter(({ from, to }) => {
      if (!files.includes(to)) return false;
      const room = roomOf(from, Object.keys(LAW));
      if (room === undefined || within(to, room)) return false;
      return !LAW[room]!.some((allowed) => within(to, allowed));
    });
    expect(broken.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test('rooms import only the packages they are allowed', () => {
    const broken = imports.filter(({ from, to, typeOnly }) => {
      if (
        typeOnly ||
        files.includes(to) ||
        to.startsWith('.') ||
        (/\.\w+$/.test(to.split('/').pop()!) && to.startsWith('..'))
      )
        return false;
      const room = roomOf(from, Object.keys(PACKAGES));
      if (room === undefined || /^(protocol|sdk|widget|embed|react)\//.test(to)) return false;
      return !PACKAGES[room]!.some((name) => to === name || to.startsWith(`${name}/`));
    });
    expect(broken.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test('no file imports itself through others', () => {
    const graph = new Map(
      files.map((file) => [file, imports.filter(({ from, typeOnly }) => from === file && !typeOnly)]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file)) return;
      for (const { to } of graph.get(file) ?? []) if (graph.has(to)) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
