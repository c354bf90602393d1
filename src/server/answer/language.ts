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

/** Ways to say please, in the languages of `PHRASES` as far as they have a word for it alone. */
const PLEASE =
  'please|pls|plz|bitte|bitte schön|s il vous plaît|s il te plaît|svp|stp|por favor|per favore|per piacere|alstublieft|' +
  'alsjeblieft|graag|tack|snälla|vær så snill|vær så venlig|proszę|prosím|prosim|kérem|vă rog|te rog|моля|пожалуйста|' +
  'будь ласка|παρακαλώ|lütfen|tolong|mohon|vui lòng|làm ơn|من فضلك|لو سمحت|لطفا|لطفاً|براہ کرم|בבקשה|कृपया|' +
  'กรุณา|お願いします|お願いいたします|教えてください|부탁합니다|부탁드립니다|请问|請問|请|請';
/** Ways to begin a question that say nothing of it, in English; others are few words that are no terms or weigh little. */
const ASKING =
  /^(?:i(?:['’]d| would) like to (?:know|ask)|i (?:want|wanted|need) to (?:know|ask)|i have a (?:quick )?question|(?:can|could|would|will) you (?:tell|show|explain to) me|(?:tell|show) me|do you know)(?:\s+(?:about|if|whether))?(?![\p{L}\p{N}])[\s,:–—-]*/iu;
/** How much of a message's beginning and end may be courtesy. UTF-16 code units. */
const MAX_COURTESY = 120;

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]$/u;
/** Ways as they may be written within a message; where a script has no spaces, what follows may stand right behind. */
function written(lists: readonly (string | undefined)[]): string {
  const ways = lists.flatMap((list) => list?.normalize('NFC').split('|') ?? []).sort((a, b) => b.length - a.length);
  return ways
    .map((way) => way.replaceAll(' ', "[\\s'’-]+") + (UNSPACED.test(way) ? '' : '(?![\\p{L}\\p{M}\\p{N}])'))
    .join('|');
}
const HELLO = written(PHRASES.map(({ hello }) => hello));
const THANKS = written(PHRASES.map(({ thanks }) => thanks));
const BESIDE = written(PHRASES.map(({ beside }) => beside));
const ASK = written([PLEASE]);
const FRONT = new RegExp(
  `^[\\s\\p{P}]*(?:(?:(?:${HELLO}|${ASK})(?:[\\s,]+(?:${BESIDE})(?=\\s*[\\p{P}\\n]))*` +
    // "Thank you page" is a page.
    `|(?:${BESIDE})(?=\\s*[,.!])|(?:${THANKS})(?:\\s+(?:${BESIDE}))*(?=\\s*[\\p{P}\\n]))[\\s\\p{P}]*)+`,
  'iu',
);
const BACK = new RegExp(`(?:[\\s\\p{P}]+(?:${ASK}|(?:${THANKS})(?:[\\s,]+(?:${BESIDE}))*))+[\\s\\p{P}\\p{S}]*$`, 'iu');

/**
 * A message without the greeting, thanks and please at its beginning and end, in any of the languages, for the search in
 * documents, where no passage says hello. As it is when nothing else is left.
 */
export function withoutCourtesies(message: string): string {
  const text = message.normalize('NFC').trim();
  const begun = text.slice(0, MAX_COURTESY).replace(FRONT, '').replace(ASKING, '') + text.slice(MAX_COURTESY);
  const last = Math.max(0, begun.length - MAX_COURTESY);
  const rest = begun.slice(0, last) + begun.slice(last).replace(BACK, '');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : message;
}
