import { getDocumentProxy } from 'unpdf';
import { type Block, type ParsedDocument, ParseError } from './document.ts';

const MAX_PAGES = 2_000;
const MAX_CHARS = 20 * 1024 * 1024;
/** A gap this much larger than the line's height parts paragraphs. */
const PARAGRAPH_GAP = 1.6;

interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  readonly transform: readonly number[];
}

/**
 * Reads the text of a PDF page by page. Scripts, actions, attachments and forms are never looked at; fonts are not drawn.
 *
 * @throws ParseError `invalid_file`, `encrypted_file`, `file_too_complex`, `empty_file`
 */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedDocument> {
  let pdf: Awaited<ReturnType<typeof getDocumentProxy>>;
  try {
    pdf = await getDocumentProxy(new Uint8Array(bytes), {
      isEvalSupported: false,
      useSystemFonts: false,
      disableFontFace: true,
      verbosity: 0,
    });
  } catch (error) {
    if ((error as Error).name === 'PasswordException')
      throw new ParseError('encrypted_file', 'The PDF needs a password. Save it without one and upload it again.');
    throw new ParseError('invalid_file', 'The file is damaged or not a PDF.', { cause: error });
  }
  try {
    if (pdf.numPages > MAX_PAGES) throw new ParseError('file_too_complex', `The PDF has more than ${MAX_PAGES} pages.`);
    const blocks: Block[] = [];
    let chars = 0;
    let unreadable = 0;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      try {
        const page = await pdf.getPage(number);
        const { items } = await page.getTextContent();
        for (const text of paragraphs(items as unknown as readonly TextItem[])) {
          chars += text.length;
          if (chars > MAX_CHARS)
            throw new ParseError('file_too_complex', `The PDF holds more than ${MAX_CHARS} characters.`);
          blocks.push({ kind: 'text', text, page: number });
        }
        page.cleanup();
      } catch (error) {
        if (error instanceof ParseError) throw error;
        unreadable += 1;
      }
    }
    if (blocks.length === 0) {
      if (unreadable > 0) throw new ParseError('invalid_file', 'None of the PDF’s pages could be read.');
      throw new ParseError('empty_file', 'The PDF holds no text; scanned pages need text recognition first.');
    }
    const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
    const title = (info as { Title?: unknown }).Title;
    return { title: typeof title === 'string' ? title.trim() : '', mediaType: 'application/pdf', blocks };
  } finally {
    await pdf.destroy();
  }
}

/** Joins the pieces a page was drawn from: lines into paragraphs, words cut at a line's end put together. */
function paragraphs(items: readonly TextItem[]): string[] {
  const found: string[] = [];
  let text = '';
  let lastY: number | null = null;
  let height = 0;
  const flush = () => {
    const clean = text
      .replace(/(\p{L})-\s(?=\p{Ll})/gu, '$1')
      .replace(/\s+/g, ' ')
      .trim();
    if (clean !== '') found.push(clean);
    text = '';
  };
  for (const item of items) {
    const y = item.transform[5] ?? 0;
    if (item.str.trim() !== '') {
      const gap = lastY === null ? 0 : Math.abs(lastY - y);
      if (lastY !== null && gap > Math.max(height, item.height) * PARAGRAPH_GAP) flush();
      lastY = y;
      height = item.height || height;
    }
    text += item.str + (item.hasEOL ? ' ' : '');
  }
  flush();
  return found;
}
