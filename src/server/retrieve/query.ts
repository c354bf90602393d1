import { type AnswerType, answerType } from './answer-type.ts';
import { relatedTerms } from './thesaurus.ts';
import { plainWords, type Token, tokenize, tokenSpans } from './tokenize.ts';

/** How much less a match counts that is not the asker's own word. */
export const STRENGTH = {
  /** By meaning (`thesaurus.ts`). */
  related: 0.35,
  /** By a shared beginning, times the share of letters that agree: `imperialist` and `imperialism`. */
  prefix: 0.5,
  /** By one slip of the pen, where the base does not know the word as it was written. */
  misspelt: 0.7,
  /** A term of the question before; of the one before that, its square. */
  earlier: 0.4,
} as const;

/** "back up", "set up", "log in": texts write them as one word too. Offsets are those of the question's tokens. */
const PARTICLE = /^[\s-](up|in|out|off|on|down|over|away)(?![\p{L}\p{N}])/iu;
const JOINED_STRENGTH = 0.9;

/**
 * Words that only ask, of languages whose other stop words the index leaves out too. They are left out of questions alone,
 * so an index that was made before knows them still.
 */
const ASKING = new Set(
  '何 何時 何曜日 何人 何年 何日 何回 いつ どこ 誰 だれ どう どの どれ どんな なぜ どうして いくら いくつ 什么 什麼 怎么 怎麼 怎样 怎樣 如何 哪里 哪裡 哪个 哪個 谁 誰 多少 几点 幾點 为什么 為什麼 是否'.split(
    ' ',
  ),
);

/** Words that shape a question more than they name its subject. */
const FRAMING_WEIGHT = 0.6;
const FRAMING = new Set(
  tokenSpans(
    `please tell explain show describe want need like know get give make use way example name called call type kind sort
     term word number amount thing happen happened take place occur locate located find become mean consider refer possible
     help question answer wonder info information exactly actually currently various people person often long`,
  ).map(({ term }) => term),
);
/**
 * "How long", "how often": asks for a measure, which the answer gives as a number ("five years") without that word. Enough
 * to tell near equals apart; it says nothing about whether the passage is about the matter.
 */
const ASIDE_WEIGHT = 0.2;
const MEASURE =
  /\bhow\s+(long|often|far|old|big|small|large|tall|high|deep|wide|thick|heavy|fast|quick|quickly|soon|late|early|hot|cold|strong|expensive|close|near)\b/giu;
/** The word after "what" or "which" names the kind of answer, which the text often leaves unsaid. */
const KIND_WEIGHT = 0.6;
/** With fewer other terms, in it or in the questions it leans on, it is the subject itself: "Which port does the server use?" */
const MIN_BESIDE_KIND = 3;

/**
 * An everyday word ("work", "version") that the whole base never uses is a way of asking, not a subject it lacks. The
 * thesaurus serves as the list of everyday words.
 */
const ABSENT_EVERYDAY_WEIGHT = 0.5;

/** One term of a question. */
export interface QueryTerm {
  readonly term: string;
  /** Inverse document frequency in the knowledge base, lowered for framing words and earlier questions. Above 0. */
  readonly weight: number;
  /** Terms that may stand for it, with their strength below 1. */
  readonly related: ReadonlyMap<string, number>;
  /** False for a term carried over from an earlier question. */
  readonly own: boolean;
  /** It says little of the matter: `long` of "How long is the warranty?", a number that stands alone at the end. */
  readonly aside: boolean;
  /** No passage of the base holds it: it may be misspelt. */
  readonly absent: boolean;
}

/** A question, ready to be held against texts. */
export interface Query {
  readonly terms: readonly QueryTerm[];
  /** Terms that stand near each other in the question: indexes into `terms`, and how far apart they stand. */
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly distance: number }[];
  /** Its words as they were written, each once, with how rare their terms are; stop words are left out. */
  readonly forms: readonly { readonly word: string; readonly rarity: number }[];
  /** Words that stand side by side in it, stop words too: `who wrote`. Each once. */
  readonly phrases: readonly string[];
  readonly type: AnswerType;
  /** Of "What is X?": how a sentence begins that says what X is. `null` for all other questions. */
  readonly introduction: RegExp | null;
}

/** A question cut into terms, before the knowledge base has been asked how rare they are. */
export interface QueryDraft {
  readonly question: string;
  readonly tokens: readonly Token[];
  /** Term → the one-word form of it and the particle behind it: `back` → `backup`. */
  readonly joined: ReadonlyMap<string, string>;
  /** Term → strength, for terms of earlier questions that this one may lean on. */
  readonly earlier: ReadonlyMap<string, number>;
  /** It says that it goes on with them: "and for Firefox?". */
  readonly goesOn: boolean;
}

/** Goes on with what was asked: "and for Firefox?". */
const GOES_ON = /^(?:and|or|but|so|also|what about|how about|what if|why not|then)\b/i;
/** May point to what was asked: "How much does it cost?" */
const POINTS =
  /\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|one|ones|there|same|other|else|instead)\b/i;
/** A question with fewer terms of its own is taken to lean on what was said, unless it is a whole sentence about its one. */
const MIN_OWN_TERMS = 2;
/** "What is a webhook?", "Where are tokens?": needs nothing from before. "What port?" and "In Firefox?" do. */
const WHOLE =
  /^(?:what|who|where|when|why|how|which)(?:['’]s|['’]re)?\b.*\b(?:is|are|was|were|does|do|did|can|could|should|will|would|has|have|mean|means)\b|^(?:what|who|where)['’](?:s|re)\b/i;

/** Whether a question may be understood only with what was said before. One without a word says nothing, and leans on nothing. */
function leans(question: string, ownTerms: number): boolean {
  if (!/[\p{L}\p{N}]/u.test(question)) return false;
  if (GOES_ON.test(question) || POINTS.test(question) || ownTerms === 0) return true;
  return ownTerms < MIN_OWN_TERMS && !WHOLE.test(question);
}
const MAX_QUESTION_TERMS = 48;

/**
 * Cuts a question into terms. "and for Firefox?" leans on the questions before it: then their terms come along, weaker
 * the longer ago they were asked.
 */
export function draftQuery(question: string, earlierQuestions: readonly string[] = []): QueryDraft {
  const words = tokenSpans(question).slice(0, MAX_QUESTION_TERMS);
  const telling = words.filter(({ term }) => !ASKING.has(term));
  const tokens = telling.length > 0 ? telling : words;
  const own = new Set(tokens.map(({ term }) => term));
  const earlier = new Map<string, number>();
  if (leans(question.trim(), own.size)) {
    earlierQuestions.slice(-2).forEach((text, index, { length }) => {
      const strength = STRENGTH.earlier ** (length - index);
      for (const { term } of tokenSpans(text).slice(0, MAX_QUESTION_TERMS))
        if (!own.has(term)) earlier.set(term, Math.max(earlier.get(term) ?? 0, strength));
    });
  }
  return { question, tokens, joined: joinedTerms(question, tokens), earlier, goesOn: GOES_ON.test(question.trim()) };
}

function joinedTerms(question: string, tokens: readonly Token[]): Map<string, string> {
  const joined = new Map<string, string>();
  for (const { term, start, end } of tokens) {
    const particle = PARTICLE.exec(question.slice(end))?.[1];
    const [word] = particle ? tokenSpans(question.slice(start, end) + particle) : [];
    if (word) joined.set(term, word.term);
  }
  return joined;
}

/** Every term a draft may match, for the search that finds candidates. */
export function searchTerms(draft: QueryDraft): {
  readonly asked: readonly string[];
  readonly related: readonly string[];
} {
  const own = draft.tokens.map(({ term }) => term);
  const asked = [...new Set([...own, ...draft.joined.values(), ...draft.earlier.keys()])];
  const related = new Set(asked.flatMap((term) => [...relatedTerms(term)]));
  for (const term of asked) related.delete(term);
  return { asked, related: [...related] };
}

/** Inverse document frequency, always above 0 (the form of Lucene's BM25). */
export function inverseFrequency(count: number, total: number): number {
  return Math.log(1 + (total - count + 0.5) / (count + 0.5));
}

/** Weighs a draft by how rare its terms are in the knowledge base. */
export function weighQuery(
  draft: QueryDraft,
  frequencies: { readonly total: number; readonly counts: ReadonlyMap<string, number> },
): Query {
  const { question, tokens, joined, earlier } = draft;
  const count = (term: string) => frequencies.counts.get(term) ?? 0;
  const idf = (term: string) => {
    const found = Math.max(count(term), count(joined.get(term) ?? ''));
    return inverseFrequency(Math.min(found, frequencies.total), frequencies.total);
  };
  const kind = kindTerm(draft);
  const asides = asideTerms(draft);
  const terms: QueryTerm[] = [];
  const place = new Map<string, number>();
  const add = (term: string, strength: number, own: boolean) => {
    if (place.has(term)) return;
    place.set(term, terms.length);
    const aside = own && asides.has(term);
    const framing = aside ? ASIDE_WEIGHT : FRAMING.has(term) ? FRAMING_WEIGHT : term === kind ? KIND_WEIGHT : 1;
    const absent = count(term) === 0 && relatedTerms(term).size > 0 ? ABSENT_EVERYDAY_WEIGHT : 1;
    const related = new Map<string, number>([...relatedTerms(term)].map((other) => [other, STRENGTH.related] as const));
    const oneWord = joined.get(term);
    if (own && oneWord !== undefined) related.set(oneWord, JOINED_STRENGTH);
    const weight = idf(term) * strength * framing * absent;
    terms.push({ term, weight, related, own, aside, absent: count(term) === 0 });
  };
  for (const { term } of tokens) add(term, 1, true);
  for (const [term, strength] of earlier) add(term, strength, false);

  const pairs: { first: number; second: number; distance: number }[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    for (let next = at + 1; next < Math.min(tokens.length, at + 3); next += 1) {
      const [first, second] = [tokens[at]!, tokens[next]!];
      if (first.term === second.term || asides.has(first.term) || asides.has(second.term)) continue;
      pairs.push({
        first: place.get(first.term)!,
        second: place.get(second.term)!,
        distance: second.position - first.position,
      });
    }
  }
  const words = plainWords(question).slice(0, 2 * MAX_QUESTION_TERMS);
  const forms = [...new Set(words)].flatMap((word) => {
    const [term] = tokenize(word);
    return term === undefined ? [] : [{ word, rarity: idf(term) }];
  });
  const phrases = [...new Set(words.slice(1).map((word, index) => `${words[index]} ${word}`))];
  return { terms, pairs, forms, phrases, type: answerType(question), introduction: introductionOf(question) };
}

/** "What is a webhook?", "what are test keys": up to three words, and nothing more is asked. */
const DEFINITION = /^what(?:['’]s| is| are) (?:an? |the )?((?:[\p{L}\p{N}_-]+ ?){1,3})[?!. ]*$/iu;

/** "A webhook is an address …", "Test keys (…) are …", "Webhook: an address …". */
function introductionOf(question: string): RegExp | null {
  const subject = DEFINITION.exec(question.trim())?.[1]?.trim();
  if (!subject) return null;
  return new RegExp(
    `^(?:[-*•]\\s+)?[*_\`"“]{0,3}(?:(?:an?|the)\\s+)?[*_\`"“]{0,3}${subject}[*_\`"”]{0,3}(?:\\s+\\S*[(<][^)>]*[)>]\\S*)?(?::|\\s+(?:is|are|means?)\\b)`,
    'iu',
  );
}

/** Terms that ask for a measure, and a small number that stands alone at an end, beside at least one that names the matter. */
function asideTerms({ question, tokens }: QueryDraft): ReadonlySet<string> {
  const ends = new Set([...question.matchAll(MEASURE)].map(({ index, 0: text }) => index + text.length));
  const isAside = ({ start, end }: Token) => ends.has(end) || isStrayNumber(question, start, end);
  const asides = new Set(tokens.filter(isAside).map(({ term }) => term));
  return tokens.every(({ term }) => asides.has(term)) ? new Set() : asides;
}

/** "deposit 6": typed or pasted beside the words. A larger one is a year, a code, a model. */
const isStrayNumber = (question: string, start: number, end: number): boolean =>
  /^\d{1,2}$/.test(question.slice(start, end)) &&
  (/^[\s\p{P}]*$/u.test(question.slice(0, start)) || /^[\s\p{P}]*$/u.test(question.slice(end))) &&
  !/\S/.test(question.charAt(start - 1) + question.charAt(end).replace(/[?!.]/, ''));

function kindTerm({ question, tokens, earlier }: QueryDraft): string | null {
  const asks = /\b(?:what|which|how)\b/i.exec(question);
  if (!asks) return null;
  const next = tokens.find(({ start }) => start > asks.index);
  if (!next || next.start - asks.index - asks[0].length > 12) return null;
  const others = tokens.filter(({ term }) => term !== next.term && !FRAMING.has(term));
  return others.length >= MIN_BESIDE_KIND || earlier.size > 0 ? next.term : null;
}

/** How well a term of a text stands for a term of the question: 1 the same, below 1 by meaning or beginning, 0 not. */
export function termStrength(wanted: QueryTerm, found: string): number {
  if (wanted.term === found) return 1;
  const related = wanted.related.get(found) ?? 0;
  const misspelt = wanted.absent && related === 0 && oneSlip(wanted.term, found) ? STRENGTH.misspelt : 0;
  return Math.max(related, misspelt, prefixStrength(wanted.term, found));
}

/** How well a term of a text stands for each term of the question, in their order; `null` when for none. */
export type Matcher = (found: string) => readonly number[] | null;

/** A matcher that looks at each distinct term once, however many texts hold it. Made per question, dropped with it. */
export function createMatcher({ terms }: Query): Matcher {
  const known = new Map<string, readonly number[] | null>();
  return (found) => {
    const before = known.get(found);
    if (before !== undefined) return before;
    const strengths = terms.map((wanted) => termStrength(wanted, found));
    const result = strengths.some((strength) => strength > 0) ? strengths : null;
    known.set(found, result);
    return result;
  };
}

/** Below this, one letter makes another word. */
const MIN_SLIP = 5;

/** Longer ones are names in code. */
const MAX_MISSPELT = 24;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * What a term may have been meant to be, to be looked for where no text has it: those that `oneSlip` would join to it. The
 * first letter is taken to be right, or swapped with the second. For terms outside a–z only letters too many and swapped.
 */
export function oneSlipAway(term: string): string[] {
  if (term.length < MIN_SLIP || term.length > MAX_MISSPELT || !/^[\p{L}\p{M}]+$/u.test(term)) return [];
  const letters = /^[a-z]+$/.test(term) ? LETTERS : [];
  const meant = new Set<string>();
  for (let at = 0; at < term.length; at += 1) {
    const [before, after] = [term.slice(0, at), term.slice(at)];
    if (after.length > 1) meant.add(before + after[1] + after[0] + after.slice(2));
    for (const letter of letters) meant.add(before + after[0] + letter + after.slice(1));
    if (at === 0) continue;
    meant.add(before + after.slice(1));
    for (const letter of letters) meant.add(before + letter + after.slice(1));
  }
  meant.delete(term);
  return [...meant].filter((other) => oneSlip(term, other));
}

/** Whether one letter too many, too few, another or two swapped make one term of the other. Numbers are never misspelt. */
export function oneSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length < MIN_SLIP || long.length - short.length > 1 || one === other || /\d/.test(one)) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}

const MIN_SHARED = 5;
const MIN_SHARE = 0.6;
function prefixStrength(one: string, other: string): number {
  if (one.length < MIN_SHARED || other.length < MIN_SHARED || one.charCodeAt(4) !== other.charCodeAt(4)) return 0;
  const longest = Math.max(one.length, other.length);
  let shared = 0;
  while (shared < one.length && one.charCodeAt(shared) === other.charCodeAt(shared)) shared += 1;
  if (shared < MIN_SHARED || shared < longest * MIN_SHARE || /\d/.test(one)) return 0;
  return (STRENGTH.prefix * shared) / longest;
}
