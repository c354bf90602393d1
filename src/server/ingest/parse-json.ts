import { type Block, type ParsedDocument, ParseError } from './document.ts';

const MAX_DEPTH = 64;
const MAX_VALUES = 500_000;

const TAG = /<\/?[a-z][a-z0-9]{0,20}(?:\s[^<>]{0,500})?\/?>/gi;
/** What a content system notes beside a question and its answer. */
const STAMP = /^_?(?:id|uuid|slug|order|position|(?:created|updated|published|modified)(?:_?(?:at|on|by))?)$/i;
const ANSWER = /^(?:a|answer|reply|response|text|body|content)$/i;

/**
 * Reads JSON, or one JSON value per line: the scalar fields of each object become a line (`name: value · …`), the names of
 * what holds it become headings. A `title`, `name` or `question` field heads its object;
 * of a question the answer is text without its field's name. HTML in a value gives its text.
 *
 * @throws ParseError `invalid_file`, `file_too_complex`
 */
export function parseJson(text: string): ParsedDocument {
  const blocks: Block[] = [];
  let values = 0;
  const scalar = (value: unknown): string =>
    value === null
      ? ''
      : String(value)
          .replace(TAG, ' ')
          .replace(/\s+/g, ' ')
          .replace(/ (?=[.,;:!?](?: |$))/g, '')
          .trim();
  const visit = (value: unknown, name: string, level: number) => {
    values += 1;
    if (values > MAX_VALUES) throw new ParseError('file_too_complex', `The file holds more than ${MAX_VALUES} values.`);
    if (level > MAX_DEPTH)
      throw new ParseError('file_too_complex', `The file is nested deeper than ${MAX_DEPTH} levels.`);
    if (typeof value !== 'object' || value === null) {
      const line = scalar(value);
      if (line !== '') blocks.push({ kind: 'text', text: name === '' ? line : `${name}: ${line}` });
      return;
    }
    if (Array.isArray(value)) {
      const scalars = value
        .filter((item) => typeof item !== 'object')
        .map(scalar)
        .filter((line) => line !== '');
      if (scalars.length > 0)
        blocks.push({ kind: 'text', text: `${name === '' ? '' : `${name}: `}${scalars.join(', ')}` });
      for (const item of value) if (typeof item === 'object' && item !== null) visit(item, name, level + 1);
      return;
    }
    const entries = Object.entries(value);
    const named = entries.find(
      ([key, field]) => /^(?:title|name|question|heading|q)$/i.test(key) && typeof field === 'string',
    );
    const isQuestion = named !== undefined && /^q/i.test(named[0]);
    const heading = named ? scalar(named[1]) : name;
    if (heading !== '')
      blocks.push({ kind: 'heading', level: Math.min(6, level + 1), text: heading.slice(0, 200), anchor: '' });
    const line = entries
      .filter(([, field]) => typeof field !== 'object')
      .map(([key, field]) => [key, scalar(field)] as const)
      .filter(([key, field]) => field !== '' && !(isQuestion && key === named[0]))
      // A number that only a program knows says nothing by itself.
      .filter(([key], _, { length }) => length > 1 || !/^_?(?:id|uuid|guid|key|slug)$/i.test(key))
      .filter(([key]) => !isQuestion || !STAMP.test(key))
      .map(([key, field]) => (isQuestion && ANSWER.test(key) ? field : `${key}: ${field}`))
      .join(isQuestion ? '\n\n' : ' · ');
    if (line !== '') blocks.push({ kind: 'text', text: line });
    // Lists of plain values first: after an inner object they would stand under its heading.
    const inner = entries.filter(([, field]) => typeof field === 'object' && field !== null);
    const plain = ([, field]: [string, unknown]) =>
      Array.isArray(field) && field.every((item) => typeof item !== 'object');
    for (const [key, field] of inner.filter(plain)) visit(field, key, level + 1);
    for (const [key, field] of inner.filter((entry) => !plain(entry))) visit(field, key, level + 1);
  };
  for (const value of valuesOf(text)) visit(value, '', 0);
  return { title: '', mediaType: 'application/json', blocks };
}

function valuesOf(text: string): unknown[] {
  try {
    return [JSON.parse(text.replace(/^\ufeff/, ''))];
  } catch (error) {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new ParseError('invalid_file', 'The file is not valid JSON.', { cause: error });
    }
  }
}
