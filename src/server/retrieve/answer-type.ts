/**
 * What kind of thing a question asks for, as a test a sentence can pass. It only tips the balance between sentences
 * that match alike: a date for "when", a number for "how many".
 */
export type AnswerType = 'number' | 'date' | 'country' | 'name' | 'code' | null;

const NUMBER_WORDS =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|billion|half|third|quarter|twice|percent';
const MONTHS = 'january|february|march|april|may|june|july|august|september|october|november|december';
const COUNTRIES = `
  afghanistan albania algeria argentina armenia australia austria azerbaijan bangladesh belarus belgium bolivia bosnia
  brazil britain bulgaria cambodia cameroon canada chile china colombia congo croatia cuba cyprus czech denmark ecuador
  egypt england estonia ethiopia finland france georgia germany ghana greece guatemala haiti hungary iceland india
  indonesia iran iraq ireland israel italy jamaica japan jordan kazakhstan kenya korea kuwait latvia lebanon libya
  lithuania luxembourg malaysia mali malta mexico moldova mongolia morocco mozambique myanmar nepal netherlands nigeria
  norway oman pakistan panama paraguay peru philippines poland portugal prussia qatar romania russia scotland senegal
  serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tanzania thailand tunisia
  turkey uganda ukraine uk uruguay usa u\\.s venezuela vietnam wales yemen zambia zimbabwe states kingdom emirates`;

const PASSES: Record<Exclude<AnswerType, null>, RegExp> = {
  number: new RegExp(`\\d|\\b(?:${NUMBER_WORDS})\\b`, 'i'),
  date: new RegExp(
    `\\b\\d{3,4}s?\\b|\\b(?:${MONTHS})\\b|\\bcentur(?:y|ies)\\b|\\b\\d{1,2}(?:st|nd|rd|th)\\b|\\b(?:today|daily|hours?|days?|weeks?|months?|years?)\\b`,
    'i',
  ),
  country: new RegExp(`\\b(?:${COUNTRIES.trim().split(/\s+/).join('|')})\\b`, 'i'),
  name: /(?<=\p{Ll}[,;:]?\s(?:the\s)?)\p{Lu}[\p{L}.]*/u,
  code: /```|https?:\/\/|[<{(=]/,
};

const ASKS: readonly (readonly [AnswerType, RegExp])[] = [
  [
    'number',
    /\bhow (?:many|much|long|old|far|tall|high|large|big|deep|wide|heavy|fast|hot)\b|\b(?:what|which) (?:is the )?(?:\w+ )?(?:percent|percentage|number|amount|age|proportion|fraction|size|price|cost|limit|port|rate|population)\b/i,
  ],
  [
    'date',
    /\bwhen\b|\b(?:what|which) (?:\w+ )?(?:years?|date|century|decade|months?|day|time period)\b|\bhow (?:often|soon|recently)\b/i,
  ],
  ['country', /\b(?:what|which) (?:\w+ )?(?:countr(?:y|ies)|nations?)\b/i],
  [
    'name',
    /\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:\w+ )?(?:person|man|woman|king|queen|author|scientist|city|place|company|organi[sz]ation|university|name)\b/i,
  ],
  ['code', /\bhow (?:do|can|should|to)\b.*\b(?:embed|install|run|call|configure|set|use|write|import|start|create)\b/i],
];

/** The kind a question asks for, or `null` when its words do not say. English only; others give `null`. */
export function answerType(question: string): AnswerType {
  return ASKS.find(([, asks]) => asks.test(question))?.[0] ?? null;
}

/** Whether a sentence holds a thing of that kind. A `null` type is held by none. */
export function holdsType(sentence: string, type: AnswerType): boolean {
  return type !== null && PASSES[type].test(sentence);
}
