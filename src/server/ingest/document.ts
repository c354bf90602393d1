/**
 * A file or page after parsing, whatever it was: plain blocks in reading order. Parsers make it, the chunker reads it.
 */
export interface ParsedDocument {
  /** The document's own title, or empty when it names none. */
  readonly title: string;
  readonly mediaType: string;
  readonly blocks: readonly Block[];
  /** The address the page says is its own (`<link rel=canonical>`), absolute. */
  readonly canonicalUrl?: string;
}

export type Block = HeadingBlock | TextBlock | CodeBlock;

export interface HeadingBlock {
  readonly kind: 'heading';
  /** 1–6. */
  readonly level: number;
  readonly text: string;
  /** The fragment that opens this place in the original, without `#`; empty when there is none. */
  readonly anchor: string;
}
/** A paragraph, a list (one item per line, `- ` before each) or table rows (one row per line). Plain text, no markup. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
  /** The page it stands on, from 1, in formats that have pages. */
  readonly page?: number;
}
/** Preformatted text; kept whole and fenced in the chunk. */
export interface CodeBlock {
  readonly kind: 'code';
  readonly text: string;
  readonly language: string;
}

/**
 * A file could not be read. The code is stable, the message is for the person who uploaded it.
 *
 * `unsupported_file` not a format we read · `invalid_file` damaged · `empty_file` no text in it · `file_too_complex`
 * beyond the bounds on pages, objects, inflated size, memory or time · `encrypted_file` needs a password.
 */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly code: ParseErrorCode;
  constructor(code: ParseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
export type ParseErrorCode = 'unsupported_file' | 'invalid_file' | 'empty_file' | 'file_too_complex' | 'encrypted_file';

/** The formats in words. */
export const SUPPORTED = 'PDF, DOCX, HTML, Markdown, text, CSV and JSON';
