/** Addresses with different queries that are read of one path: a search, a calendar, a basket make them without end. */
const MAX_QUERIES = 50;
/** Folders in an address. */
const MAX_FOLDERS = 20;
/** How often one folder's name may stand in an address: relative links on a page that answers everything repeat it. */
const MAX_REPEATS = 3;
const MAX_CHARS = 2_000;

/**
 * Notices addresses that a site makes up without end; the page cap would end such a crawl too, but with the cap's worth
 * of nothing. Gives a function that says whether a link is worth following; it counts, so ask once for each address.
 */
export function createTrapDetector(): (url: string) => boolean {
  const queries = new Map<string, number>();
  return (text) => {
    if (text.length > MAX_CHARS) return false;
    const { origin, pathname, search } = new URL(text);
    const folders = pathname.split('/').filter((folder) => folder !== '');
    if (folders.length > MAX_FOLDERS) return false;
    const counts = new Map<string, number>();
    for (const folder of folders) counts.set(folder, (counts.get(folder) ?? 0) + 1);
    if ([...counts.values()].some((count) => count > MAX_REPEATS)) return false;
    if (search === '') return true;
    const path = origin + pathname;
    const count = (queries.get(path) ?? 0) + 1;
    queries.set(path, count);
    return count <= MAX_QUERIES;
  };
}
