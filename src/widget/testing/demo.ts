import type { Message, Source, WidgetConfig } from '../../protocol/resources.ts';
import '../index.ts';
import { createScriptedTransport, type Script, type ScriptedTransport } from '../transport/scripted-transport.ts';
import { TransportError } from '../transport/transport.ts';
import { ARABIC } from './demo-arabic.ts';
import { type DemoWords, delta, end, found, hangs, SOURCES, says } from './scripts.ts';

export { delta, end, found, hangs, SOURCES, says } from './scripts.ts';

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
  retention_days: null,
  identity: 'off',
  tools: false,
  attachments: { enabled: false, max_bytes: 0, types: [] },
};

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

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A text as a model sends it: a few words at a time, in bursts, with a pause in which it says nothing. */
function written(text: string, sources: readonly Source[]): Script {
  const pieces = text.match(/(?:\S+\s*){1,4}/g) ?? [];
  let ms = 900;
  const steps = pieces.flatMap((piece, index) => {
    ms += index % 6 === 5 ? 450 : index % 2 === 0 ? 10 : 140;
    return [after(ms), delta(piece)];
  });
  return [...steps, found(sources), end];
}

const ENGLISH: DemoWords = {
  config: CONFIG,
  answer: ANSWER,
  longAnswer: LONG_ANSWER,
  sources: SOURCES,
  notFound: 'I could not find anything about dogs on board in the documentation.',
  broken: 'The five-day course begins',
  offer: 'There are two places left on 14 June. Shall I reserve one?',
  course: { course: 'Beginner weekend', people: 1 },
  followUps: ['What should I bring?', 'Is there parking?'],
  threads: ['How do I book a sailing course?', 'Can children come along?', 'What happens when it rains?'],
  questions: {},
};

/** Scripts by a word in the question, which is asked in English. */
export const demoAnswer = (question: string): Script => answerIn(ENGLISH, question);

function answerIn(words: DemoWords, question: string): Script {
  const { answer, sources } = words;
  if (/hang/.test(question)) return [hangs()];
  if (/half/.test(question)) return [delta(answer.slice(0, 190)), hangs()];
  if (/forecast/i.test(question)) return says(words.longAnswer, sources);
  if (/dog/.test(question)) {
    return [delta(words.notFound), { type: 'sources', sources: [], outcome: 'not_found' }, end];
  }
  if (/weekend/.test(question)) {
    return [
      delta(words.offer),
      { type: 'tool_call', id: 'call_1', name: 'reserve', arguments: words.course },
      { ...end, status: 'awaiting_tool' },
    ];
  }
  if (/slowly/.test(question)) return written(answer, sources);
  if (/next/.test(question)) return [delta(answer), { ...end, follow_ups: words.followUps }];
  if (/fail/.test(question)) {
    return [delta(words.broken), { type: 'error', error: { code: 'model_error', message: 'x' } }];
  }
  if (/tunnel/.test(question)) return [delta('Under the hill the line'), 'cut'];
  if (/no line/.test(question)) return new TransportError('connection', 'x');
  if (/limit/.test(question)) return new TransportError('rate_limit_exceeded', 'x', 42);
  if (/origin/.test(question)) return new TransportError('origin_not_allowed', 'x');
  return says(answer, sources);
}

/** Reads every file but one that is never whole on the server, and one that it cannot read. */
function demoUpload(body: FormData): unknown {
  const { name, size, type } = body.get('file') as File;
  if (/large/.test(name)) return hangs();
  if (/photo/.test(name)) throw new TransportError('unsupported_media_type', 'No.');
  return { id: `att_${name}`, conversation_id: 'conv_1', name, type, size };
}

function demoApi(call: string, body: unknown, { threads }: DemoWords): unknown {
  if (body instanceof FormData) return demoUpload(body);
  if (call.startsWith('GET /conversations')) {
    const conversations = threads.map((title, index) => ({
      id: `conv_${index + 1}`,
      title,
      last_message_at: `2026-0${6 - index}-14T09:30:00Z`,
    }));
    return { conversations, total: 3, has_more: true };
  }
  return {};
}

/** @param change of the server's settings @param language of what the site says: English or Arabic */
export function demoTransport(
  history: readonly Message[] = [],
  change: Partial<WidgetConfig> = {},
  language = 'en',
): ScriptedTransport {
  const words = language === 'ar' ? ARABIC : ENGLISH;
  const english = new Map(Object.entries(words.questions).map(([asked, said]) => [said, asked]));
  return createScriptedTransport({
    config: { ...words.config, ...change },
    answer: (question) => answerIn(words, english.get(question) ?? question),
    history,
    api: (call, body) => demoApi(call, body, words),
  });
}
