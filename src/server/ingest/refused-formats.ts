/** A format that is certainly not read, in words for whoever chose the file. */
export interface RefusedFormat {
  readonly what: string;
  /** What to do instead, where there is something. */
  readonly instead?: string;
}

type Test = (head: string) => boolean;
const begins =
  (...starts: readonly string[]): Test =>
  (head) =>
    starts.some((start) => head.startsWith(start));
const holds =
  (text: string, at: number, start = ''): Test =>
  (head) =>
    head.startsWith(start) && head.startsWith(text, at);
/** A ZIP whose first entries lie in this folder; a DOCX may hold sheets too. */
const zipOf =
  (folder: string): Test =>
  (head) =>
    head.startsWith('PK\x03\x04') && head.includes(folder) && !head.includes('word/');
/** The first entry of these is a file `mimetype`, not compressed, with this in it. */
const zipNamed = (type: string): Test => holds(`mimetype${type}`, 30, 'PK');
const any =
  (...tests: readonly Test[]): Test =>
  (head) =>
    tests.some((test) => test(head));

const FORMATS: readonly (readonly [test: Test, format: RefusedFormat])[] = [
  [begins('\x89PNG'), { what: 'a PNG picture' }],
  [begins('\xff\xd8\xff'), { what: 'a JPEG picture' }],
  [begins('GIF8'), { what: 'a GIF picture' }],
  [holds('WEBP', 8, 'RIFF'), { what: 'a WebP picture' }],
  [begins('II*\0', 'MM\0*'), { what: 'a TIFF picture' }],
  [any(holds('ftypavif', 4), holds('ftyphei', 4), holds('ftypmif1', 4)), { what: 'a picture' }],
  [
    any(holds('ftyp', 4), begins('\x1aE\xdf\xa3', 'OggS', 'ID3'), holds('AVI ', 8, 'RIFF'), holds('WAVE', 8, 'RIFF')),
    { what: 'a video or sound file' },
  ],
  [
    begins('\x1f\x8b', 'BZh', '\xfd7zXZ', '7z\xbc\xaf', 'Rar!\x1a'),
    { what: 'an archive', instead: 'Unpack it and upload the files in it' },
  ],
  [begins('\x7fELF', 'MZ\x90', '\xca\xfe\xba\xbe', '\xcf\xfa\xed\xfe', '\0asm'), { what: 'a program' }],
  [begins('SQLite format 3\0'), { what: 'a database' }],
  [
    begins('\xd0\xcf\x11\xe0'),
    { what: 'a file of an old Office format, or of Office with a password', instead: 'Save it as DOCX, PDF or CSV' },
  ],
  [begins('{\\rtf'), { what: 'an RTF file', instead: 'Save it as DOCX or PDF' }],
  [begins('%!PS'), { what: 'a PostScript file', instead: 'Save it as PDF' }],
  [zipNamed('application/epub'), { what: 'an e-book', instead: 'Save it as PDF or HTML' }],
  [
    zipNamed('application/vnd.oasis'),
    { what: 'an OpenDocument file', instead: 'Save it as DOCX or PDF, a sheet as CSV' },
  ],
  [zipOf('xl/'), { what: 'an Excel workbook', instead: 'Save each sheet as CSV' }],
  [zipOf('ppt/'), { what: 'a PowerPoint file', instead: 'Save it as PDF' }],
];

/** The format of a file that is not read, by its first bytes (as Latin-1); `null` when they do not tell. */
export function refusedFormat(head: string): RefusedFormat | null {
  return FORMATS.find(([test]) => test(head))?.[1] ?? null;
}
