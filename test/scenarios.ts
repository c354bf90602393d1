import { readdirSync, readFileSync } from 'node:fs';
import { corpus } from './corpora.ts';
import type { Exchange } from './scenario-server.ts';

/**
 * The language-neutral scenarios: what every client must do, byte for byte. Both suites run all of them, say so under
 * the id `<file>/<name>`, and `scripts/test-python.ts` fails when their ids differ.
 */
export interface Scenario {
  readonly id: string;
  readonly name: string;
  /** The endpoint, as `protocol/routes.ts` names it: in `calls.json`. */
  readonly operation?: string;
  /** `stream` reads piece by piece, `whole` asks for the whole answer alone. */
  readonly do: 'stream' | 'whole' | 'create' | 'list' | 'first page' | 'leave' | 'close' | 'stop' | Action;
  readonly exchanges: readonly Exchange[];
  readonly result: Readonly<Record<string, unknown>>;
  /** Pauses before retries, seconds. The random number is 0.5. */
  readonly sleeps?: readonly number[];
  readonly credentials?: readonly string[];
  /** Of the call. `timeout` is of one try, seconds. */
  readonly options?: { readonly max_retries?: number; readonly idempotency_key?: string; readonly timeout?: number };
}

/** A method in snake case, the argument that stands alone, and the others in snake case. */
export interface Action {
  readonly call: string;
  readonly on?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const FOLDER = new URL('./scenarios/', import.meta.url);

/** All of `test/scenarios/*.json`, in the order of the files' names. */
export function scenarios(): Scenario[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(new URL(file, FOLDER), 'utf8');
      const { scenarios: list } = JSON.parse(text) as { scenarios: Omit<Scenario, 'id'>[] };
      return list.map((one) => ({ ...one, id: `${file.replace('.json', '')}/${one.name}` }));
    });
}

/** Corpora whose cases are scenarios too; there are none where the corpora are absent. */
export const SCENARIO_CORPORA = ['sse-vectors', 'api-stream-vectors', 'webhook-signatures'] as const;

/** The id of a corpus's case as a scenario. */
export const corpusId = (name: (typeof SCENARIO_CORPORA)[number], id: string) => `${name}/${id}`;

/** Every id that a client must have run. */
export function scenarioIds(): string[] {
  const cases = SCENARIO_CORPORA.flatMap((name) => corpus<{ id: string }>(name).map(({ id }) => corpusId(name, id)));
  return [...scenarios().map(({ id }) => id), ...cases];
}

/** What one client lacks or has too much, as lines for people; none when it ran exactly what is expected. */
export function scenarioDifferences(language: string, expected: readonly string[], ran: readonly string[]): string[] {
  const lacking = expected.filter((id) => !ran.includes(id)).map((id) => `${language} did not pass ${id}`);
  const unknown = ran.filter((id) => !expected.includes(id)).map((id) => `${language} ran ${id}, which nobody knows`);
  return [...lacking, ...unknown];
}
