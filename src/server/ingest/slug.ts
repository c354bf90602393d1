/**
 * Makes the anchors GitHub gives to headings: lower case, punctuation dropped, spaces to hyphens, `-1`, `-2` … on
 * repeats (github-slugger's rule). One maker per document, because repeats are counted.
 */
export function slugMaker(): (heading: string) => string {
  const seen = new Map<string, number>();
  return (heading) => {
    const base = heading
      .toLowerCase()
      .trim()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let slug = base;
    let count = seen.get(base) ?? 0;
    while (seen.has(slug)) {
      count += 1;
      slug = `${base}-${count}`;
    }
    seen.set(base, count);
    if (slug !== base) seen.set(slug, 0);
    return slug;
  };
}
