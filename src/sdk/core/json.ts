import { AssistersError } from './errors.ts';

/**
 * JSON text of plain data. Made by hand above the leaves, because pages with Prototype.js give arrays and objects a
 * `toJSON` that encodes them twice. Dates become ISO text; `undefined` and functions are left out as in `JSON.stringify`.
 */
export function stringify(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Date) return `"${value.toISOString()}"`;
  if (Array.isArray(value)) return `[${value.map((item) => stringify(item) ?? 'null').join(',')}]`;
  const fields = Object.entries(value).map(([key, field]) => [JSON.stringify(key), stringify(field)] as const);
  return `{${fields.flatMap(([key, text]) => (text === undefined ? [] : `${key}:${text}`)).join(',')}}`;
}

/**
 * A path from a template and ids: `/a/{}/b` and `x` give `/a/x/b`. An id that is missing, empty, `.` or `..` would
 * address another endpoint, so it throws instead.
 *
 * @throws {AssistersError}
 */
export function path(template: string, ...ids: readonly string[]): string {
  let next = 0;
  return template.replace(/\{\}/g, () => {
    const id: unknown = ids[next++];
    if (typeof id !== 'string' || /^\.{0,2}$/.test(id)) {
      throw new AssistersError(`An id for ${template} is missing: expected a non-empty string.`);
    }
    return encodeURIComponent(id);
  });
}
