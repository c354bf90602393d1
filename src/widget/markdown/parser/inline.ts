import { type Links, labelOf, link, matchAt, readDestination, TITLE } from './links.ts';
import { escapeText, TAGS } from './text.ts';

/**
 * The text of one block as HTML: code spans, emphasis, links, images, raw HTML, line breaks (CommonMark 0.31, chapter 6),
 * strikethrough and bare addresses (GFM). One pass from left to right; what a mark means is known only at its partner, so
 * the output is a list of slots, and marks that find a partner write their tags into theirs ("delimiter stack" in the
 * specification's appendix). Linear but for what `guard.ts` bounds.
 */

/** A run of `*`, `_` or `~` that may open or close something. */
interface Mark {
  readonly slot: number;
  readonly sign: string;
  /** Signs not used yet, and how many there were. */
  left: number;
  readonly length: number;
  readonly opens: boolean;
  readonly closes: boolean;
  before: Mark | null;
  after: Mark | null;
}

/** A `[` or `![` that may begin a link or an image. */
interface Bracket {
  readonly slot: number;
  /** Where its text begins. */
  readonly from: number;
  readonly image: boolean;
  /** The last mark before it. */
  readonly mark: Mark | null;
  /** No link may stand in a link. */
  active: boolean;
  /** Another bracket follows, so its text is no label. */
  nested: boolean;
}

/** Up to the next character that may mean something. */
const PLAIN = /[^\\`*_~[\]!<\n]+/y;
const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const TICKS = /`+/g;
const AUTOLINK = /<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*)>/iy;
const AUTOMAIL = /<([\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)>/iy;
const TAG = new RegExp(`<(?:${TAGS}|!---?>|!--[^]*?-->|\\?[^]*?\\?>|![a-z][^>]*>|!\\[CDATA\\[[^]*?\\]\\]>)`, 'iy');
const SPACE = /^\s?$/;
/** Strikethrough may stand close to emphasis. */
const PUNCTUATION = /^(?!~)[\p{P}\p{S}]/u;
/** Addresses without brackets around them. */
const BARE = /(?:https?:\/\/|ftp:\/\/|www\.)[a-z0-9][^\s<]*|(?:mailto:)?[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;
const MAIL = /^[^/]*@/;

/** Where bare addresses begin, and where each ends without what is punctuation of the sentence around it. */
function bareAddresses(text: string): (readonly [from: number, to: number])[] {
  if (!/:\/\/|www\.|@/i.test(text)) return [];
  return Array.from(text.matchAll(BARE), ({ 0: found, index }) => {
    let address = found;
    for (let last = ''; last !== address; ) {
      last = address;
      address = address.replace(/[?!.,:*_~'"]+$|&\w+;$/, '');
      const { length } = address;
      if (address.endsWith(')') && address.split(')').length > address.split('(').length)
        address = address.slice(0, length - 1);
    }
    const inWord =
      /[a-z0-9]/i.test(text[index - 1] ?? '') ||
      (MAIL.test(address) && /^-|_$/.test(address.slice(-1) + (text[index + address.length] ?? '')));
    return [index, inWord ? index : index + address.length] as const;
  }).filter(([from, to]) => to > from);
}

/** @param links the definitions a reference may mean */
export function inline(text: string, links: Links): string {
  const slots: string[] = [];
  const brackets: Bracket[] = [];
  const addresses = bareAddresses(text);
  /** Lengths of backtick runs that have no partner any more. */
  const lonely = new Set<number>();
  let last: Mark | null = null;
  let at = 0;

  const put = (html: string) => slots.push(html);
  const drop = (mark: Mark) => {
    if (mark.before) mark.before.after = mark.after;
    if (mark.after) mark.after.before = mark.before;
    else last = mark.before;
  };

  function code(): void {
    const { length } = matchAt(TICKS, text, at)![0];
    const from = at + length;
    if (!lonely.has(length)) {
      TICKS.lastIndex = from;
      for (let run = TICKS.exec(text); run; run = TICKS.exec(text)) {
        if (run[0].length !== length) continue;
        const inner = text.slice(from, run.index).replace(/\n/g, ' ');
        const padded = /^ .* $/.test(inner) && inner.trim() !== '';
        put(`<code>${escapeText(padded ? inner.slice(1, -1) : inner, true)}</code>`);
        at = run.index + length;
        return;
      }
      lonely.add(length);
    }
    put(text.slice(at, from));
    at = from;
  }

  function mark(sign: string): void {
    let end = at;
    while (text[end] === sign) end += 1;
    const half = /[\udc00-\udfff]/.test(text[at - 1] ?? '');
    const before = text.slice(Math.max(0, at - (half ? 2 : 1)), at);
    const after = end < text.length ? String.fromCodePoint(text.codePointAt(end)!) : '';
    const [spaceBefore, spaceAfter] = [SPACE.test(before), SPACE.test(after)];
    const [pointBefore, pointAfter] = [PUNCTUATION.test(before), PUNCTUATION.test(after)];
    const left = !spaceAfter && (!pointAfter || spaceBefore || pointBefore);
    const right = !spaceBefore && (!pointBefore || spaceAfter || pointAfter);
    const length = end - at;
    const word = sign === '_';
    const run: Mark = {
      slot: put(text.slice(at, end)) - 1,
      sign,
      left: length,
      length,
      opens: left && (!word || !right || pointBefore),
      closes: right && (!word || !left || pointAfter),
      before: last,
      after: null,
    };
    at = end;
    if (sign === '~' && length > 2) return;
    if (last) last.after = run;
    last = run;
  }

  /** Whether two runs are partners: strikethrough by equal length, emphasis by the rule of three. */
  const fit = (opener: Mark, closer: Mark) =>
    opener.opens &&
    opener.sign === closer.sign &&
    (opener.sign === '~'
      ? opener.left === closer.left
      : !((closer.opens || opener.closes) && closer.length % 3 !== 0 && (opener.length + closer.length) % 3 === 0));

  /** Finds the partners of all marks behind `bottom`, and forgets these marks. */
  function pair(bottom: Mark | null): void {
    // Below these no opener of that kind was found: not looked for again.
    const floors = new Map<string, Mark | null>();
    let closer = last;
    while (closer && closer.before !== bottom) closer = closer.before;
    while (closer) {
      if (!closer.closes) {
        closer = closer.after;
        continue;
      }
      const kind: string = `${closer.sign}${closer.opens}${closer.sign === '~' ? closer.left : closer.length % 3}`;
      const floor = floors.has(kind) ? floors.get(kind)! : bottom;
      let opener = closer.before;
      while (opener && opener !== floor && opener !== bottom && !fit(opener, closer)) opener = opener.before;
      if (!opener || opener === floor || opener === bottom) {
        floors.set(kind, closer.before);
        const next: Mark | null = closer.after;
        if (!closer.opens) drop(closer);
        closer = next;
        continue;
      }
      const strike = closer.sign === '~';
      const used = strike ? closer.left : Math.min(2, opener.left, closer.left);
      const tag = strike ? 'del' : used === 2 ? 'strong' : 'em';
      // The signs nearest to the text are used first.
      const [begin, end] = [slots[opener.slot]!, slots[closer.slot]!];
      const cut = begin.lastIndexOf(opener.sign.repeat(opener.left), begin.length) + opener.left - used;
      slots[opener.slot] = `${begin.slice(0, cut)}<${tag}>${begin.slice(cut + used)}`;
      const first = end.indexOf(closer.sign.repeat(closer.left));
      slots[closer.slot] = `${end.slice(0, first)}</${tag}>${end.slice(first + used)}`;
      opener.left -= used;
      closer.left -= used;
      while (closer.before !== opener) drop(closer.before!);
      if (opener.left === 0) drop(opener);
      if (closer.left === 0) {
        const next: Mark | null = closer.after;
        drop(closer);
        closer = next;
      }
    }
    while (last && last !== bottom) drop(last);
  }

  /** What the bracket that closes at `at` refers to: `(address "title")`, `[label]` or its own text. Moves past it. */
  function target(bracket: Bracket, end: number) {
    if (text[at] === '(') {
      let next = matchAt(/\s*/y, text, at + 1)![0].length + at + 1;
      const found = readDestination(text, next);
      if (found) {
        next = found.end;
        const gap = matchAt(/\s+/y, text, next)?.[0].length ?? 0;
        const title = gap > 0 ? matchAt(TITLE, text, next + gap) : null;
        if (title) next += gap + title[0].length;
        const close = matchAt(/\s*\)/y, text, next);
        if (close) {
          at = next + close[0].length;
          return { href: found.raw, title: title?.[0].slice(1, -1) ?? null };
        }
      }
    }
    const label = matchAt(/\[((?:[^[\]\\]|\\[\s\S]){0,999})\]/y, text, at);
    const own = !label || label[1] === '';
    if (own && bracket.nested) return null;
    const known = links[labelOf(own ? text.slice(bracket.from, end) : label[1]!)];
    if (known && label) at += label[0].length;
    return known ?? null;
  }

  function close(): void {
    const end = at;
    at += 1;
    const bracket = brackets.pop();
    const found = bracket?.active ? target(bracket, end) : null;
    if (!bracket || !found) {
      put(']');
      return;
    }
    pair(bracket.mark);
    const inner = slots.splice(bracket.slot).slice(1).join('');
    put(link(found, inner, bracket.image));
    if (!bracket.image) for (const outer of brackets) outer.active &&= outer.image;
  }

  function open(image: boolean): void {
    const size = image ? 2 : 1;
    if (brackets.length > 0) brackets.at(-1)!.nested = true;
    const slot = put(text.slice(at, at + size)) - 1;
    at += size;
    brackets.push({ slot, from: at, image, mark: last, active: true, nested: false });
  }

  function angle(): void {
    const address = matchAt(AUTOLINK, text, at);
    const mail = address ? null : matchAt(AUTOMAIL, text, at);
    const found = address ?? mail ?? matchAt(TAG, text, at);
    if (address || mail) {
      const shown = (address ?? mail)![1]!;
      // Nothing in it is escaped.
      const href = (mail ? `mailto:${shown}` : shown).replace(/\\/g, '\\\\');
      put(link({ href, title: null }, escapeText(shown), false));
    } else put(found ? found[0] : '&lt;');
    at += found ? found[0].length : 1;
  }

  while (at < text.length) {
    const sign = text[at]!;
    while (addresses.length > 0 && addresses[0]![0] < at) addresses.shift();
    if (addresses[0]?.[0] === at && brackets.length === 0) {
      const bare = text.slice(at, addresses[0][1]);
      const scheme = /^mailto:/i.test(bare) ? '' : MAIL.test(bare) ? 'mailto:' : /^www/i.test(bare) ? 'http://' : '';
      put(link({ href: scheme + bare.replace(/\\/g, '\\\\'), title: null }, escapeText(bare), false));
      at = addresses[0][1];
    } else if (sign === '\\') {
      const escaped = matchAt(ESCAPE, text, at);
      if (escaped) put(escapeText(escaped[1]!, true));
      else if (text[at + 1] === '\n') put('<br>');
      else put(sign);
      at += escaped || text[at + 1] === '\n' ? 2 : 1;
      if (!escaped && text[at - 1] === '\n') at += matchAt(/ */y, text, at)![0].length;
    } else if (sign === '`') code();
    else if (sign === '*' || sign === '_' || sign === '~') mark(sign);
    else if (sign === '[') open(false);
    else if (sign === '!' && text[at + 1] === '[') open(true);
    else if (sign === ']') close();
    else if (sign === '<') angle();
    else if (sign === '\n') {
      const broken = text.slice(Math.max(0, at - 2), at) === '  ';
      if (slots.length > 0) slots[slots.length - 1] = slots.at(-1)!.replace(/ +$/, '');
      put(broken ? '<br>' : '\n');
      at += 1 + matchAt(/ */y, text, at + 1)![0].length;
    } else {
      let end = at + (matchAt(PLAIN, text, at)?.[0].length ?? 1);
      const next = addresses.find(([from]) => from > at)?.[0] ?? end;
      if (next < end) end = next;
      put(escapeText(text.slice(at, end)));
      at = end;
    }
  }
  pair(null);
  return slots.join('').trimEnd();
}
