import type { Passage } from '../retrieve/retriever.ts';
import { splitSentences } from '../retrieve/split-sentences.ts';
import { tokenize } from '../retrieve/tokenize.ts';
import { isCode, isListItem } from './quote-markdown.ts';

/** What is quoted of one passage: its sentences, list items and code blocks, in order, as they stand there. */
export interface Extract {
  readonly passage: Passage;
  readonly pieces: readonly Piece[];
}
export interface Piece {
  readonly text: string;
  /** The piece begins a new paragraph (or line of a list) in the passage. */
  readonly breakBefore: '' | ' ' | '\n' | '\n\n';
}

/** Sizes of an extractive answer. */
export const EXTRACT = {
  /** Most passages quoted. */
  passages: 3,
  /** Passages looked at. */
  candidates: 8,
  /** Prose of one passage, UTF-16 code units; one sentence may be longer. Code is not counted. */
  proseChars: 420,
  /** Items of one list. */
  listItems: 8,
  /** A passage is quoted only if its best sentence scores at least this part of the best of all. */
  share: 0.6,
} as const;

interface Unit extends Piece {
  readonly terms: ReadonlySet<string>;
  readonly length: number;
  score: number;
}

/**
 * Picks what answers the question from the passages: the sentences that share most, and rarest, terms with it.
 *
 * A term weighs as it is rare among the sentences at hand; terms of the passage's headings count a little for each of
 * its sentences, because a sentence under "Firefox" need not say Firefox. A sentence brings what belongs to it: the
 * code or list it introduces, the lead of the list it stands in, and the next sentences while the paragraph is short.
 * Best passage first. Empty only when no passage holds a sentence.
 *
 * @param earlier earlier questions; their terms count a third, so that "and for Firefox?" is understood
 */
export function extract(question: string, earlier: readonly string[], passages: readonly Passage[]): Extract[] {
  const weights = new Map<string, number>();
  for (const term of earlier.flatMap(tokenize)) weights.set(term, 1 / 3);
  for (const term of tokenize(question)) weights.set(term, 1);

  const candidates = passages.slice(0, EXTRACT.candidates).map((passage) => ({
    passage,
    units: unitsOf(passage.text),
    heading: new Set(tokenize(`${passage.title} ${passage.heading}`)),
  }));
  const idf = idfOf(
    weights.keys(),
    candidates.flatMap(({ units }) => units),
  );
  for (const { passage, units, heading } of candidates) {
    units.forEach((unit, index) => {
      let score = 0;
      for (const [term, weight] of weights) {
        const rare = weight * idf.get(term)!;
        if (unit.terms.has(term)) score += rare;
        else if (heading.has(term)) score += rare * 0.35;
      }
      // Long sentences hold more terms by chance; the opening sentence of a section more often says what it is about.
      const length = 1 + Math.max(0, Math.log(unit.length / 140)) * 0.25;
      const opening = index === 0 ? 1.08 : 1;
      unit.score = ((score * opening) / length) * (0.7 + 0.3 * passage.relevance);
    });
  }

  const best = (units: readonly Unit[]) => Math.max(0, ...units.map(({ score }) => score));
  // The retriever's order decides among equals: it has seen the whole base, this only a few passages.
  const ranked = candidates
    .filter(({ units }) => units.length > 0)
    .map((candidate, rank) => ({ ...candidate, score: best(candidate.units) * 0.97 ** rank }))
    .sort((a, b) => b.score - a.score);
  const top = ranked[0]?.score ?? 0;
  const seen = new Set<string>();
  const extracts: Extract[] = [];
  for (const { passage, units, score } of ranked) {
    if (extracts.length === EXTRACT.passages || score < top * EXTRACT.share) break;
    const pieces = quote(units).filter(({ text }) => !seen.has(text));
    for (const { text } of pieces) seen.add(text);
    if (pieces.length > 0) extracts.push({ passage, pieces });
  }
  return extracts;
}

function unitsOf(text: string): Unit[] {
  let end = 0;
  return splitSentences(text).map((sentence) => {
    const gap = text.slice(end, sentence.start);
    const breakBefore =
      end === 0 ? '' : /\n\s*\n/.test(gap) || isCode(sentence.text) ? '\n\n' : gap.includes('\n') ? '\n' : ' ';
    end = sentence.end;
    return {
      text: sentence.text,
      breakBefore,
      terms: new Set(tokenize(sentence.text)),
      length: sentence.text.length,
      score: 0,
    };
  });
}

function idfOf(terms: Iterable<string>, units: readonly Unit[]): Map<string, number> {
  return new Map(
    [...terms].map((term) => {
      const holding = units.filter((unit) => unit.terms.has(term)).length;
      return [term, Math.log(1 + (units.length + 1) / (holding + 0.5))];
    }),
  );
}

/** The best unit of a passage and what belongs to it, in the passage's order. */
function quote(units: readonly Unit[]): Piece[] {
  const best = units.reduce((top, unit, index) => (unit.score > units[top]!.score ? index : top), 0);
  const taken = new Set([best]);
  let chars = isCode(units[best]!.text) ? 0 : units[best]!.length;
  const take = (index: number) => {
    if (taken.has(index)) return;
    taken.add(index);
    if (!isCode(units[index]!.text)) chars += units[index]!.length;
  };

  // Code without the sentence before it says nothing; an item of a list is read with its list and the line above it.
  if (isCode(units[best]!.text) && best > 0) take(best - 1);
  if (isListItem(units[best]!.text)) {
    let from = best;
    while (from > 0 && isListItem(units[from - 1]!.text) && best - from < EXTRACT.listItems / 2) from -= 1;
    for (let index = from; index < best; index += 1) take(index);
    if (from > 0 && units[from - 1]!.text.endsWith(':')) take(from - 1);
  }
  // The sentences before it, within its paragraph, as far as they ask about the same.
  for (let index = best - 1; index >= 0 && !isListItem(units[best]!.text); index -= 1) {
    const unit = units[index]!;
    if (taken.has(index)) continue;
    if (units[index + 1]!.breakBefore !== ' ' || unit.score < units[best]!.score * 0.5) break;
    if (chars + unit.length > EXTRACT.proseChars) break;
    take(index);
  }
  for (let index = best + 1; index < units.length; index += 1) {
    const unit = units[index]!;
    const before = units[index - 1]!;
    const introduced = before.text.endsWith(':');
    if (isCode(unit.text)) {
      // The block right after the matched words belongs to them; a later one only when it is introduced.
      if (index === best + 1 || introduced) take(index);
      break;
    }
    if (isListItem(unit.text)) {
      if (!introduced && !isListItem(before.text)) break;
      if ([...taken].filter((at) => isListItem(units[at]!.text)).length >= EXTRACT.listItems) break;
      take(index);
      continue;
    }
    // Prose goes on within its paragraph while it is short, and beyond only to words that ask about the same.
    if (isCode(before.text) || isListItem(before.text)) break;
    if (chars + unit.length > EXTRACT.proseChars) break;
    if (unit.breakBefore === '\n\n' && unit.score < units[best]!.score * 0.5) break;
    take(index);
  }
  return [...taken].sort((a, b) => a - b).map((index) => units[index]!);
}
