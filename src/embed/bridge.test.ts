import { describe, expect, test } from 'vitest';
import { readCommand, readReport } from './bridge.ts';

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

describe('commands', () => {
  test.each([
    [{ type: 'open' }],
    [{ type: 'close' }],
    [{ type: 'reset' }],
    [{ type: 'shutdown' }],
    [{ type: 'send', text: 'hello' }],
    [{ type: 'setInput', text: '' }],
    [{ type: 'update', options: { theme: 'dark', noLauncher: true } }],
    [{ type: 'setContext', context: { page: { title: 'Home' } } }],
    [{ type: 'offer', id: 1, tools: [{ name: 'order', description: 'Order', parameters: { type: 'object' } }] }],
    [{ type: 'acted', id: 2, result: { content: { order: 7 } } }],
    [{ type: 'acted', id: 2, result: { error: 'Sold out.' } }],
  ])('%j is read as it is', (command) => {
    expect(readCommand(command)).toEqual(command);
  });

  test.each([
    ['nothing', null],
    ['a string', 'open'],
    ['an array', ['open']],
    ['an unknown type', { type: 'eval', text: '1' }],
    ['text that is not text', { type: 'send', text: { toString: (): string => 'x' } }],
    ['text beyond the bound', { type: 'send', text: 'x'.repeat(64_001) }],
    ['an option of the wrong kind', { type: 'update', options: { theme: 1 } }],
    ['options that are a list', { type: 'update', options: [] }],
    ['a context that is text', { type: 'setContext', context: 'x' }],
    ['an offer to nobody', { type: 'offer', tools: [] }],
    ['a result for a number that is none', { type: 'acted', id: '2', result: { content: 1 } }],
    ['a context with a cycle', { type: 'setContext', context: cyclic }],
    ['a context beyond the bound', { type: 'setContext', context: { a: 'x'.repeat(64_001) } }],
  ])('%s is nothing', (_, value) => {
    expect(readCommand(value)).toBeNull();
  });

  test('update cannot change key, assistant or server', () => {
    const options = { publishableKey: 'pk_x', assistantId: 'ast_x', apiUrl: 'https://evil.example', greeting: 'Hi' };
    expect(readCommand({ type: 'update', options })).toEqual({ type: 'update', options: { greeting: 'Hi' } });
  });

  test('of what a page offers only what fits comes along, and no more than a question may carry', () => {
    const tool = { name: 'order', description: 'Order', parameters: {} };
    const bad = [null, 'order', { ...tool, name: 'a b' }, { ...tool, parameters: [] }, { ...tool, description: 1 }];
    expect(readCommand({ type: 'offer', id: 1, tools: [...bad, { ...tool, handler: 1 }] })).toEqual({
      type: 'offer',
      id: 1,
      tools: [tool],
    });
    const many = readCommand({ type: 'offer', id: 1, tools: Array(99).fill(tool) });
    expect(many).toMatchObject({ tools: { length: 16 } });
    expect(readCommand({ type: 'offer', id: 1, tools: 'all' })).toMatchObject({ tools: [] });
  });

  test.each([[{ content: cyclic }], [{ content: 'x'.repeat(64_001) }], [{}], [null]])(
    'a result that is no plain data of bounded size is an error',
    (result) => {
      expect(readCommand({ type: 'acted', id: 1, result })).toMatchObject({ result: { error: expect.any(String) } });
    },
  );

  test('fields that are not asked for do not come along', () => {
    expect(readCommand({ type: 'open', text: 'x', __proto__: { a: 1 } })).toEqual({ type: 'open' });
  });
});

describe('reports', () => {
  test.each([
    [{ type: 'ready' }],
    [{ type: 'names', open: 'Chat öffnen', close: 'Chat schließen' }],
    [{ type: 'close' }],
    [{ type: 'unread', count: 3 }],
    [{ type: 'resize', width: 720 }],
    [{ type: 'state', state: { open: true } }],
    [{ type: 'offers', id: 1 }],
    [{ type: 'act', id: 2, name: 'order', arguments: { article: 'lamp' } }],
    [{ type: 'event', name: 'assisters:message', detail: { message: { id: 'msg_1' } } }],
  ])('%j is read as it is', (report) => {
    expect(readReport(report)).toEqual(report);
  });

  test.each([
    ['an event of another name', { type: 'event', name: 'click', detail: {} }],
    ['a negative count', { type: 'unread', count: -1 }],
    ['a count that is no number', { type: 'unread', count: '3' }],
    ['an endless width', { type: 'resize', width: Number.POSITIVE_INFINITY }],
    ['a width of nothing', { type: 'resize', width: Number.NaN }],
    ['a call without a number', { type: 'act', name: 'order', arguments: {} }],
    ['a call of a name that is none', { type: 'act', id: 1, name: 'a b', arguments: {} }],
    ['a call with a list', { type: 'act', id: 1, name: 'order', arguments: [] }],
    ['a command', { type: 'open' }],
  ])('%s is nothing', (_, value) => {
    expect(readReport(value)).toBeNull();
  });

  test('the detail of an event is plain data', () => {
    const detail = { at: new Date(0), run: () => 1 };
    expect(readReport({ type: 'event', name: 'assisters:error', detail })).toEqual({
      type: 'event',
      name: 'assisters:error',
      detail: { at: '1970-01-01T00:00:00.000Z' },
    });
  });
});
