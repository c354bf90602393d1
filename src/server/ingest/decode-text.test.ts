import { describe, expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';
import { ParseError } from './document.ts';

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const utf16 = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));
const swapped = (from: Uint8Array) => Uint8Array.from(from, (_, index) => from[index ^ 1]!);

describe('text that says nothing about its encoding', () => {
  test.for([
    [
      'Shift_JIS',
      '返品は商品到着後十四日以内にお申し込みください。カタカナもあります。',
      'ldSVaYLNj6SVaZOekoWM449cjmyT+ojIk+CCyYKokFyCtY2egt2CrYK+grOCooFCg0qDXoNKg2mC4IKgguiC3IK3gUI=',
    ],
    [
      'EUC-JP',
      '返品は商品到着後十四日以内にお申し込みください。カタカナもあります。',
      'ytbJyqTPvqbJysX+w+W45b29u83G/LDKxuKky6Sqv72kt7n+pN+kr6TApLWkpKGjpaulv6Wrpcqk4qSipOqk3qS5oaM=',
    ],
    [
      'EUC-KR',
      '상품을 받은 날로부터 십사 일 이내에 반품하실 수 있습니다. 배송비는 고객이 부담합니다.',
      'u/PHsMC7ILnewLogs6+3zrrOxc0gvcq75yDAzyDAzLO7v6Egud3HsMfPvccgvPYgwNa9wLTPtNkuILnovNu68bTCILDtsLTAzCC6zrTjx9W0z7TZLg==',
    ],
    [
      'GB 18030',
      '您可以在收到商品后的十四天内申请退货，我们会在三个工作日内处理您的申请。',
      'xPq/ydLU1NrK1bW9yczGt7rztcTKrsvEzOzE2snqx+vNy7v1o6zO0sPHu+HU2sj9uPa5pNf3yNXE2rSmwO3E+rXEyerH66Gj',
    ],
    [
      'Big5',
      '您可以在收到商品後的十四天內申請退貨，我們會在三個工作日內處理您的申請。',
      'sXqlaaVIpmKmrKjssNOrfqvhqrqkUaV8pNGkuqXTvdCwaLNmoUGn2q3Mt3ymYqRUrdOkdadApOmkurNCsnqxeqq6pdO90KFD',
    ],
    [
      'Windows-1251',
      'Возврат товара возможен в течение четырнадцати дней после получения заказа.',
      'wu7n4vDg8iDy7uLg8OAg4u7n7O7m5e0g4iDy5ffl7ejlIPfl8vvw7eDk9uDy6CDk7eXpIO/u8evlIO/u6/P35e3o/yDn4Org5+Au',
    ],
    [
      'KOI8-R',
      'Возврат товара возможен в течение четырнадцати дней после получения заказа.',
      '98/a19LB1CDUz9fB0sEg18/azc/Wxc4g1yDUxd7FzsnFIN7F1NnSzsHEw8HUySDEzsXKINDP08zFINDPzNXexc7J0SDawcvB2sEu',
    ],
    [
      'Windows-1253',
      'Μπορείτε να επιστρέψετε το προϊόν εντός δεκατεσσάρων ημερών από την παραλαβή του.',
      'zPDv8eXf9OUg7eEg5fDp8/Tx3fjl9OUg9O8g8PHv+vztIOXt9PzyIOTl6uH05fPz3PH57SDn7OXx/u0g4fD8IPTn7SDw4fHh6+Hi3iD07/Uu',
    ],
    [
      'Windows-1255',
      'ניתן להחזיר את המוצר בתוך ארבעה עשר ימים מיום קבלתו',
      '8On67yDs5Ofm6fgg4Pog5O7l9vgg4frl6iDg+OHy5CDy+fgg6e7p7SDu6eXtIPfh7Prl',
    ],
    [
      'Windows-1256',
      'يمكنك إرجاع المنتج خلال أربعة عشر يوما من تاريخ الاستلام',
      '7ePf5N8gxdHMx9ogx+Hj5MrMIM7hx+Egw9HI2skg2tTRIO3m48cg4+QgysfR7c4gx+HH08rhx+M=',
    ],
    [
      'Windows-1252',
      'Größe und Fußgänger – „äußerst“ wichtig, été comme hiver',
      'R3L232UgdW5kIEZ132fkbmdlciCWIITkdd9lcnN0kyB3aWNodGlnLCDpdOkgY29tbWUgaGl2ZXI=',
    ],
  ] as const)('%s is told from the text', ([, text, encoded]) => {
    expect(decodeText(bytes(encoded))).toBe(text);
  });

  test('UTF-8 and UTF-16, with their mark and without', () => {
    const text = 'Prices: 9 €, naïve café';
    const plain = new TextEncoder().encode(text);
    expect(decodeText(plain)).toBe(text);
    expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, ...plain))).toBe(text);
    for (const form of [utf16(text), utf16(`\ufeff${text}`)])
      for (const order of [form, swapped(form)]) expect(decodeText(order)).toBe(text);
  });

  test('what makes sense in none is refused', () => {
    for (const noise of [
      Uint8Array.from({ length: 128 }, (_, index) => 128 + index),
      Uint8Array.from({ length: 4_000 }, (_, index) => 128 + ((index * 73) % 128)),
      Uint8Array.of(65, 0, 1, 2, 3),
    ])
      expect(() => decodeText(noise)).toThrow(ParseError);
  });
});

describe('text whose encoding is named', () => {
  const sjis = bytes('k/qWe4zq');
  test('by the media type, or by the page itself', () => {
    expect(decodeText(sjis, 'text/html; charset=Shift_JIS')).toBe('日本語');
    const page = (meta: string) => Uint8Array.from([...Buffer.from(`<html><head>${meta}</head><body>`), ...sjis]);
    expect(decodeText(page('<meta charset="shift_jis">'))).toContain('日本語');
    expect(decodeText(page('<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">'))).toContain(
      '日本語',
    );
  });
  test('wrongly: bytes that are exactly UTF-8 are read as that, an unknown name is passed over', () => {
    const text = new TextEncoder().encode('Größe 日本語');
    expect(decodeText(text, 'text/html; charset=iso-8859-1')).toBe('Größe 日本語');
    expect(decodeText(text, 'text/html; charset=klingon')).toBe('Größe 日本語');
  });
  test('Latin-1 is read as the web reads it', () => {
    expect(decodeText(Uint8Array.of(0x93, 0x61, 0x94), 'text/plain; charset=iso-8859-1')).toBe('“a”');
  });
});
