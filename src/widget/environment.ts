import { type HostTheme, isDark, readHostTheme } from './host-theme.ts';

/** What the page around the element says about how it should look. */
export interface Surroundings {
  readonly dark: boolean;
  readonly direction: 'ltr' | 'rtl';
  readonly locale: string;
  /** The page's font family, or `''` where the page has none of its own. */
  readonly font: string;
  /** The page's accent and radius, where the chat is to take them on. */
  readonly page: HostTheme | null;
}

/** What browsers use when a page names no font. */
const DEFAULT_FONT = /^["']?(times|serif)/i;

/**
 * Reads the surroundings.
 *
 * @param theme the option; with `light` or `dark`, the page's accent and radius are left alone too
 * @param given what the page said, where the chat lies in an iframe and cannot look itself
 */
export function readSurroundings(host: HTMLElement, theme: string | undefined, given: HostTheme | null): Surroundings {
  const { documentElement, body } = host.ownerDocument;
  const parent = host.parentElement;
  const around = getComputedStyle(parent && parent !== documentElement ? parent : (body ?? documentElement));
  // Not the host: its own sheet takes every style from it, and colours could not be read by it.
  const page = given ?? readHostTheme((host.shadowRoot?.lastElementChild ?? host) as HTMLElement);
  const locale = host.closest<HTMLElement>('[lang]')?.lang || navigator.language;
  return {
    dark: isDark(theme, page),
    direction: around.direction === 'rtl' ? 'rtl' : 'ltr',
    locale,
    font: DEFAULT_FONT.test(around.fontFamily) ? '' : around.fontFamily,
    page: theme === 'light' || theme === 'dark' ? null : page,
  };
}

export interface PageWatcher {
  /** The page's Content-Security-Policy kept something from an address; not only ours. */
  blocked(directive: string, url: string): void;
  /** The part of the window that a soft keyboard leaves, px. */
  viewportChanged(heightPx: number, topPx: number): void;
  /** Another tab of this site has stored something under that key. */
  stored(key: string | null): void;
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
  addEventListener('storage', ({ key }) => watcher.stored(key), { signal });
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
