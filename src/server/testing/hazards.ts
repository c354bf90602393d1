import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync } from 'node:zlib';

/** Hostile files, made from their recipes (`upload-hazards.json`), with what may become of each. */
export interface Hazard {
  /** The recipe's name in the corpus. */
  readonly name: string;
  readonly filename: string;
  readonly make: () => Uint8Array;
  /** `ready`, or error codes; any of them is a right end. */
  readonly ends: readonly string[];
  /** Takes seconds or hundreds of megabytes: `npm run test:hazards` only. */
  readonly big?: boolean;
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const BOUNDED = ['ready', 'file_too_complex', 'invalid_file', 'empty_file'];

/** A PDF of these objects, numbered from 1; the first is the catalogue. Readers rebuild the missing cross-reference table. */
export function pdfOf(...objects: (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [latin1('%PDF-1.7\n')];
  objects.forEach((object, index) => {
    parts.push(
      latin1(`${index + 1} 0 obj\n`),
      typeof object === 'string' ? latin1(object) : object,
      latin1('\nendobj\n'),
    );
  });
  parts.push(latin1(`trailer\n<< /Root 1 0 R /Size ${objects.length + 1} >>\n%%EOF\n`));
  return Buffer.concat(parts);
}
const stream = (dictionary: string, data: Buffer): Buffer =>
  Buffer.concat([latin1(`<< ${dictionary} /Length ${data.length} >>\nstream\n`), data, latin1('\nendstream')]);

const CATALOGUE = '<< /Type /Catalog /Pages 2 0 R >>';
const PAGES = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>';
const page = (more = '') =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> ${more} >> >>`;
const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const words = (text: string) => latin1(`BT /F1 12 Tf 72 700 Td (${text}) Tj ET`);
const textPdf = (text: string, catalogue = CATALOGUE, ...more: (string | Buffer)[]) =>
  pdfOf(catalogue, PAGES, page(), stream('', words(text)), FONT, ...more);
const contentPdf = (dictionary: string, data: Buffer, resources = '', ...more: (string | Buffer)[]) =>
  pdfOf(CATALOGUE, PAGES, page(resources), stream(dictionary, data), FONT, ...more);

/** A ZIP of these files. `stated` is the unpacked size the archive claims. */
export function zipOf(
  files: readonly { readonly name: string; readonly packed: Buffer; readonly stated: number }[],
): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, packed, stated } of files) {
    const label = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(stated, 22);
    local.writeUInt16LE(label.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(stated, 24);
    entry.writeUInt16LE(label.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, label, packed);
    entries.push(entry, label);
    offset += 30 + label.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
const W =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const part = (name: string, text: string) => ({ name, packed: deflateRawSync(text), stated: Buffer.byteLength(text) });

/** A Word document with this body (WordprocessingML) and these relationships. */
export function docxOf(
  body: string,
  relationships = '',
  document?: { readonly packed: Buffer; readonly stated: number },
): Buffer {
  return zipOf([
    part(
      '[Content_Types].xml',
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    ),
    part(
      '_rels/.rels',
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    ),
    part(
      'word/_rels/document.xml.rels',
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relationships}</Relationships>`,
    ),
    part(
      'word/styles.xml',
      `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style></w:styles>`,
    ),
    document
      ? { name: 'word/document.xml', ...document }
      : part('word/document.xml', `<w:document ${W}><w:body>${body}</w:body></w:document>`),
  ]);
}
const zeros = (bytes: number) => deflateSync(Buffer.alloc(bytes), { level: 9 });

/** Every recipe that is about a file's content; those about forms and file names are tested with the route. */
export const HAZARDS: readonly Hazard[] = [
  {
    name: 'flate bomb, 1 page',
    filename: 'a.pdf',
    big: true,
    ends: BOUNDED,
    make: () => contentPdf('/Filter /FlateDecode', zeros(2 ** 30)),
  },
  {
    name: 'predictor bomb',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () => contentPdf('/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 1000000000 >>', zeros(1000)),
  },
  {
    name: 'object stream bomb',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () =>
      pdfOf(
        CATALOGUE,
        PAGES,
        page(),
        stream('', words('x')),
        FONT,
        stream('/Type /ObjStm /N 100000000 /First 10 /Filter /FlateDecode', zeros(100_000)),
      ),
  },
  {
    name: 'page tree cycle',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () => pdfOf(CATALOGUE, '<< /Type /Pages /Kids [2 0 R] /Count 1 >>'),
  },
  {
    name: 'page tree depth 1e5',
    filename: 'a.pdf',
    big: true,
    ends: BOUNDED,
    make: () =>
      pdfOf(
        CATALOGUE,
        ...Array.from({ length: 100_000 }, (_, index) => `<< /Type /Pages /Kids [${index + 3} 0 R] /Count 1 >>`),
        '<< /Type /Page >>',
      ),
  },
  {
    name: 'page count lies',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () =>
      pdfOf(
        CATALOGUE,
        '<< /Type /Pages /Kids [3 0 R] /Count 4000000000 >>',
        page(),
        stream('', words('Some words')),
        FONT,
      ),
  },
  {
    name: 'font program garbage',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () =>
      pdfOf(
        CATALOGUE,
        PAGES,
        page(),
        stream('', words('Hello')),
        '<< /Type /Font /Subtype /TrueType /BaseFont /X /FontDescriptor 6 0 R >>',
        '<< /Type /FontDescriptor /FontName /X /FontFile2 7 0 R >>',
        stream('', Buffer.alloc(2_000, 0xa5)),
      ),
  },
  {
    name: 'content stream q x1e7',
    filename: 'a.pdf',
    big: true,
    ends: BOUNDED,
    make: () => contentPdf('/Filter /FlateDecode', deflateSync(Buffer.alloc(20_000_000, 'q '))),
  },
  {
    name: 'form XObject recursion',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () =>
      contentPdf(
        '',
        latin1('/X Do'),
        '/XObject << /X 6 0 R >>',
        stream(
          '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>',
          latin1('/X Do'),
        ),
      ),
  },
  {
    // Extraction is forbidden to programs that ask; whoever uploads it to their own assistant has decided.
    name: 'encrypted, owner only',
    filename: 'a.pdf',
    ends: ['ready'],
    make: () => readFileSync(new URL('../ingest/fixtures/owner-only.pdf', import.meta.url)),
  },
  {
    name: 'encrypted, with a password',
    filename: 'a.pdf',
    ends: ['encrypted_file'],
    make: () => readFileSync(new URL('../ingest/fixtures/with-password.pdf', import.meta.url)),
  },
  {
    name: 'launch and URI actions',
    filename: 'a.pdf',
    ends: ['ready'],
    make: () =>
      textPdf(
        'Plain words stay',
        '<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (\\\\\\\\169.254.169.254\\\\x) /Next << /S /URI /URI (http://169.254.169.254/) >> >> >>',
      ),
  },
  {
    name: 'embedded files',
    filename: 'a.pdf',
    ends: ['ready'],
    make: () =>
      textPdf(
        'Plain words stay',
        '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >> >>',
        '<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>',
        stream('', latin1('MZ')),
      ),
  },
  { name: 'one byte', filename: 'a.pdf', ends: ['unsupported_file'], make: () => latin1('%') },
  {
    name: 'two EOFs, incremental updates x1000',
    filename: 'a.pdf',
    ends: BOUNDED,
    make: () =>
      Buffer.concat([
        textPdf('First'),
        ...Array.from({ length: 1000 }, (_, index) =>
          Buffer.concat([
            latin1('4 0 obj\n'),
            stream('', words(`Update ${index}`)),
            latin1('\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n'),
          ]),
        ),
      ]),
  },
  {
    name: 'html named .pdf',
    filename: 'a.pdf',
    ends: ['unsupported_file'],
    make: () => latin1('<script>alert(1)</script>'),
  },
  { name: 'pdf named .txt', filename: 'a.txt', ends: ['ready'], make: () => textPdf('Sniffed as what it is') },
  {
    name: 'polyglot PDF/HTML',
    filename: 'a.html',
    ends: [...BOUNDED, 'unsupported_file'],
    make: () => Buffer.concat([latin1('<!-- '), textPdf('both'), latin1(' --><script>alert(1)</script>')]),
  },
  {
    name: 'svg',
    filename: 'a.svg',
    ends: ['unsupported_file'],
    make: () => latin1('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  },
  {
    name: 'docx zip bomb',
    filename: 'a.docx',
    big: true,
    ends: ['file_too_complex', 'invalid_file'],
    make: () => docxOf('', '', { packed: deflateRawSync(Buffer.alloc(2 ** 30), { level: 9 }), stated: 1000 }),
  },
  {
    name: 'zip 42.zip style',
    filename: 'a.zip',
    ends: ['unsupported_file'],
    make: () => zipOf([{ name: 'b.zip', packed: deflateRawSync(zipOf([part('c.txt', 'x')])), stated: 1 }]),
  },
  {
    name: 'docx external relationship',
    filename: 'a.docx',
    ends: ['ready'],
    make: () =>
      docxOf(
        '<w:p><w:r><w:t>Words beside a picture from elsewhere.</w:t></w:r></w:p><w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>',
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://169.254.169.254/latest/meta-data/" TargetMode="External"/>',
      ),
  },
  {
    name: 'csv formula',
    filename: 'a.csv',
    ends: ['ready'],
    make: () => latin1('name,link\nA,"=HYPERLINK(""http://evil.example"",""x"")"\n'),
  },
  {
    name: 'csv 1 GB one line',
    filename: 'a.csv',
    big: true,
    ends: ['file_too_complex'],
    make: () => Buffer.alloc(200 * 1024 * 1024, 'abcdefg,'),
  },
  {
    name: 'utf-7 text',
    filename: 'a.txt',
    ends: ['ready'],
    make: () => latin1('+ADw-script+AD4-alert(1)+ADw-/script+AD4-'),
  },
  {
    name: 'latin-1 text',
    filename: 'a.txt',
    ends: ['ready', 'unsupported_file'],
    make: () => Buffer.from(Array.from({ length: 128 }, (_, index) => 128 + index)),
  },
  {
    name: 'lone surrogates in json',
    filename: 'a.json',
    ends: ['ready'],
    make: () => latin1('{"title":"Broken \\ud800 half","text":"and \\udfff other"}'),
  },
  {
    name: 'markdown with 1e6 links',
    filename: 'a.md',
    big: true,
    ends: BOUNDED,
    make: () => Buffer.alloc(12_000_000, '[a](http://b)'),
  },
];
