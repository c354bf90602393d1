import { draftQuery, searchTerms, weighQuery } from '../retrieve/query.ts';
import type { Passage } from '../retrieve/retriever.ts';
import { type RankedSentence, rankSentences, readSentences } from '../retrieve/sentences.ts';
import { tokenize } from '../retrieve/tokenize.ts';
import { isCode, isListItem } from './quote-markdown.ts';
import { isRow } from './table-rows.ts';

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
  /** And only if it is at least this part as relevant as the first. */
  relevanceShare: 0.7,
  /** A passage that has this part of its words from what is quoted already says the same again. */
  repeats: 0.8,
  /** Items of one list; a longer list is a catalogue, of which only what matches is quoted. */
  listItems: 8,
  /** Rows of one table or items of a catalogue, and how well a further one must match beside the best. */
  rows: 5,
  rowShare: 0.75,
  /** What code counts that no sentence stands before: the answer of a command, the second of two examples. */
  looseCode: 0.6,
  /** A passage is quoted only if its best sentence scores at least this part of the best of all. */
  share: 0.88,
} as const;

interface Unit extends Piece {
  readonly length: number;
  readonly score: number;
}

/**
 * Picks what answers the question from the passages: their best sentences, as retrieval ranked them, and what belongs
 * to those: the code or list a sentence introduces, the lead of the list it stands in, and its neighbours while the
 * paragraph is short. Best passage first. Empty only when no passage holds a sentence.
 *
 * @param earlier earlier questions, so that "and for Firefox?" is understood where retrieval ranked no sentences
 */
export function extract(question: string, earlier: readonly string[], passages: readonly Passage[]): Extract[] {
  const looked = passages.slice(0, EXTRACT.candidates);
  const ranking = looked.every(({ sentences }) => sentences) ? null : rankHere(question, earlier, looked);
  const ranked = looked
    .map((passage, index) => ({ passage, units: unitsOf(passage, ranking?.[index] ?? passage.sentences ?? []) }))
    .filter(({ units }) => units.length > 0)
    // Retrieval has seen the whole base and this only a few passages: its order decides among near equals.
    .map(({ passage, units }, rank) => ({
      passage,
      units,
      score: Math.max(0, ...units.map(({ score }) => score)) * 0.97 ** rank,
    }))
    .sort((a, b) => b.score - a.score);
  const top = ranked[0]?.score ?? 0;
  const seen = new Set<string>();
  const said = new Set<string>();
  const extracts: Extract[] = [];
  for (const { passage, units, score } of ranked) {
    if (extracts.length === EXTRACT.passages || score < top * EXTRACT.share) break;
    if (passage.relevance < (extracts[0]?.passage.relevance ?? 0) * EXTRACT.relevanceShare) continue;
    const pieces = quote(units).filter(({ text }) => !seen.has(text));
    const terms = pieces.flatMap(({ text }) => tokenize(text));
    // The reference says it once more for each language.
    const repeats =
      extracts.length > 0 && terms.filter((term) => said.has(term)).length >= terms.length * EXTRACT.repeats;
    // Beside an answer, code and tables without a word to them only add noise.
    const isMute = extracts.length > 0 && pieces.every(({ text }) => isCode(text) || isRow(text));
    if (pieces.length === 0 || repeats || isMute) continue;
    for (const { text } of pieces) seen.add(text);
    for (const term of terms) said.add(term);
    extracts.push({ passage, pieces });
  }
  return extracts;
}

/** Ranks sentences that came unranked, a term's weight taken from how many of these passages hold it. */
function rankHere(question: string, earlier: readonly string[], passages: readonly Passage[]): RankedSentence[][] {
  const draft = draftQuery(question, earlier);
  const texts = passages.map(({ text }) => readSentences(text));
  const counts = new Map(
    searchTerms(draft).asked.map((term) => [
      term,
      texts.filter((sentences) => sentences.some(({ terms }) => terms.includes(term))).length,
    ]),
  );
  const query = weighQuery(draft, { total: passages.length + 1, counts });
  return passages.map(({ title, heading }, index) =>
    rankSentences(query, texts[index]!, [...tokenize(title), ...tokenize(heading)]),
  );
}

function unitsOf({ text, relevance }: Passage, sentences: readonly RankedSentence[]): Unit[] {
  let end = 0;
  let afterProse = false;
  return wholeLines(text, sentences).map((sentence) => {
    const isLoose = isCode(sentence.text) && !afterProse;
    afterProse = !isCode(sentence.text);
    const gap = text.slice(end, sentence.start);
    const paragraph = /\n\s*\n/.test(gap) || isCode(sentence.text);
    const breakBefore = end === 0 ? '' : paragraph ? '\n\n' : gap.includes('\n') ? '\n' : ' ';
    end = sentence.end;
    return {
      text: sentence.text,
      breakBefore,
      length: sentence.text.length,
      score: sentence.score * (0.5 + 0.5 * relevance) * (isLoose ? EXTRACT.looseCode : 1),
    };
  });
}

/** Items of lists and rows of tables are read whole: their sentences are joined, as good as the best of them. */
function wholeLines(text: string, sentences: readonly RankedSentence[]): RankedSentence[] {
  const joined: RankedSentence[] = [];
  let line = { end: -1, whole: false };
  for (const sentence of sentences) {
    const last = joined.at(-1);
    if (last && line.whole && sentence.end <= line.end) {
      joined[joined.length - 1] = {
        ...last,
        text: text.slice(last.start, sentence.end),
        end: sentence.end,
        score: Math.max(last.score, sentence.score),
      };
      continue;
    }
    if (sentence.start >= line.end) {
      const newline = text.indexOf('\n', sentence.start);
      const end = newline === -1 ? text.length : newline;
      const whole =
        !isCode(sentence.text) && (isListItem(sentence.text) || isRow(text.slice(sentence.start, end).trim()));
      line = { end, whole };
    }
    joined.push(sentence);
  }
  return joined;
}

/** The units of a kind that stand together around one. */
function runAround(units: readonly Unit[], at: number, isKind: (text: string) => boolean): Unit[] {
  let [first, last] = [at, at];
  while (first > 0 && isKind(units[first - 1]!.text)) first -= 1;
  while (last + 1 < units.length && isKind(units[last + 1]!.text)) last += 1;
  return units.slice(first, last + 1);
}

/** Of rows or items that stand together, the best and those that match nearly as well, below the line that leads them. */
function quoteMatching(units: readonly Unit[], best: number, isKind: (text: string) => boolean): Piece[] {
  const run = runAround(units, best, isKind);
  const enough = units[best]!.score * EXTRACT.rowShare;
  const matching = run
    .filter(({ score }) => score >= enough)
    .sort((a, b) => b.score - a.score)
    .slice(0, EXTRACT.rows);
  const lead = units[units.indexOf(run[0]!) - 1];
  const quoted = run.filter((unit) => matching.includes(unit));
  return lead?.text.endsWith(':') ? [lead, { ...quoted[0]!, breakBefore: '\n\n' }, ...quoted.slice(1)] : quoted;
}

/** The best unit of a passage and what belongs to it, in the passage's order. */
function quote(units: readonly Unit[]): Piece[] {
  const best = units.reduce((top, unit, index) => (unit.score > units[top]!.score ? index : top), 0);
  if (isRow(units[best]!.text)) return quoteMatching(units, best, isRow);
  if (isListItem(units[best]!.text)) {
    // A list without the line that leads it is a piece of a longer one.
    const run = runAround(units, best, isListItem);
    const lead = units[units.indexOf(run[0]!) - 1];
    if (run.length > EXTRACT.listItems || !lead?.text.endsWith(':')) return quoteMatching(units, best, isListItem);
  }
  const taken = new Set([best]);
  let chars = isCode(units[best]!.text) ? 0 : units[best]!.length;
  const take = (index: number) => {
    if (taken.has(index)) return;
    taken.add(index);
    if (!isCode(units[index]!.text)) chars += units[index]!.length;
  };

  // Code says nothing without the sentence before it, or else the one behind; an item of a list is read with its list and the
  // line above it.
  if (isCode(units[best]!.text)) {
    let from = best;
    while (from > 0 && isCode(units[from]!.text)) take(--from);
    const next = units[best + 1];
    if (isCode(units[from]!.text) && next && !isRow(next.text) && !isListItem(next.text)) take(best + 1);
  }
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
    if (isRow(unit.text)) break;
    if (units[index + 1]!.breakBefore !== ' ' || unit.score < units[best]!.score * 0.35) break;
    if (chars + unit.length > EXTRACT.proseChars) break;
    take(index);
  }
  for (let index = best + 1; index < units.length; index += 1) {
    const unit = units[index]!;
    const before = units[index - 1]!;
    if (isRow(unit.text)) break;
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
