import type { words as attachments } from './en/attachments.ts';
import type { words as consent } from './en/consent.ts';
import type { words as editQuestion } from './en/edit-question.ts';
import type { words as feedback } from './en/feedback.ts';
import type { words as pageTools } from './en/page-tools.ts';
import type { words as sound } from './en/sound.ts';
import type { words as threads } from './en/threads.ts';
import type { words as visitorData } from './en/visitor-data.ts';
import type { words as voice } from './en/voice.ts';

/**
 * The words that come with the panel, in English. What only a part loaded on demand says is in `en/`, and comes with that
 * part: nobody loads words that nobody reads. The other languages have the keys of both. `{name}` marks what `format` fills in; what depends on a `{count}` has one wording for each plural category of the language (CLDR). Written for
 * visitors: short, plain, and where something failed, what to do next.
 */
export const en = {
  assistantName: 'Assistant',
  panelLabel: 'Chat with {name}',
  openChat: 'Open chat',
  closeChat: 'Close chat',
  newConversation: 'New conversation',
  menu: 'More options',
  widen: 'Wider panel',
  narrow: 'Narrower panel',
  print: 'Print conversation',
  moveSide: 'Move to the other side',
  endConversation: 'End conversation',
  close: 'Close',

  subtitle: 'Answers from our documentation',
  greeting: 'How can we help?',
  intro: 'Ask a question. The answer comes from our documentation, with its sources.',
  suggestions: 'Suggested questions',

  log: 'Conversation',
  you: 'You',
  older: 'Loading earlier messages',
  latest: 'Jump to latest',
  queued: 'Waiting for the connection',
  thinking: 'Looking for an answer',
  searching: { one: 'Searching {count} document', other: 'Searching {count} documents' },
  streaming: 'Writing the answer',

  placeholder: 'Ask a question',
  input: 'Your question',
  send: 'Send',
  stop: 'Stop',
  hint: 'Enter sends, Shift + Enter starts a new line',
  charsLeft: { one: '{count} character left', other: '{count} characters left' },
  charsOver: { one: '{count} character too many', other: '{count} characters too many' },

  sources: 'Sources',
  source: 'Source {number}: {title}',
  citation: 'Source {number}',
  openSource: 'Open source',
  showSource: 'Show on this page',
  shownSource: 'The passage is marked on the page',
  closeSource: 'Close source',
  exactMatch: 'Exact match',
  closeMatch: 'Close match',
  related: 'Related',

  copy: 'Copy answer',
  copied: 'Copied',
  copyFailed: 'Copying is blocked by the browser',
  copyCode: 'Copy',
  wrapCode: 'Wrap',
  helpful: 'Helpful',
  notHelpful: 'Not helpful',
  tryAgain: 'Try again',
  tryAgainIn: 'Try again in {seconds} s',
  stopped: 'Stopped',
  truncated: 'The answer was too long and ends here.',

  notFound: 'No answer found',
  searchedFor: { one: 'Searched {count} document.', other: 'Searched {count} documents.' },
  searchedAll: 'Searched the documentation.',
  tryOther: 'Try the words the documentation would use',
  tryOne: 'Ask about one thing at a time',
  contact: 'Contact us',

  offline: 'No connection. Trying again…',
  gone: 'The earlier conversation is no longer available. This is a new one.',
  ended: 'The conversation has ended. Your next question starts a new one.',

  threads: 'Conversations',
  back: 'Back',
  delete: 'Delete',
  cancel: 'Cancel',
  yourData: 'Your data',
  privacy: 'Privacy policy',
  consentTitle: 'Before you begin',
  decline: 'Decline',
  toolTitle: 'Allow this page to do this?',
  edit: 'Edit question',
  dictate: 'Dictate',
  stopDictation: 'Stop listening',
  readAloud: 'Read aloud',
  stopReading: 'Stop reading',
  attachFile: 'Attach a file',

  errorTitle: 'The chat could not start',
  errorConnection: 'No connection to the assistant. Check your network, then try again.',
  errorInterrupted: 'The answer was interrupted.',
  errorModel: 'The assistant could not write an answer just now.',
  errorBusy: 'The assistant is busy. Try again in a moment.',
  errorRate: 'Too many questions in a short time.',
  errorInProgress: 'The last answer is still being written. Wait for it, then try again.',
  errorTooLong: 'The question is too long. Shorten it, then send it again.',
  errorOrigin:
    'This chat is not allowed on {origin} yet. The owner of this site can allow it; the browser console says how.',
  errorKey: 'This chat is not set up correctly. The owner of this site can fix it.',
  errorUnknown: 'Something went wrong on our side.',
} as const;

/** One wording for each plural category the language has; `other` is in every language. */
export type Plural = { readonly other: string } & { readonly [Category in Intl.LDMLPluralRule]?: string };

type English = typeof en &
  typeof attachments &
  typeof consent &
  typeof editQuestion &
  typeof feedback &
  typeof pageTools &
  typeof sound &
  typeof threads &
  typeof visitorData &
  typeof voice;

/** A complete table of words. */
export type Strings = { readonly [Key in keyof English]: English[Key] extends string ? string : Plural };

/** Words a site sets in place of the language's own; one wording may stand for every number. */
export type StringOverrides = {
  readonly [Key in keyof Strings]?: Strings[Key] extends string ? string : string | Plural;
};

/** A table with a site's words in it. */
export type Words = Required<StringOverrides>;
