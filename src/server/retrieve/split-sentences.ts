/** Words whose full stop does not end a sentence. Lower case, without the stop. */
const ABBREVIATIONS = new Set(
  `mr mrs ms dr prof st jr sr gen col lt sgt capt rev hon gov sen rep pres vs no nos vol vols fig figs eq ed eds pp p
   ch sec art approx dept est inc ltd co corp bros univ mt ft al cf ca c circa e.g i.e eg ie a.m p.m u.s u.k u.n d.c
   jan feb mar apr jun jul aug sep sept oct nov dec`.split(/\s+/),
);
const BOUNDARY = /[.!?]+["'”’)\]]*(?=\s)|[。！？｡]+[」』）]*|\n+/gu;

/** A sentence and where it stands in the text it was cut from (UTF-16 offsets, surrounding white space excluded). */
export interface Sentence {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function endsSentence(text: string, at: number, mark: string): boolean {
  if (mark.startsWith('\n') || !mark.startsWith('.')) return true;
  const next = text.slice(at + mark.length).match(/^\s+(\S)/u)?.[1] ?? '';
  if (/\p{Ll}/u.test(next)) return false;
  const before = text.slice(Math.max(0, at - 24), at).match(/[\p{L}\p{N}.]+$/u)?.[0] ?? '';
  if (/^\p{L}$/u.test(before) && before !== 'I') return false;
  return !(ABBREVIATIONS.has(before.toLowerCase()) || /^(?:\p{L}\.)+\p{L}$/u.test(before));
}

/**
 * Cuts plain text into sentences. A line break always ends one (list items and table rows are sentences); a full stop
 * after an abbreviation, an initial or before a lower-case word does not. Fenced code is one piece. Linear in the text.
 */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  const push = (from: number, to: number) => {
    const raw = text.slice(from, to);
    const trimmed = raw.trim();
    if (trimmed !== '') {
      const start = from + raw.indexOf(trimmed);
      sentences.push({ text: trimmed, start, end: start + trimmed.length });
    }
  };
  let start = 0;
  let fenceEnd = -1;
  const fence = /^`{3,}/gm;
  let marks = '';
  const codeAt = (from: number) => {
    fence.lastIndex = from;
    const opening = fence.exec(text);
    marks = opening?.[0] ?? '';
    return opening?.index ?? Number.POSITIVE_INFINITY;
  };
  let code = codeAt(0);
  for (const match of text.matchAll(BOUNDARY)) {
    if (match.index < fenceEnd) continue;
    if (match.index >= code) {
      // A fence opens before this boundary: everything up to its closing line is one piece.
      push(start, code);
      const close = text.indexOf(`\n${marks}`, code + marks.length);
      fenceEnd = close === -1 ? text.length : close + 1 + marks.length;
      push(code, fenceEnd);
      start = fenceEnd;
      code = codeAt(fenceEnd);
      continue;
    }
    if (!endsSentence(text, match.index, match[0])) continue;
    const end = match.index + match[0].length;
    push(start, end);
    start = end;
  }
  if (code < text.length) {
    push(start, code);
    push(code, text.length);
  } else if (start < text.length) push(start, text.length);
  return sentences;
}
