import { stemmer } from 'stemmer';
import { IRREGULAR_FORMS, STOP_WORDS } from './english.ts';

/** A term of the index and the piece of text it stands for. */
export interface Token {
  readonly term: string;
  /** UTF-16 offsets into the text given to `tokenSpans`; for text that normalisation lengthens they are approximate. */
  readonly start: number;
  readonly end: number;
  /** Counts words, stop words included, so that distance means distance in the text. Parts of one word share it. */
  readonly position: number;
}

/** Scripts written without spaces between words; `Intl.Segmenter` finds the words by dictionary. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const UNSPACED_RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー々]+/gu;
const HANGUL = /^\p{Script=Hangul}+$/u;
const NUMBER = /^\d+(?:[.,]\d+)+$/;
/** A mark alone is no word: emoji have them. */
const WORD =
  /\d+(?:[.,]\d+)+(?![\p{L}_])|[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:['’ʼ][\p{L}\p{N}\p{M}]+)*(?:\+\+|#(?![\p{L}\p{N}]))?/gu;
const CAMEL_PARTS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lo}+|\p{N}+/gu;
/** Longer runs without a break are data (base64, hashes), not words; the first characters are enough to find them. */
const MAX_TERM_CHARS = 64;

const segmenters = new Map<string, Intl.Segmenter>();
function segmenter(locale: string): Intl.Segmenter {
  const found = segmenters.get(locale) ?? new Intl.Segmenter(locale, { granularity: 'word' });
  segmenters.set(locale, found);
  return found;
}

/** Bounded, because a hostile text can hold any number of distinct words. */
const stems = new Map<string, string>();
const MAX_STEMS = 50_000;

/** The form under which all forms of an English word meet: `running`, `ran` → `run`. Other words are given back as they are. */
export function stem(word: string): string {
  let found = stems.get(word);
  if (found === undefined) {
    found = IRREGULAR_FORMS.get(word) ?? word;
    // Until it changes no more: Porter takes `embedding` to `embed`, but `embed` to `emb`.
    for (let before = ''; found !== before && /^[a-z]{3,}$/.test(found); ) {
      before = found;
      found = stemmer(before);
    }
    if (stems.size >= MAX_STEMS) stems.clear();
    stems.set(word, found);
  }
  return found;
}

/**
 * Folds what readers do not tell apart: compatibility forms (NFKC), case, and the accents of alphabetic scripts.
 * Marks that make another letter (Japanese voicing, Indic vowels) stay.
 */
export function fold(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is exactly ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f\u00ad\u200b-\u200d]/g, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe')
    .replaceAll('ł', 'l')
    .replaceAll('đ', 'd');
}

/** Words of a run without spaces, plus overlapping pairs of the longer ones: a dictionary cuts the same word differently in different company. */
function unspacedTerms(run: string): string[] {
  const locale = /\p{Script=Thai}/u.test(run)
    ? 'th'
    : /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(run)
      ? 'ja'
      : 'zh';
  const terms: string[] = [];
  for (const { segment, isWordLike } of segmenter(locale).segment(run)) {
    if (isWordLike === false) continue;
    terms.push(segment);
    const chars = [...segment];
    if (chars.length > 2 && /[\p{Script=Han}\p{Script=Katakana}]/u.test(segment))
      for (let index = 0; index + 1 < chars.length; index += 1) terms.push(chars[index]! + chars[index + 1]!);
  }
  return terms;
}

function wordTerms(raw: string): string[] {
  // `1,000` is `1000`; `3.5` and `18.2.1` stay whole.
  if (NUMBER.test(raw)) return [stem(raw.replace(/,(?=\d{3}(?!\d))/g, '').replaceAll(',', '.'))];
  const folded = fold(raw)
    .replace(/['’ʼ]s$/u, '')
    // French and Italian articles: `l'étoile` is found by `étoile`.
    .replace(/^(?:[ldjnscmt]|qu|dell|nell|sull|un)['’ʼ](?=\p{L}{3})/u, '')
    .replace(/['’ʼ]/gu, '');
  if (UNSPACED.test(folded)) {
    const terms: string[] = [];
    let from = 0;
    for (const match of folded.matchAll(UNSPACED_RUN)) {
      if (match.index > from) terms.push(...wordTerms(folded.slice(from, match.index)));
      terms.push(...unspacedTerms(match[0]));
      from = match.index + match[0].length;
    }
    if (from < folded.length) terms.push(...wordTerms(folded.slice(from)));
    return terms;
  }
  if (folded === '' || /^_+$/.test(folded)) return [];
  // Compatibility forms can unfold into several words (`ﷺ`).
  const unfolded = folded.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  if (unfolded.length > 1 && unfolded.length < folded.length) return unfolded.flatMap(wordTerms);
  // Korean glues particles to words; pairs of syllables meet where the particles differ.
  if (HANGUL.test(folded) && folded.length > 2) {
    return [folded, ...Array.from({ length: folded.length - 1 }, (_, index) => folded.slice(index, index + 2))];
  }
  // `publishableKey`, `publishable_key`: found by the whole name and by its words.
  if (raw.includes('_') || /\p{Ll}\p{Lu}/u.test(raw)) {
    const parts = raw.match(CAMEL_PARTS) ?? [];
    if (parts.length > 1) {
      const whole = folded.replaceAll('_', '');
      const words = parts.map(fold).filter((part) => !STOP_WORDS.has(part));
      return [...new Set([whole, ...words.map(stem)])];
    }
  }
  const bare = folded.replaceAll('_', '');
  if (STOP_WORDS.has(bare)) return [];
  // `1990s` is `1990`, and `4th` is `4`.
  return [stem(/^\d+(?:s|st|nd|rd|th)$/.test(bare) ? bare.replace(/\D+$/, '') : bare)];
}

/** What a word of a text stands for. */
interface Word {
  /** None for a stop word. */
  readonly terms: readonly string[];
  /** Its terms stand one after the other, not all at one place. */
  readonly unspaced: boolean;
}
/** Words repeat: reading each once makes a text five times as quick to read. Bounded like the stems. */
const known = new Map<string, Word>();
const MAX_KNOWN = 50_000;
const MAX_KNOWN_CHARS = 32;

function readWord(raw: string): Word {
  const found = known.get(raw);
  if (found) return found;
  const word = readNewWord(raw);
  if (raw.length <= MAX_KNOWN_CHARS) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(raw, word);
  }
  return word;
}

function readNewWord(raw: string): Word {
  if (raw.length <= 12 && STOP_WORDS.has(raw.toLowerCase().replace(/[’ʼ]/g, "'")))
    return { terms: [], unspaced: false };
  const unspaced = UNSPACED.test(raw);
  const terms = wordTerms(raw.length > 4 * MAX_TERM_CHARS && !unspaced ? raw.slice(0, MAX_TERM_CHARS) : raw);
  return {
    // A stem may look like a stop word (`Norse`, `nor`) and is none; particles between Chinese or Japanese words are.
    terms: terms
      .filter((term) => term !== '' && !(unspaced && STOP_WORDS.has(term)))
      .map((term) => term.slice(0, MAX_TERM_CHARS)),
    unspaced: unspaced && terms.length > 1,
  };
}

/**
 * The terms of a text with their places, in order: what phrase and distance are judged by.
 *
 * Unicode words, folded by `fold`, English stop words dropped, stemmed by `stem`; words of scripts without spaces by
 * `Intl.Segmenter`; names in code also by their parts. A term holds letters, digits, `.`, `+`
 * and `#` only: never white space or a quote.
 */
export function tokenSpans(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (const match of text.matchAll(WORD)) {
    const raw = match[0];
    const start = match.index;
    position += 1;
    const { terms, unspaced } = readWord(raw);
    for (const term of terms) {
      if (unspaced) position += 1;
      tokens.push({ term, start, end: start + raw.length, position });
    }
  }
  return tokens;
}

/** The terms of a text in order, repeats kept: what goes into the index, and what a question is searched by. */
export function tokenize(text: string): string[] {
  return tokenSpans(text).map(({ term }) => term);
}

/** The words of a text as they are written, in order, folded but neither stemmed nor left out. */
export function plainWords(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}
