/**
 * Files with a question, where the assistant takes them: a button, dropping and pasting; each file is read by the server at
 * once and stands above the input as a chip until the question is sent. Loaded with the first panel that may have one.
 */
import type { AttachmentSettings, ConversationAttachment } from '../../protocol/resources.ts';
import type { Feature, FeaturePorts } from '../features.ts';
import { words } from '../i18n/en/attachments.ts';
import type { View } from '../parts/view.ts';

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
  /** `null` while it is read. */
  file: ConversationAttachment | null;
  readonly reading: AbortController;
}

const MOST = 5;
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
  .files li { display: flex; align-items: center; max-width: 100%; padding-inline-start: 10px; border: 1px solid var(--assisters-line); border-radius: 8px; background: var(--assisters-surface-raised); font-size: 13px; }
  .files bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .files small { margin-inline-start: 6px; color: var(--assisters-text-muted); white-space: nowrap; }
  .files li[aria-busy="true"] bdi { opacity: .6; }
  .files + p { padding: 0 0 8px; color: var(--assisters-danger); font-size: 13px; }
  .file-input { display: none; }
  .dropping { outline: 2px dashed var(--assisters-focus); outline-offset: -6px; }
`;

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
      one.file = (await ports.api('POST', route, body, one.reading.signal)) as ConversationAttachment;
      if (!held.includes(one)) void give(one);
      else ports.say(format(strings.fileReady, { name }));
      ports.changed();
    } catch (reason) {
      if (one.reading.signal.aborted) return;
      drop(one);
      const { code } = reason as { readonly code?: string };
      const types = settings.types.map((type) => ENDINGS[type] ?? type).join(', ');
      if (code === 'payload_too_large')
        tell(format(strings.fileTooLarge, { name, size: sizeOf(settings.max_bytes, language) }));
      else if (code === 'invalid_request' || code === 'unsupported_media_type')
        tell(format(strings.fileNotRead, { name, types }));
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
      if (held.length >= MOST) break;
      const { name } = file;
      if (file.size > settings.max_bytes) {
        const size = sizeOf(settings.max_bytes, view.language);
        tell(format(view.strings.fileTooLarge, { name, size }));
        continue;
      }
      const one: Held = { name, file: null, reading: new AbortController() };
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
    ${one.file ? html`<small>${sizeOf(one.file.size, language)}</small>` : nothing}
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
