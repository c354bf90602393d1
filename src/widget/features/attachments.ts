/**
 * Files with a question, where the assistant takes them: a button, dropping and pasting; each file is read by the server at
 * once and stands above the input as a chip until the question is sent. Loaded with the first panel that may have one.
 */
import type { AttachmentSettings, ConversationAttachment } from '../../protocol/resources.ts';
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/attachments.ts';
import type { View } from '../parts/view.ts';
import { sendTelling } from './send-telling.ts';

export interface Attachments extends Feature {
  /** A file is being read: nothing is sent meanwhile. */
  readonly busy: boolean;
  /** What is to go with the question that is asked now; it is no longer held here. */
  take(): readonly ConversationAttachment[];
  /** Opens the choice of files. */
  button(view: View): unknown;
}

interface Held {
  readonly name: string;
  /** `null` while it is sent and read. */
  file: ConversationAttachment | null;
  /** How much of it has gone to the server, 0 to 1. */
  sent: number;
  readonly reading: AbortController;
}

const MOST = 5;
/** As long as the server waits for an upload. */
const UPLOAD_MS = 120_000;
/** While a file is on its way, how far it has come is read out this often at most. */
const TELL_MS = 5_000;
/** What files of these types are named, and are called. Browsers do not know them all by their type. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': '.docx',
  'text/html': '.html',
  'text/markdown': '.md',
  'text/plain': '.txt',
  'text/csv': '.csv',
  'application/json': '.json',
};

const CSS_TEXT = `
  .files { display: flex; flex-wrap: wrap; gap: 6px; padding: 0 0 8px; }
  .files li { position: relative; display: flex; align-items: center; max-width: 100%; padding-inline-start: 10px; border: 1px solid var(--assisters-line); border-radius: 8px; background: var(--assisters-surface-raised); font-size: 13px; }
  .files bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .files small { margin-inline: 6px 2px; font-size: 12px; color: var(--assisters-text-muted); white-space: nowrap; }
  .files progress { position: absolute; inset-inline: 8px; inset-block-end: 0; appearance: none; inline-size: calc(100% - 16px); block-size: 3px; border: 0; background: none; }
  .files progress::-webkit-progress-bar { background: none; }
  .files progress::-webkit-progress-value { border-radius: 2px; background: var(--accent-text); transition: inline-size .2s linear; }
  .files progress::-moz-progress-bar { border-radius: 2px; background: var(--accent-text); }
  .files progress:indeterminate { border-radius: 2px; background: var(--accent-text); animation: reading 1s ease-in-out infinite alternate; }
  @keyframes reading { to { opacity: .25; } }
  @media (prefers-reduced-motion: reduce) { .files progress::-webkit-progress-value { transition: none; } }
  @media (forced-colors: active) {
    .files progress:indeterminate, .files progress::-webkit-progress-value { background: Highlight; }
    .files progress::-moz-progress-bar { background: Highlight; }
  }
  .files + p { padding: 0 8px 8px; color: var(--assisters-danger); font-size: 13px; }
  .file-input { display: none; }
  .dropping { outline: 2px dashed var(--assisters-focus); outline-offset: -6px; }
`;

/** A name in a sentence, each in its own direction. */
const apart = (name: string): string => `\u2068${name}\u2069`;

const percent = (share: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent' }).format(share);

/** In the unit that fits, as the language writes it. */
function sizeOf(bytes: number, language: string): string {
  const [value, unit] = bytes < 1_000_000 ? [Math.max(1, bytes / 1_000), 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  const style = { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(language, style).format(value);
}

export function create(ports: FeaturePorts): Attachments {
  const { html, nothing, iconButton, format } = ports.kit;
  let held: Held[] = [];
  let conversationId: string | null = null;
  let error = '';
  let seen: View | null = null;

  const tell = (text: string) => {
    error = text;
    ports.say(text);
    ports.changed();
  };
  const drop = (one: Held) => {
    one.reading.abort();
    held = held.filter((other) => other !== one);
    ports.changed();
  };

  async function read(file: File, one: Held, { strings, language }: View, settings: AttachmentSettings): Promise<void> {
    const { name } = one;
    try {
      conversationId = await ports.conversation();
      const body = new FormData();
      body.set('file', file);
      const route = `/conversations/${conversationId}/attachments`;
      let toldAtMs = performance.now();
      const fetch = sendTelling((share) => {
        one.sent = share;
        if (share < 1 && performance.now() - toldAtMs > TELL_MS) {
          toldAtMs = performance.now();
          ports.say(`${name}: ${percent(share, language)}`);
        }
        ports.changed();
      });
      const more = { fetch, timeoutMs: UPLOAD_MS };
      one.file = (await ports.api('POST', route, body, one.reading.signal, more)) as ConversationAttachment;
      if (!held.includes(one)) void give(one);
      else ports.say(format(strings.fileReady, { name }));
      ports.changed();
    } catch (reason) {
      if (one.reading.signal.aborted) return;
      drop(one);
      const { code } = reason as { readonly code?: string };
      const types = settings.types.map((type) => apart(ENDINGS[type] ?? type)).join(', ');
      if (code === 'payload_too_large')
        tell(format(strings.fileTooLarge, { name: apart(name), size: sizeOf(settings.max_bytes, language) }));
      else if (code === 'invalid_request' || code === 'unsupported_media_type')
        tell(format(strings.fileNotRead, { name: apart(name), types }));
      else if (code === 'conflict') tell(strings.filesRefused as string);
      else if (code === 'conversation_ended') tell(strings.ended);
      else if (code === 'connection') tell(strings.errorConnection);
      else if (code === 'rate_limit_exceeded' || code === 'service_unavailable') tell(strings.errorBusy);
      else tell(strings.errorUnknown);
    }
  }

  /** Back to the server: nobody asks with it. */
  async function give({ file }: Held): Promise<void> {
    if (!file) return;
    const route = `/conversations/${file.conversation_id}/attachments/${file.id}`;
    await ports.api('DELETE', route, undefined, new AbortController().signal).catch(() => {});
  }

  function add(files: Iterable<File>): void {
    const view = seen;
    const settings = view?.state.config?.attachments;
    if (!view || !settings?.enabled || view.gated) return;
    error = '';
    for (const file of files) {
      if (held.length >= MOST) {
        tell(format(view.strings.tooManyFiles, { count: MOST }, view.language));
        break;
      }
      const { name } = file;
      if (file.size > settings.max_bytes) {
        const size = sizeOf(settings.max_bytes, view.language);
        tell(format(view.strings.fileTooLarge, { name: apart(name), size }));
        continue;
      }
      const one: Held = { name, file: null, sent: 0, reading: new AbortController() };
      held = [...held, one];
      ports.say(format(view.strings.readingFile, { name }));
      void read(file, one, view, settings);
    }
    ports.changed();
  }

  // Anywhere in the panel, which is larger than the input.
  const root = ports.root();
  const carries = (event: DragEvent) =>
    seen?.state.config?.attachments?.enabled && event.dataTransfer?.types.includes('Files');
  const mark = (on: boolean) => root.querySelector('.panel')?.classList.toggle('dropping', on);
  root.addEventListener('dragover', (event) => {
    if (!carries(event as DragEvent)) return;
    event.preventDefault();
    mark(true);
  });
  root.addEventListener('dragleave', () => mark(false));
  root.addEventListener('drop', (event) => {
    mark(false);
    if (!carries(event as DragEvent)) return;
    event.preventDefault();
    add((event as DragEvent).dataTransfer!.files);
  });
  root.addEventListener('paste', (event) => {
    const files = (event as ClipboardEvent).clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    add(files);
  });

  const chip = (one: Held, { strings, language }: View) => html`<li aria-busy=${String(one.file === null)}>
    <bdi>${one.file?.name ?? one.name}</bdi>
    ${
      one.file
        ? html`<small>${sizeOf(one.file.size, language)}</small>`
        : html`${one.sent < 1 ? html`<small>${percent(one.sent, language)}</small>` : nothing}
          <progress
            aria-label=${format(strings.readingFile, { name: one.name })}
            value=${one.sent < 1 ? one.sent : nothing}
          ></progress>`
    }
    ${iconButton('close', format(strings.removeFile, { name: one.name }), () => {
      void give(one);
      drop(one);
      root.querySelector<HTMLElement>('.composer textarea')?.focus();
    })}
  </li>`;

  return {
    css: CSS_TEXT,
    words,
    get busy() {
      return held.some(({ file }) => file === null);
    },
    take() {
      const taken = held.flatMap(({ file }) => file ?? []);
      held = [];
      error = '';
      return taken;
    },
    button(view) {
      const input = () => root.querySelector<HTMLInputElement>('.file-input')!;
      const { types } = view.state.config!.attachments;
      return html`<input class="file-input" type="file" multiple tabindex="-1" aria-hidden="true"
          accept=${types.flatMap((type) => [type, ENDINGS[type] ?? type]).join()}
          @change=${() => {
            add(input().files ?? []);
            input().value = '';
          }}
        />${iconButton('clip', view.strings.attachFile, () => input().click())}`;
    },
    draw(view) {
      seen = view;
      // Another conversation, or none any more: its files are not this one's.
      if (held.length > 0 && conversationId !== null && view.state.conversationId !== conversationId) {
        for (const one of held) one.reading.abort();
        held = [];
      }
      return html`<ul class="files" ?hidden=${held.length === 0} aria-label=${view.strings.attachFile}>
          ${held.map((one) => chip(one, view))}
        </ul>
        ${error ? html`<p role="alert">${error}</p>` : nothing}`;
    },
  };
}
