/** Conversions between a row's richer types and what a column holds. */

/** JSON for a column; `null` stays SQL null. */
export function toJson<Value>(value: Value): Value extends null ? null : string {
  return (value === null ? null : JSON.stringify(value)) as Value extends null ? null : string;
}

/** Reads what {@link toJson} wrote. */
export function fromJson<Value>(text: string | null): Value {
  return (text === null ? null : JSON.parse(text)) as Value;
}

/**
 * A change set as columns: JSON fields are written as JSON, booleans as 0/1, fields that are `undefined` are left out
 * (kysely would skip them; an empty set would be an SQL error, so callers test for it).
 */
export function columnsOf(change: object, jsonFields: readonly string[]): Record<string, string | number | null> {
  const columns: Record<string, string | number | null> = {};
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (jsonFields.includes(name)) columns[name] = toJson(value);
    else columns[name] = typeof value === 'boolean' ? Number(value) : value;
  }
  return columns;
}
