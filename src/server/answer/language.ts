import { PHRASES, type Phrases } from './phrases.ts';

/** By script; of several that share one, the letters that only one of them has. First match wins. */
const SCRIPTS: readonly (readonly [tag: string, letters: RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['zh-Hant', /[們麼嗎這個說語學習請問裡會開關頁檔種費錢]/u],
  ['zh-Hans', /\p{Script=Han}/u],
  ['th', /\p{Script=Thai}/u],
  ['hi', /\p{Script=Devanagari}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['ur', /[ٹڈڑےںہھ]/u],
  ['fa', /[پچژگیک]/u],
  ['ar', /\p{Script=Arabic}/u],
  ['el', /\p{Script=Greek}/u],
  ['uk', /[іїєґ]/iu],
  ['ru', /\p{Script=Cyrillic}/u],
];
/** Words of one language that tell it from English; a single one may be a name. */
const MIN_WORDS = 2;
/** What is looked at, UTF-16 code units. */
const MAX_LOOKED_AT = 500;

export const ENGLISH = PHRASES[0]!;
const byTag = new Map(PHRASES.map((phrases) => [phrases.tag, phrases]));
const WORDS = PHRASES.flatMap((phrases) =>
  phrases.words ? [{ phrases, words: new Set(phrases.words.split(' ')) }] : [],
);

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}]+/gu) ?? [];

/** The language a question is asked in; English where its words do not tell. */
export function languageOf(question: string): Phrases {
  const text = question.slice(0, MAX_LOOKED_AT);
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const foreign = text.match(/[^\p{Script=Latin}\P{L}]/gu)?.length ?? 0;
  // A word of another script in an English sentence is what is asked about.
  if (foreign * 2 > letters) {
    const [tag] = SCRIPTS.find(([, script]) => script.test(text)) ?? ['en'];
    return byTag.get(tag)!;
  }
  const words = wordsOf(text);
  let best = ENGLISH;
  let most = Math.max(MIN_WORDS - 1, words.filter((word) => WORDS[0]!.words.has(word)).length);
  for (const { phrases, words: known } of WORDS) {
    const found = words.filter((word) => known.has(word)).length;
    if (found > most) [best, most] = [phrases, found];
  }
  return best;
}

/** Longer messages say more than hello. UTF-16 code units. */
const MAX_SMALL_TALK = 60;

/** Ways as they are written, as a pattern of words: without the apostrophes and joiners that {@link wordsOf} drops. */
const pattern = (ways: string): string =>
  ways
    .split('|')
    .map((way) => wordsOf(way).join(' '))
    .join('|');

const TALK = PHRASES.map((phrases) => {
  const [hello, thanks, about] = [phrases.hello, phrases.thanks, phrases.about].map(pattern);
  const any = [hello, thanks, about, ...(phrases.beside ? [pattern(phrases.beside)] : [])].join('|');
  return {
    phrases,
    whole: new RegExp(`^(?:${any})(?: (?:${any}))*$`, 'u'),
    hello: new RegExp(`(?:^| )(?:${hello})(?: |$)`, 'u'),
    thanks: new RegExp(`(?:^| )(?:${thanks})(?: |$)`, 'u'),
    about: new RegExp(`(?:^| )(?:${about})(?: |$)`, 'u'),
  };
});

/** A message that asks nothing of the documents, and in which language. `about` asks who is answering. */
export interface SmallTalk {
  readonly kind: 'greeting' | 'thanks' | 'about';
  readonly in: Phrases;
}

/** What a message says that is no question to the documents, when it says nothing else; `null` for all others. */
export function smallTalk(message: string): SmallTalk | null {
  if (message.length > MAX_SMALL_TALK) return null;
  const text = wordsOf(message).join(' ');
  for (const { phrases, whole, hello, thanks, about } of TALK) {
    if (!whole.test(text)) continue;
    // First: "thank you for the help" asks for none.
    if (thanks.test(text)) return { kind: 'thanks', in: phrases };
    if (about.test(text)) return { kind: 'about', in: phrases };
    if (hello.test(text)) return { kind: 'greeting', in: phrases };
  }
  return null;
}
