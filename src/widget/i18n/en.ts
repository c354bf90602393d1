/**
 * Every word the widget says, in English. The other languages have exactly these keys. `{name}` marks what `format`
 * fills in; what depends on a `{count}` has one wording for each plural category of the language (CLDR). Written for
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
  thanks: 'Thank you for the feedback',
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
  noThreads: 'No conversations yet',
  showMore: 'Show more',
  deleteThread: 'Delete conversation: {title}',
  deleteThreadQuestion: 'Delete this conversation for good?',
  delete: 'Delete',
  cancel: 'Cancel',
  deleted: 'Conversation deleted',
  yourData: 'Your data',
  dataStored: 'Your questions and the answers are stored on a server, so that you find them again.',
  dataKept: {
    one: 'Each conversation is deleted {count} day after its last message.',
    other: 'Each conversation is deleted {count} days after its last message.',
  },
  dataKeptForever: 'Conversations are kept until you delete them.',
  exportData: 'Download my data',
  deleteData: 'Delete my data',
  deleteDataQuestion: 'Delete all your conversations, on every device? This cannot be undone.',
  dataDeleted: 'Your data has been deleted.',
  privacy: 'Privacy policy',
  consentTitle: 'Before you begin',
  consentText:
    'What you ask is sent to a server and stored there with the answers. Nothing is sent or stored until you agree.',
  agree: 'Agree',
  decline: 'Decline',
  toolTitle: 'Allow this page to do this?',
  allow: 'Allow',
  toolRunning: 'Carrying it out…',
  feedbackTitle: 'What was wrong?',
  reasonIncorrect: 'Incorrect',
  reasonIncomplete: 'Incomplete',
  reasonOffTopic: 'Not what I asked',
  reasonOutdated: 'Out of date',
  reasonOther: 'Something else',
  comment: 'Comment (optional)',
  sendFeedback: 'Send feedback',
  edit: 'Edit question',
  editNote: 'The question and everything after it will be replaced.',
  dictate: 'Dictate',
  dictating: 'Listening…',
  stopDictation: 'Stop listening',
  readAloud: 'Read aloud',
  stopReading: 'Stop reading',
  microphoneBlocked: 'The microphone is not available.',
  proactive: 'Message from {name}',

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

/** A complete table of words. */
export type Strings = { readonly [Key in keyof typeof en]: (typeof en)[Key] extends string ? string : Plural };

/** Words a site sets in place of the language's own; one wording may stand for every number. */
export type StringOverrides = {
  readonly [Key in keyof Strings]?: Strings[Key] extends string ? string : string | Plural;
};

/** A table with a site's words in it. */
export type Words = Required<StringOverrides>;
