import { z } from '@hono/zod-openapi';

/**
 * Tells the generator of the document which fields may be left out. It asks a field by handing it `undefined`, and one that
 * is `exactOptional` refuses that, so the document would call it required. Every such field below the schema is made to say
 * yes to this one question; what a body may hold stays as it is, because an object asks its fields in another way.
 */
export function showExactOptional(schema: z.ZodType, seen = new Set<z.ZodType>()): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  if (schema instanceof z.ZodExactOptional) {
    const { safeParse } = schema;
    schema.safeParse = ((value: unknown) =>
      value === undefined ? { success: true, data: undefined } : safeParse(value)) as typeof safeParse;
  }
  for (const inner of innerOf(schema)) showExactOptional(inner, seen);
}

/** The schemas one is made of. */
function innerOf(schema: z.ZodType): z.ZodType[] {
  const {
    shape,
    element,
    options,
    innerType,
    valueType,
    in: before,
    out,
  } = schema.def as unknown as {
    readonly shape?: Readonly<Record<string, z.ZodType>>;
    readonly element?: z.ZodType;
    readonly options?: readonly z.ZodType[];
    readonly innerType?: z.ZodType;
    readonly valueType?: z.ZodType;
    readonly in?: z.ZodType;
    readonly out?: z.ZodType;
  };
  const each = [...Object.values(shape ?? {}), ...(options ?? []), element, innerType, valueType, before, out];
  return each.filter((inner) => inner instanceof z.ZodType);
}
