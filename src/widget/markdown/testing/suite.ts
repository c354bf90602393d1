import { seededRandom } from '../../../../test/random.ts';
import { createMarkdownView } from '../markdown-view.ts';
import { chunkings } from './chunkings.ts';
import { findings, poke, trapExecution } from './oracle.ts';

/** A hostile text and where it comes from. */
export interface HostileCase {
  readonly id: string;
  readonly markdown: string;
}

/** What came of it. Lists hold at most 200 lines each. */
export interface SuiteResult {
  cases: number;
  updates: number;
  executed: string[];
  findings: string[];
  different: string[];
  requests: string[];
}

/** The texts a corpus case stands for: itself, and for a bare payload also inside list, table, link and reference. */
export function hostileTexts(corpus: string, raw: Record<string, unknown>): HostileCase[] {
  const id = String(raw.id);
  const given = raw.markdown ?? raw.payload ?? raw.value;
  if (typeof given !== 'string') return [];
  if (corpus.startsWith('md-') || corpus === 'llm-exfil') return [{ id, markdown: given }];
  return [
    { id, markdown: given },
    {
      id: `${id} inside`,
      markdown: `Text **bold** ${given}\n\n- item ${given}\n\n[link](${given}) and [ref][r]\n\n[r]: ${given}`,
    },
  ];
}

/** Requests the document made that a page of ours never makes by itself. */
function requests(since: number): string[] {
  return (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .slice(since)
    .filter(
      ({ initiatorType, name }) =>
        !/^(?:script|fetch|xmlhttprequest|other)$/.test(initiatorType) || new URL(name).host !== location.host,
    )
    .map(({ name }) => name);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Renders every case whole, unit by unit and in seeded chunks, and looks at the tree after every update; at the end of each, and at
 * one prefix, does to every node what a visitor could.
 */
export async function runHostile(
  cases: readonly HostileCase[],
  options: {
    readonly seed?: number;
    /** Of a text that has more prefixes, about so many, chosen by the seed. Default 1,500: nearly every text whole. */
    readonly prefixes?: number;
    readonly sanitise?: (html: string) => DocumentFragment;
  } = {},
): Promise<SuiteResult> {
  const random = seededRandom(options.seed ?? 1);
  const { prefixes = 1_500 } = options;
  const result: SuiteResult = { cases: 0, updates: 0, executed: [], findings: [], different: [], requests: [] };
  const note = (list: string[], line: string) => {
    if (list.length < 200) list.push(line);
  };
  performance.setResourceTimingBufferSize(100_000);
  const seen = performance.getEntriesByType('resource').length;
  const trap = trapExecution();
  try {
    for (const { id, markdown } of cases) {
      result.cases += 1;
      let whole: string | null = null;
      const all = chunkings(markdown.length, random, 1).map((ends) =>
        ends.filter((end) => end === markdown.length || random() * ends.length < prefixes),
      );
      for (const ends of all) {
        const target = document.createElement('div');
        document.body.append(target);
        const view = createMarkdownView(
          target,
          { now: () => 0, citation: () => 'Source', copy: async () => {} },
          options.sanitise ? { sanitise: options.sanitise } : {},
        );
        const poked = Math.floor(random() * ends.length);
        for (const [index, end] of ends.entries()) {
          view.update(markdown.slice(0, end), false);
          result.updates += 1;
          for (const finding of findings(target)) note(result.findings, `${id} at ${end}: ${finding}`);
          if (index === poked) poke(target);
        }
        view.update(markdown, true);
        for (const finding of findings(target)) note(result.findings, `${id}: ${finding}`);
        poke(target);
        target.normalize();
        const html = target.innerHTML
          .replace(/ (?:aria-pressed="(?:true|false)"|class="(?:wrapped)?")/g, '')
          .replaceAll('>Copied<', '>Copy<');
        whole ??= html;
        if (html !== whole) note(result.different, id);
        view.dispose();
        target.remove();
        if (trap.ran.length > 0) for (const ran of trap.ran.splice(0)) note(result.executed, `${id}: ${ran}`);
      }
      if (result.cases % 5 === 0) await pause();
    }
    // What was started runs a little later.
    await pause();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (const ran of trap.ran) note(result.executed, ran);
  } finally {
    trap.stop();
  }
  for (const url of requests(seen)) note(result.requests, url);
  return result;
}
