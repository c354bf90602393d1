import { corpus } from '../../test/corpora.ts';

/** One hostile host page: what is odd about it (`setup`) and what must hold (`expect`, in words). */
export interface HostCase {
  readonly id: string;
  readonly group: 'css' | 'js' | 'page';
  readonly name: string;
  readonly setup: {
    readonly css?: string;
    readonly script_before?: string;
    readonly csp?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly html?: string;
    readonly attrs?: Readonly<Record<string, string>>;
    readonly placement?: 'head-blocking' | 'document.write';
    readonly type?: 'module';
    readonly [more: string]: unknown;
  };
  readonly expect: string;
}

/** The `host-pages` corpus; empty where the corpora are absent. */
export const hostCases = (): HostCase[] => corpus<HostCase>('host-pages');

/** The page every case is compared with. */
export const BLANK: HostCase = { id: 'blank', group: 'css', name: 'blank page', setup: {}, expect: '' };

/** Where a page finds the assistant, and which one. */
export interface Embed {
  /** Origin the script comes from. */
  readonly scriptOrigin: string;
  readonly publishableKey: string;
  readonly assistantId: string;
  /** Further `data-*` attributes of the script. */
  readonly options?: Readonly<Record<string, string>>;
  /** Plain attributes of the script element, e.g. `integrity`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface HostPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Nonce of every inline script of ours and of the script tag; the corpus writes `nonce-R`. */
const NONCE = 'R';

/**
 * What watches the page, before anything else runs in it. Keeps its own copies of the built-ins, since the page may
 * replace them, and writes what it saw as lines of text into an attribute, which every engine's driver can read from
 * outside the page's own world. Lines: `error …`, `violation …`, `console …`, `global …`, `cls …`.
 */
const PROBE = `(function () {
  var root = document.documentElement;
  var setAttribute = root.setAttribute.bind(root);
  var every = setInterval.bind(window);
  var names = Object.getOwnPropertyNames;
  var before = Object.create(null);
  var lines = '';
  var shifted = 0;
  var own = 0;
  var written = '';
  function line(kind, text) { if (lines.length < 20000) lines += kind + ' ' + String(text).split('\\n').join(' ⏎ ') + '\\n'; }
  addEventListener('error', function (event) {
    if (event.target && event.target !== window) return line('load', event.target.src || event.target.href);
    line('error', event.message + ' @ ' + event.filename + ' @ ' + ((event.error && event.error.stack) || ''));
  }, true);
  addEventListener('unhandledrejection', function (event) {
    line('error', 'unhandled rejection: ' + ((event.reason && (event.reason.message + ' @ ' + event.reason.stack)) || event.reason));
  });
  document.addEventListener('securitypolicyviolation', function (event) {
    line('violation', event.effectiveDirective + ' ' + event.blockedURI + ' @ ' + event.sourceFile);
  });
  ['error', 'warn', 'info'].forEach(function (level) {
    var original = console[level];
    console[level] = function () {
      var text = '';
      for (var at = 0; at < arguments.length; at++) text += arguments[at] + ' ';
      line('console', text);
      return original.apply(console, arguments);
    };
  });
  try {
    new PerformanceObserver(function (list) {
      list.getEntries().forEach(function (entry) {
        if (entry.hadRecentInput) return;
        // Nodes of a shadow tree are not told: a shift without a node is inside the chat.
        var inPage = entry.sources.some(function (source) { return source.node && source.node.nodeName.indexOf('ASSISTERS') !== 0; });
        if (inPage) shifted += entry.value; else own += entry.value;
      });
    }).observe({ type: 'layout-shift', buffered: true });
  } catch (error) {}
  function snapshot() { names(window).forEach(function (name) { before[name] = true; }); }
  snapshot();
  addEventListener('probe-names', snapshot);
  every(function () {
    var globals = '';
    var now = names(window);
    for (var at = 0; at < now.length; at++) if (!before[now[at]] && !(now[at] >= '0' && now[at] < ':')) globals += 'global ' + now[at] + '\\n';
    var all = lines + globals + 'cls ' + shifted + '\\nowncls ' + own + '\\n';
    if (all === written) return;
    written = all;
    setAttribute('data-probe', all);
  }, 200);
})()`;

const attributeText = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`)
    .join('');

/** The snippet a site owner pastes, with what the case does to it. */
export function scriptTag(embed: Embed, { setup }: HostCase = BLANK): string {
  const data: Record<string, string> = {
    'data-publishable-key': embed.publishableKey,
    'data-assistant-id': embed.assistantId,
  };
  for (const [name, value] of Object.entries({ ...setup.attrs, ...embed.options })) data[`data-${name}`] = value;
  const how: Record<string, string> =
    setup.type === 'module' ? { type: 'module' } : setup.placement === 'head-blocking' ? {} : { async: '' };
  return `<script src="${embed.scriptOrigin}/assisters.js"${attributeText({ nonce: NONCE, ...how, ...data, ...embed.attributes })}></script>`;
}

/** What the comments of `script_before` ask for, where the corpus gives no code. */
const SCRIPTS: Readonly<Record<string, string>> = {
  '10 000 DOM nodes per second added': `setInterval(function () {
    var box = document.body; if (!box) return;
    for (var at = 0; at < 100; at++) { var node = document.createElement('i'); box.appendChild(node); box.removeChild(node); }
  }, 10);`,
};

/** The whole page of a case, with `tags` in place of the one script tag when a case needs others. */
export function hostPage(host: HostCase, embed: Embed, apiOrigin: string, tags = scriptTag(embed, host)): HostPage {
  const { setup } = host;
  const inline = (code: string) => `<script nonce="${NONCE}">${code}</script>`;
  const headers: Record<string, string> = { ...setup.headers };
  if (setup.csp) headers['Content-Security-Policy'] = setup.csp.replace('API', apiOrigin);
  // A style element with the page's nonce: where the case forbids styles, it has none of its own either.
  const style = setup.css ? `<style nonce="${NONCE}">${setup.css}</style>` : '';
  // The page's own globals are not ours.
  const code = SCRIPTS[host.name] ?? setup.script_before;
  const before = code ? inline(`${code};dispatchEvent(new Event('probe-names'))`) : '';
  const written = `document.write(${JSON.stringify(tags).replaceAll('</', '<\\/')})`;
  const inHead = setup.placement === 'head-blocking' ? tags : '';
  const inBody = setup.placement === 'document.write' ? inline(written) : setup.placement ? '' : tags;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${host.name}</title>${inline(PROBE)}${style}${before}${inHead}`;
  if (setup.frameset)
    return {
      headers,
      html: `<html><head>${head}${tags}</head><frameset cols="*"><frame src="about:blank"></frameset></html>`,
    };
  return {
    headers,
    html: `<!doctype html><html lang="en"><head>${head}</head><body>${setup.html ?? ''}<h1>Lamps</h1><p>We make lamps.</p><div></div><button type="button">Buy</button>${inBody}</body></html>`,
  };
}

/** What the probe saw, read back from its attribute. */
export interface Seen {
  readonly errors: readonly string[];
  readonly violations: readonly string[];
  readonly consoles: readonly string[];
  readonly globals: readonly string[];
  /** Cumulative layout shift; 0 in engines that do not measure it. */
  readonly cls: number;
  /** The part of it that happened inside the chat. */
  readonly ownCls: number;
}

export function readProbe(text: string): Seen {
  const lines = text.split('\n');
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  return {
    errors: of('error'),
    violations: of('violation'),
    consoles: of('console'),
    globals: of('global'),
    cls: Number(of('cls')[0] ?? 0),
    ownCls: Number(of('owncls')[0] ?? 0),
  };
}
