/** Bounds and manners of a crawl. */
export const CRAWL_LIMITS = {
  depth: 10,
  /** Default of `ASSISTERS_CRAWL_PAGES`. */
  pages: 2_000,
  /** Between the beginnings of two requests to a site that asks for no more: ten a second at most. */
  intervalMs: 100,
  /** Requests to a site that are open at once; one where it asks for a `Crawl-delay`. */
  requestsAtOnce: 4,
  /** Times a page is asked for in one crawl when the site is busy or fails. */
  tries: 2,
  /** Pages in a row that get no answer before the site counts as down. */
  silence: 10,
} as const;
