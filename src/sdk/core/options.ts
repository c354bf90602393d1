/** Letters of a word that stand in the other with the letter after them. */
const alike = (word: string, other: string): number =>
  [...word].filter((_, at) => other.includes(word.slice(at, at + 2))).length;

/**
 * Refuses options that do not exist: one that is misspelt would else be ignored, and a `baseUrl` that is ignored sends the
 * key to another server. TypeScript says so by itself; this is for programs without types.
 *
 * @param known every option's name
 * @throws {TypeError} with the option, and the one that was probably meant
 */
export function refuseUnknown(given: object, known: readonly string[]): void {
  const name = Object.keys(given).find((one) => !known.includes(one));
  if (name === undefined) return;
  const like = (other: string) => alike(name.toLowerCase(), other.toLowerCase());
  const nearest = known.reduce((best, other) => (like(other) > like(best) ? other : best));
  const meant = like(nearest) < name.length / 2 ? `There are: ${known.join(', ')}.` : `Did you mean \`${nearest}\`?`;
  throw new TypeError(`Assisters has no option \`${name}\`. ${meant}`);
}
