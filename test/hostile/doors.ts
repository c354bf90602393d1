/**
 * Every way by which text from outside reaches the panel. `config*`: what the server says about the assistant;
 * `source*`: cards under an answer (a document's file name arrives as the title); `*Error`: codes and messages.
 */
export const DOORS = [
  'name',
  'description',
  'subtitle',
  'greeting',
  'prompt',
  'placeholder',
  'accent',
  'avatar',
  'contact',
  'launcherLabel',
  'question',
  'answer',
  'sourceTitle',
  'sourceUrl',
  'sourceHeading',
  'sourceQuote',
  'answerError',
  'refusal',
  'configError',
] as const;

export type Door = (typeof DOORS)[number];

/** One text through all doors, or a text for each. */
export interface DoorCase {
  readonly id: string;
  readonly text: string;
  readonly doors?: Readonly<Partial<Record<Door, string>>>;
}

export const textAt = ({ text, doors }: DoorCase, door: Door): string => doors?.[door] ?? text;
