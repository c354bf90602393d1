import { getDocumentProxy } from 'unpdf';
import { type ParsedDocument, ParseError } from './document.ts';
import { type OutlineEntry, pdfBlocks } from './pdf-layout.ts';
import { type PdfItem, type PdfLine, pdfLines } from './pdf-lines.ts';

const MAX_PAGES = 2_000;
const MAX_CHARS = 20 * 1024 * 1024;
const MAX_OUTLINE = 5_000;
/** Titles that programs write when nobody gave one. */
const NO_TITLE =
  /^(?:untitled|unbenannt|sans titre|document\d*|microsoft word\b.*|.*\.(?:docx?|odt|indd|tex|dvi|pptx?|qxd|html?))$/i;

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/**
 * Reads the text of a PDF page by page. Scripts, actions, attachments and forms are never looked at; fonts are not drawn.
 *
 * @throws ParseError `invalid_file`, `encrypted_file`, `file_too_complex`, `empty_file`
 */
export async function parsePdf(bytes: Uint8Array): Promise<ParsedDocument> {
  let pdf: Pdf;
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
    const pages: PdfLine[][] = [];
    let chars = 0;
    let unreadable = 0;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      try {
        const page = await pdf.getPage(number);
        const { items } = await page.getTextContent();
        const lines = pdfLines(items as unknown as readonly PdfItem[], number);
        for (const { text } of lines) chars += text.length;
        if (chars > MAX_CHARS)
          throw new ParseError('file_too_complex', `The PDF holds more than ${MAX_CHARS} characters.`);
        pages.push(lines);
        page.cleanup();
      } catch (error) {
        if (error instanceof ParseError) throw error;
        unreadable += 1;
      }
    }
    if (chars === 0) {
      if (unreadable > 0) throw new ParseError('invalid_file', 'None of the PDF’s pages could be read.');
      throw new ParseError('empty_file', 'The PDF holds no text; scanned pages need text recognition first.');
    }
    const blocks = pdfBlocks(pages, await outlineOf(pdf));
    const [first] = blocks;
    const title = (await titleOf(pdf)) || (first?.kind === 'heading' ? first.text : '');
    return { title, mediaType: 'application/pdf', blocks };
  } finally {
    await pdf.destroy();
  }
}

async function titleOf(pdf: Pdf): Promise<string> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const title = (info as { Title?: unknown }).Title;
  const text = typeof title === 'string' ? title.replace(/\s+/g, ' ').trim() : '';
  return NO_TITLE.test(text) ? '' : text;
}

/** The document's bookmarks, flat; none when they are damaged. */
async function outlineOf(pdf: Pdf): Promise<OutlineEntry[]> {
  type Node = { readonly title: string; readonly items: readonly Node[] };
  const entries: OutlineEntry[] = [];
  const visit = (nodes: readonly Node[], level: number) => {
    for (const { title, items } of nodes) {
      if (entries.length >= MAX_OUTLINE || level > 6) return;
      entries.push({ title, level });
      visit(items ?? [], level + 1);
    }
  };
  visit(((await pdf.getOutline().catch(() => null)) ?? []) as readonly Node[], 1);
  return entries;
}
