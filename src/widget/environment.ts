/** What the page around the element says about how it should look. */
export interface Surroundings {
  readonly dark: boolean;
  readonly direction: 'ltr' | 'rtl';
  readonly locale: string;
  /** The page's font family, or `''` where the page has none of its own. */
  readonly font: string;
}

/** What browsers use when a page names no font. */
const DEFAULT_FONT = /^["']?(times|serif)/i;
const DARK = '(prefers-color-scheme: dark)';

/**
 * Reads the surroundings.
 *
 * @param theme `light`, `dark`; anything else follows the page's `color-scheme`, and where the page leaves it open, the
 *   visitor's system
 */
export function readSurroundings(host: HTMLElement, theme: string | undefined): Surroundings {
  const { documentElement, body } = host.ownerDocument;
  const parent = host.parentElement;
  const around = getComputedStyle(parent && parent !== documentElement ? parent : (body ?? documentElement));
  const scheme = getComputedStyle(documentElement).colorScheme;
  const [light, dark] = [scheme.includes('light'), scheme.includes('dark')];
  const locale = host.closest<HTMLElement>('[lang]')?.lang || navigator.language;
  return {
    dark:
      theme === 'dark' ||
      (theme !== 'light' && (light === dark ? globalThis.matchMedia?.(DARK).matches === true : dark)),
    direction: around.direction === 'rtl' ? 'rtl' : 'ltr',
    locale,
    font: DEFAULT_FONT.test(around.fontFamily) ? '' : around.fontFamily,
  };
}

export interface PageWatcher {
  /** The page's Content-Security-Policy kept something from an address; not only ours. */
  blocked(directive: string, url: string): void;
  /** Colours may have changed. */
  schemeChanged(): void;
  /** The part of the window that a soft keyboard leaves, px. */
  viewportChanged(heightPx: number, topPx: number): void;
  /** The page goes into the back/forward cache, or away. */
  hidden(): void;
  /** It came back from that cache. */
  shown(): void;
}

/** Listens to the page until the signal is aborted. */
export function watchPage(watcher: PageWatcher, signal: AbortSignal): void {
  // The browser's own message names the directive but not what to do.
  document.addEventListener(
    'securitypolicyviolation',
    ({ effectiveDirective, blockedURI }) => watcher.blocked(effectiveDirective, blockedURI),
    { signal },
  );
  // Some pages take `matchMedia` away.
  globalThis.matchMedia?.(DARK).addEventListener('change', () => watcher.schemeChanged(), { signal });
  // `pagehide`, not `unload`: that would keep the page out of the cache.
  addEventListener('pagehide', () => watcher.hidden(), { signal });
  addEventListener('pageshow', ({ persisted }) => persisted && watcher.shown(), { signal });
  const viewport = window.visualViewport;
  if (!viewport) return;
  const measure = () => {
    // Pinch zoom also shrinks the visual viewport; only a keyboard is worth making room for.
    if (viewport.scale === 1) watcher.viewportChanged(viewport.height, viewport.offsetTop);
  };
  viewport.addEventListener('resize', measure, { signal });
  viewport.addEventListener('scroll', measure, { signal });
}

/** Resolves after `ms`, sooner when the browser comes online, at once when the signal is aborted. */
export function waitOrOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const end = () => {
      clearTimeout(timer);
      done.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end, { signal: done.signal });
    signal.addEventListener('abort', end, { signal: done.signal });
    if (signal.aborted) end();
  });
}
