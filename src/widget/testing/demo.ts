import type { Message, Source, WidgetConfig } from '../../protocol/resources.ts';
import '../index.ts';
import { createScriptedTransport, type Script, type ScriptedTransport } from '../transport/scripted-transport.ts';
import { TransportError } from '../transport/transport.ts';

/** A believable site for tests and pictures: a small sailing school. */
export const CONFIG: WidgetConfig = {
  assistant: { id: 'ast_1', name: 'Harbour', description: '' },
  widget: {
    greeting: 'Good to see you. What would you like to know?',
    prompts: [
      'How do I book a sailing course?',
      'What does the beginner course cost?',
      'Can I cancel or move my booking?',
      'What should I bring on the first day?',
    ],
    contact_url: 'mailto:office@harbour.example',
  },
  document_count: 42,
};

export const SOURCES: readonly Source[] = [
  {
    title: 'Booking a course',
    url: 'https://harbour.example/help/booking#deposit',
    relevance: 0.93,
    quote:
      'A place is reserved once the deposit of €60 has been paid. The rest is due two weeks before the course begins, by card or bank transfer.',
    heading: 'Courses › Booking › Deposit',
    document_id: 'doc_1',
  },
  {
    title: 'Prices and dates 2026',
    url: 'https://harbour.example/prices',
    relevance: 0.71,
    quote: 'Beginner weekend: €240. Five-day course: €520. Children under 14 pay half.',
    heading: 'Prices',
    document_id: 'doc_2',
  },
  {
    title: 'Terms: cancelling and moving a booking',
    url: 'https://help.harbour.example/terms/cancel',
    relevance: 0.44,
    quote: 'Up to 14 days before the start a booking can be moved free of charge.',
    heading: 'Terms',
    document_id: 'doc_3',
  },
];

export const ANSWER = `You can book online in a few minutes:

1. Choose a date on the **course page** and the number of people.
2. Pay the deposit of €60; that reserves your place [1].
3. Pay the rest two weeks before the course begins [1][2].

If something comes up, you can move the booking free of charge up to **14 days** before the start [3].`;

export const LONG_ANSWER = `## Reading the forecast

The station publishes wind every ten minutes. A beginner course goes out in up to *force 4* [1]; above that we practise in the harbour.

| Force | Wind (kn) | Beginner | Advanced | Notes |
|---|---:|:---:|:---:|---|
| 2 | 4–6 | yes | yes | light, good for the first day |
| 4 | 11–16 | yes | yes | reef the main sail |
| 6 | 22–27 | no | yes | with an instructor on board |

To read it from your own program:

\`\`\`ts
const response = await fetch('https://harbour.example/api/wind?station=pier&unit=kn');
const { force, gusts } = await response.json();
if (force > 4) console.log('We stay in the harbour today.', gusts);
\`\`\`

> A forecast is a forecast. The instructor on the pier decides.

- [ ] Look at the gusts, not only at the mean
- [x] Check \`tide\` as well

More in the [weather guide](https://harbour.example/weather).`;

export const delta = (content: string) => ({ type: 'delta', content }) as const;
export const end = { type: 'end', usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } } as const;
export const found = (sources = SOURCES) => ({ type: 'sources', sources, outcome: 'answered' }) as const;
/** A whole answer as a script. */
export const says = (text: string, sources = SOURCES): Script => [delta(text), found(sources), end];
/** A step that never comes: the stream hangs until it is stopped or aborted. */
export const hangs = (): Promise<never> => new Promise(() => {});

/** Scripts by a word in the question. */
export function demoAnswer(question: string): Script {
  if (/hang/.test(question)) return [hangs()];
  if (/half/.test(question)) return [delta(ANSWER.slice(0, 190)), hangs()];
  if (/forecast/i.test(question)) return says(LONG_ANSWER);
  if (/dog/.test(question)) {
    return [
      delta('I could not find anything about dogs on board in the documentation.'),
      { type: 'sources', sources: [], outcome: 'not_found' },
      end,
    ];
  }
  if (/fail/.test(question)) {
    return [delta('The five-day course begins'), { type: 'error', error: { code: 'model_error', message: 'x' } }];
  }
  if (/limit/.test(question)) return new TransportError('rate_limit_exceeded', 'x', 42);
  if (/origin/.test(question)) return new TransportError('origin_not_allowed', 'x');
  return says(ANSWER);
}

export const demoTransport = (history: readonly Message[] = []): ScriptedTransport =>
  createScriptedTransport({ config: CONFIG, answer: demoAnswer, history });
