/**
 * Text as an engine can hold it: neither libsql nor PostgreSQL keeps a NUL, and UTF-8 has no lone surrogates. Each such
 * code unit becomes U+FFFD, which is one code unit too, so lengths and positions stay what the caller counted.
 */
export function storable(text: string): string {
  return text.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}
