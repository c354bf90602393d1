import { describe, expect, test } from 'vitest';
import { languageOf, smallTalk, withoutCourtesies } from './language.ts';
import { PHRASES } from './phrases.ts';

test.each([
  ['How do I embed the widget?', 'en'],
  ['Webhook', 'en'],
  ['Was ist Docker', 'en'],
  ['What does 你好 mean in the chat?', 'en'],
  ['Wie binde ich das Widget ein?', 'de'],
  ['Was kostet das?', 'de'],
  ['Comment installer le widget ?', 'fr'],
  ['¿Cómo instalo el widget?', 'es'],
  ['Como instalo isso no meu site, é grátis para uma empresa?', 'pt'],
  ['Quanto costa il widget?', 'it'],
  ['Hoe kan ik het installeren?', 'nl'],
  ['Hvad koster det?', 'da'],
  ['Hva koster det?', 'nb'],
  ['Jak to zainstalować i ile kosztuje?', 'pl'],
  ['Nasıl kurulur, bu ne kadar?', 'tr'],
  ['どうやって埋め込みますか', 'ja'],
  ['如何安装这个聊天窗口', 'zh-Hans'],
  ['如何安裝這個聊天視窗', 'zh-Hant'],
  ['Как это установить?', 'ru'],
  ['Як це встановити і скільки коштує?', 'uk'],
  ['چطور این را نصب کنم؟', 'fa'],
  ['كم يكلف هذا؟', 'ar'],
])('%s is asked in %s', (question, tag) => {
  expect(languageOf(question).tag).toBe(tag);
});

test.each([
  ['hello', 'greeting', 'en'],
  ['Hi there!', 'greeting', 'en'],
  ['hey 👋', 'greeting', 'en'],
  ['Good morning, how are you?', 'greeting', 'en'],
  ['Great, thank you so much!', 'thanks', 'en'],
  ['hi and thanks', 'thanks', 'en'],
  ['Guten Tag!', 'greeting', 'de'],
  ['Vielen Dank für die Hilfe', 'thanks', 'de'],
  ['ありがとうございます！', 'thanks', 'ja'],
  ['你好', 'greeting', 'zh-Hans'],
  ['Who are you?', 'about', 'en'],
  ['Hi! What can you do?', 'about', 'en'],
  ["What's your name?", 'about', 'en'],
  ['Thanks for your help', 'thanks', 'en'],
  ['Bist du ein Mensch?', 'about', 'de'],
  ['Comment t’appelles-tu ?', 'about', 'fr'],
  ['می‌توانی کمکم کنی؟', 'about', 'fa'],
  ['あなたは誰ですか？', 'about', 'ja'],
] as const)('%s is %s, in %s', (message, kind, tag) => {
  const talk = smallTalk(message);
  expect([talk?.kind, talk?.in.tag]).toEqual([kind, tag]);
});

test.each([
  'hello world example',
  'Hi, how do I embed the widget?',
  'thanks, and for Firefox?',
  'How do I change the greeting "hello"?',
  'What can you do about a broken lamp?',
  'Who are you delivering with?',
  'I need help with my order',
  'ok',
  'there',
  '',
  '?!',
  `${'thanks a lot '.repeat(10_000)}x`,
  'thanks a lot thanks a lot thanks a lot thanks a lot x',
])('%j is no small talk', (message) => {
  expect(smallTalk(message)).toBeNull();
});

test('every language greets, thanks and says what it is, and knows its own words again', () => {
  for (const phrases of PHRASES) {
    for (const [kind, ways] of [
      ['greeting', phrases.hello],
      ['thanks', phrases.thanks],
      ['about', phrases.about],
    ] as const)
      for (const way of ways.split('|')) {
        const talk = smallTalk(way);
        expect([way, talk?.kind]).toEqual([way, kind]);
        expect([way, talk?.in.tag]).toEqual([way, phrases.tag]);
      }
    expect(phrases.introduction.split('{name}')).toHaveLength(2);
    expect([phrases.tag, languageOf(phrases.notFound).tag]).toEqual([phrases.tag, phrases.tag]);
    expect(phrases.inEnglish === '').toBe(phrases.tag === 'en');
  }
});

describe('a question without its courtesies', () => {
  test.for([
    ['Hi, can I use Docker?', 'can I use Docker?'],
    ['Hello! How do I rotate a key please?', 'How do I rotate a key'],
    ['Good morning, how much does it cost? Thanks', 'how much does it cost'],
    ['hi there, could you tell me about delivery?', 'delivery?'],
    ['Great, thanks a lot! And what is the warranty?', 'And what is the warranty?'],
    ['Guten Tag, was kostet das bitte?', 'was kostet das'],
    ['Bonjour, combien ça coûte s’il vous plaît ?', 'combien ça coûte'],
    ['¡Hola! ¿Cuánto cuesta, por favor? Muchas gracias.', 'Cuánto cuesta'],
    ['你好，请问押金多少？谢谢！', '押金多少'],
    ['こんにちは、料金はいくらですか', '料金はいくらですか'],
    ['Здравствуйте! Сколько это стоит, пожалуйста?', 'Сколько это стоит'],
  ] as const)('%s', ([message, rest]) => {
    expect(withoutCourtesies(message)).toBe(rest);
  });

  test.for([
    'Hello!',
    'please',
    'thank you page',
    'Highlight the code',
    'What is the thank you page?',
    'Is hi-fi sound supported?',
    'Merchandise prices',
  ])('as it is: %s', (message) => {
    expect(withoutCourtesies(message)).toBe(message);
  });

  test('of hostile length stays quick to read', () => {
    for (const piece of ['!', 'hi ', ' ', 'thanks please ', '\u0301'])
      expect(withoutCourtesies(piece.repeat(100_000)).length).toBeGreaterThan(0);
  });
});
