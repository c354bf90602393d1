import { ParseError, SUPPORTED } from './document.ts';

const SAMPLE_BYTES = 64 * 1024;
/** Fewer code units than this say nothing about an encoding. */
const MIN_UTF16_PAIRS = 8;

/** Windows-1252, bytes 0x80–0x9f; the five it leaves undefined stay control characters and count as odd. */
const CP1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Encodings a text may be in that says nothing about itself and is not mostly Latin: the encoding, the characters that
 * are frequent in its language, and the least share of them among all that are not ASCII. Bytes read in a wrong encoding
 * give characters of the right script too, but not the frequent ones.
 */
const LEGACY: readonly (readonly [label: string, frequent: RegExp, share: number])[] = [
  ['shift_jis', /[\u3041-\u3093\u30a1-\u30f6]/g, 0.25],
  ['euc-jp', /[\u3041-\u3093\u30a1-\u30f6]/g, 0.25],
  ['windows-1251', /[оеаинтсрвл]/g, 0.4],
  ['koi8-r', /[оеаинтсрвл]/g, 0.4],
  ['windows-1253', /[αειοντσςρ]/g, 0.4],
  ['windows-1255', /[יוהלאמרת]/g, 0.4],
  ['windows-1256', /[اليمنوترب]/g, 0.4],
  ['euc-kr', /[이다는을의에가고하지은로를]/g, 0.15],
  ['gb18030', /[的一是不了人我在有他这为之来以个中上们到说时可要]/g, 0.06],
  ['big5', /[的一是不了人我在有他這為之來以個中上們到說時可要]/g, 0.06],
];

/** The encoding a media type or the page itself names (`charset=…`, `<meta charset>`, the XML declaration), or `null`. */
function namedDecoder(bytes: Uint8Array, mediaType: string): TextDecoder | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2_048)).toString('latin1');
  const label =
    /;\s*charset\s*=\s*["']?([\w:-]+)/i.exec(mediaType)?.[1] ??
    /<meta[^<>]{0,300}?charset\s*=\s*["']?\s*([\w:-]+)/i.exec(head)?.[1] ??
    /^\s*<\?xml[^<>]{0,100}?encoding\s*=\s*["']([\w:-]+)/i.exec(head)?.[1];
  if (label === undefined) return null;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return null;
  }
}

function attempt(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** UTF-16 without its mark: every other byte of the letters is zero. */
function utf16Label(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES & ~1);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index & 1]! += 1;
  });
  const [even, odd] = zeros as [number, number];
  const pairs = sample.length / 2;
  if (pairs < MIN_UTF16_PAIRS) return null;
  if (odd > pairs * 0.3 && even === 0) return 'utf-16le';
  return even > pairs * 0.3 && odd === 0 ? 'utf-16be' : null;
}

function windows1252(bytes: Uint8Array): string {
  // Node decodes this label as Latin-1, which leaves control characters where the quotes and dashes are.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (char) => CP1252[char.charCodeAt(0) - 0x80]!);
}

/** Text of a Western language: hardly a control character, mostly letters, few of them with accents. */
function looksWestern(text: string): boolean {
  const sample = text.slice(0, SAMPLE_BYTES);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
  const odd = sample.match(/[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/g)?.length ?? 0;
  const readable = sample.match(/[\p{L}\p{N}\s.,;:'"()-]/gu)?.length ?? 0;
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  const plain = sample.match(/[a-z]/gi)?.length ?? 0;
  return odd === 0 && readable >= sample.length * 0.8 && plain >= letters * 0.6;
}

function byLanguage(bytes: Uint8Array): string | null {
  let best = { text: null as string | null, ratio: 1 };
  for (const [label, frequent, share] of LEGACY) {
    const text = attempt(new TextDecoder(label, { fatal: true }), bytes);
    if (text === null) continue;
    const sample = text.slice(0, SAMPLE_BYTES);
    const foreign = sample.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    const ratio = foreign === 0 ? 0 : (sample.match(frequent)?.length ?? 0) / foreign / share;
    if (ratio >= best.ratio) best = { text, ratio };
  }
  return best.text;
}

/**
 * Decodes text of unknown encoding: by its byte order mark; UTF-8 where the bytes are exactly that; the encoding the
 * media type or the page names; UTF-16 by its zeros; Windows-1252 for Western text; else by the language it makes sense
 * in. What makes sense in none is refused rather than garbled.
 *
 * @param mediaType as declared, for its `charset`; may be empty
 * @throws ParseError `unsupported_file`
 */
export function decodeText(bytes: Uint8Array, mediaType = ''): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const named = namedDecoder(bytes, mediaType);
  // Seven bits and escapes: such bytes are UTF-8 too, and say nothing in it.
  if (named?.encoding === 'iso-2022-jp') return attempt(named, bytes) ?? windows1252(bytes);
  if (bytes.subarray(0, SAMPLE_BYTES).includes(0)) {
    const label = utf16Label(bytes);
    if (label) return new TextDecoder(label).decode(bytes);
    throw new ParseError(
      'unsupported_file',
      `The file is binary and of no format that is read. Formats: ${SUPPORTED}.`,
    );
  }
  const utf8 = attempt(new TextDecoder('utf-8', { fatal: true }), bytes);
  if (utf8 !== null) return utf8;
  // The web calls Windows-1252 Latin-1, and reads what is named so as the former.
  if (named && named.encoding !== 'windows-1252') {
    const text = attempt(named, bytes);
    if (text !== null) return text;
  }
  const western = windows1252(bytes);
  if (named?.encoding === 'windows-1252' || looksWestern(western)) return western;
  const text = byLanguage(bytes);
  if (text !== null) return text;
  throw new ParseError(
    'unsupported_file',
    'The text is in an encoding that could not be told. Save it as UTF-8 and upload it again.',
  );
}
