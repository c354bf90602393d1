/** What the launcher shows. `unread` counts messages; `label` is its accessible name. */
export interface LauncherState {
  readonly open: boolean;
  readonly unread: number;
  readonly label: string;
}

/** Some of it: what is left out, or has no value, stays as it is. */
export type LauncherChange = { readonly [Field in keyof LauncherState]?: LauncherState[Field] | undefined };

export interface Launcher {
  readonly button: HTMLButtonElement;
  update(state: LauncherChange): void;
}

/** Takes back a page's `html { zoom: … }`, for a chat of the same size everywhere; the sheets of the host read `--_unzoom`. */
function unzoom(host: HTMLElement): void {
  if (!host.isConnected) return;
  const root = host.ownerDocument.documentElement as Element & { currentCSSZoom?: number };
  // WebKit zooms but does not say so in a property; Firefox before 126 does neither.
  const zoom = root.currentCSSZoom ?? Number(getComputedStyle(root).zoom);
  if (zoom && (zoom !== 1 || host.style.length > 0)) host.style.setProperty('--_unzoom', String(1 / zoom));
}

/**
 * Takes hold of a launcher that stands in a shadow root, whoever has drawn it. Each update on the page
 * measures its zoom, which costs a style computation.
 */
export function holdLauncher(button: HTMLButtonElement): Launcher {
  const host = (button.getRootNode() as ShadowRoot).host as HTMLElement;
  return {
    button,
    update({ open, unread, label }) {
      unzoom(host);
      if (open !== undefined) button.setAttribute('aria-expanded', String(open));
      if (label !== undefined) button.setAttribute('aria-label', label);
      if (unread !== undefined)
        button.querySelector('.badge')!.textContent = unread > 99 ? '99+' : unread > 0 ? String(unread) : '';
    },
  };
}
