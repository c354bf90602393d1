import { parseHTML } from 'linkedom';
import mammoth from 'mammoth';
import { MEDIA_TYPES } from './detect.ts';
import { type ParsedDocument, ParseError } from './document.ts';
import { cleanText, type DomNode } from './dom.ts';
import { htmlBlocks } from './html-blocks.ts';
import { checkZip } from './zip-bounds.ts';

const TITLE_CLASS = 'document-title';

/** A note's mark as a raised number, its text without the arrow back. */
const withPlainNotes = (html: string): string =>
  html
    .replace(
      /<sup><a href="#(?:foot|end)note-[^"<>]{1,40}" id="[^"<>]{1,40}">\[(\d{1,4})\]<\/a><\/sup>/g,
      (_, number: string) => number.replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]!),
    )
    .replace(/<a href="#(?:foot|end)note-ref-[^"<>]{1,40}">↑<\/a>/g, '');

/**
 * Reads a Word document: paragraphs, headings by their styles, lists and tables. Images and whatever the file points at
 * outside itself are left out; nothing is fetched.
 *
 * @throws ParseError `invalid_file`, `file_too_complex`
 */
export async function parseDocx(bytes: Uint8Array): Promise<ParsedDocument> {
  checkZip(bytes);
  let html: string;
  try {
    const options = {
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      externalFileAccess: false,
      styleMap: [`p[style-name='Title'] => p.${TITLE_CLASS}:fresh`],
    };
    html = (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, options)).value;
  } catch (error) {
    throw new ParseError('invalid_file', 'The file is damaged or not a Word document.', { cause: error });
  }
  const readable = withPlainNotes(html);
  const page = parseHTML(`<!doctype html><html><body>${readable}</body></html>`).document as unknown as DomNode;
  const title = cleanText(page.querySelector?.(`p.${TITLE_CLASS}`)?.textContent ?? '');
  // Word's bookmarks are no addresses a browser could open.
  const blocks = htmlBlocks(page.querySelector?.('body') ?? page, new Map()).map((block) =>
    block.kind === 'heading' ? { ...block, anchor: '' } : block,
  );
  const first = blocks[0];
  return { title: title || (first?.kind === 'heading' ? first.text : ''), mediaType: MEDIA_TYPES.docx, blocks };
}
