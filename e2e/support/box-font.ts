/** Numbers of one width, big-endian, as OpenType has them. */
const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
};
const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
};

const EM = 1000;
/** A box, in units of the em: as high as a small letter. */
const [LEFT, RIGHT, TOP, ADVANCE] = [60, 490, 480, 550];
const SPACE = 275;
const [ASCENT, DESCENT] = [800, 200];
const BOX = 1;
const BLANK = 2;

/** Characters without ink; every other one is a box. First, last. */
const BLANKS = [
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
] as const;

function characterMap(): Buffer {
  const groups: number[][] = [];
  let next = 0x21;
  for (const [first, last] of BLANKS) {
    if (first > next) groups.push([next, first - 1, BOX]);
    groups.push([first, last, BLANK]);
    next = last + 1;
  }
  groups.push([next, 0x10ffff, BOX]);
  // Format 13: a whole range of characters on one glyph.
  const table = Buffer.concat([u16(13, 0), u32(16 + groups.length * 12, 0, groups.length), u32(...groups.flat())]);
  return Buffer.concat([u16(0, 1, 3, 10), u32(12), table]);
}

function nameTable(name: string): Buffer {
  const text = u16(...[...name].map((letter) => letter.charCodeAt(0)));
  const ids = [1, 2, 4, 6];
  const records = ids.map((id) => u16(3, 1, 0x409, id, text.length, 0));
  return Buffer.concat([u16(0, ids.length, 6 + ids.length * 12), ...records, text]);
}

/**
 * A TrueType font whose every character is the same box, and spaces are blank, so that text takes the same room and
 * looks the same on machines with any fonts or none. Written after the OpenType specification 1.9; checksums are left
 * zero, which browsers do not read. `weight` and `style` need no second file: declare it for all of them.
 */
export function boxFont(): Buffer {
  const outline = Buffer.concat([
    u16(1, LEFT, 0, RIGHT, TOP, 3, 0),
    Buffer.from([1, 1, 1, 1]),
    u16(LEFT, 0, RIGHT - LEFT, 0),
    u16(0, TOP, 0, -TOP),
    Buffer.alloc(2),
  ]);
  const tables: Readonly<Record<string, Buffer>> = {
    'OS/2': Buffer.concat([
      u16(4, ADVANCE, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
      Buffer.alloc(10),
      u32(1, 0, 0, 0),
      Buffer.from('TEST'),
      u16(0x40, 0x20, 0xffff, ASCENT, -DESCENT, 0, ASCENT, DESCENT),
      u32(1, 0),
      u16(TOP, TOP, 0, 0x20, 1),
    ]),
    cmap: characterMap(),
    // Glyph 0 stands for what no font has: a box as well.
    glyf: Buffer.concat([outline, outline]),
    head: Buffer.concat([
      u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      u16(0, EM),
      Buffer.alloc(16),
      u16(LEFT, 0, RIGHT, TOP, 0, 8, 2, 1, 0),
    ]),
    hhea: Buffer.concat([
      u32(0x10000),
      u16(ASCENT, -DESCENT, 0, ADVANCE, LEFT, ADVANCE - RIGHT, RIGHT, 1, 0, 0, 0, 0, 0, 0, 0, 3),
    ]),
    hmtx: u16(ADVANCE, LEFT, ADVANCE, LEFT, SPACE, 0),
    loca: u32(0, outline.length, outline.length * 2, outline.length * 2),
    maxp: Buffer.concat([u32(0x10000), u16(3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: nameTable('Boxes'),
    post: Buffer.concat([u32(0x30000, 0), u16(-100, 50), u32(0, 0, 0, 0, 0)]),
  };
  const names = Object.keys(tables);
  const directory: Buffer[] = [u32(0x10000), u16(names.length, 128, 3, names.length * 16 - 128)];
  const bodies: Buffer[] = [];
  let offset = 12 + names.length * 16;
  for (const name of names) {
    const table = tables[name]!;
    directory.push(Buffer.from(name), u32(0, offset, table.length));
    bodies.push(table, Buffer.alloc(-table.length & 3));
    offset += (table.length + 3) & ~3;
  }
  return Buffer.concat([...directory, ...bodies]);
}
