import { expect, test } from 'vitest';
import type { Source } from '../../protocol/resources.ts';
import { followUps } from './follow-ups.ts';

const HEADINGS = [
  'Guide',
  'Guide › Install',
  'Guide › Embed',
  'Guide › Embed › In an iframe',
  'Guide › Keys',
  'Guide › FAQ',
];
const chunks = {
  headings: async (_: unknown, id: string) => (id === 'doc_1' ? HEADINGS : id === 'doc_2' ? ['Plans'] : []),
};
const source = (heading: string, document_id = 'doc_1'): Source => ({
  title: 'Guide',
  url: '',
  relevance: 1,
  quote: '',
  heading,
  document_id,
});
const of = (sources: Source[], said: string[] = []) => followUps(chunks, { accountId: 'a' }, sources, said);

test('what follows the cited heading comes first, then what stands above, never the title', async () => {
  expect(await of([source('Guide › Embed')])).toEqual(['In an iframe', 'Keys', 'FAQ']);
  expect(await of([source('Guide › Keys')])).toEqual(['FAQ', 'In an iframe', 'Embed']);
  expect(await of([source('Guide › FAQ')])).toEqual(['Keys', 'In an iframe', 'Embed']);
});

test('what is cited or was asked is not offered again', async () => {
  expect(await of([source('Guide › Embed'), source('Guide › Embed › In an iframe')], ['keys?', 'How?'])).toEqual([
    'FAQ',
    'Install',
  ]);
});

test('a second document is looked at when the first has too few; an unknown one gives none', async () => {
  expect(await of([source('Guide › FAQ'), source('x', 'doc_2')], ['Embed', 'In an iframe', 'Keys'])).toEqual([
    'Install',
    'Plans',
  ]);
  expect(await of([source('', 'doc_gone')])).toEqual([]);
  expect(await of([])).toEqual([]);
});
