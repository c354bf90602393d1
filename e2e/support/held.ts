import type { ModelServer } from '../../test/model-server.ts';

/** A long answer in pieces. */
export const WORDS = [
  'A ',
  'lamp ',
  'is ',
  'a ',
  'small ',
  'sun, ',
  'and ',
  'it ',
  'waits ',
  'for ',
  'the ',
  'evening.',
] as const;

/** Makes the model write half of the answer and hold the rest until `letGo`. `before`: requests there were until then. */
export function held(model: ModelServer): { letGo(): void; readonly before: number } {
  const before = model.requests.length;
  let letGo = () => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  model.respond({ tokens: WORDS, hold: { after: WORDS.length / 2, until } });
  return { letGo, before };
}
