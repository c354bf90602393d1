import type { Source, WidgetConfig } from '../../protocol/resources.ts';
import type { Script } from '../transport/scripted-transport.ts';

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

export const delta = (content: string) => ({ type: 'delta', content }) as const;
export const end = { type: 'end', usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } } as const;
export const found = (sources = SOURCES) => ({ type: 'sources', sources, outcome: 'answered' }) as const;
/** A whole answer as a script. */
export const says = (text: string, sources = SOURCES): Script => [delta(text), found(sources), end];
/** A step that never comes: the stream hangs until it is stopped or aborted. */
export const hangs = (): Promise<never> => new Promise(() => {});

/** What the demo says, in one language. */
export interface DemoWords {
  readonly config: WidgetConfig;
  readonly answer: string;
  readonly longAnswer: string;
  readonly sources: readonly Source[];
  readonly notFound: string;
  readonly broken: string;
  readonly offer: string;
  /** What the page is asked to do. */
  readonly course: Readonly<Record<string, string | number>>;
  readonly followUps: readonly string[];
  /** Titles of earlier conversations. */
  readonly threads: readonly string[];
  /** The English question → how it is asked in this language. */
  readonly questions: Readonly<Record<string, string>>;
}
