import { type DemoWords, SOURCES } from './scripts.ts';

const ANSWER = `يمكنك الحجز عبر الإنترنت في بضع دقائق:

1. اختر موعدًا من **صفحة الدورات** وعدد المشاركين.
2. ادفع العربون وقدره 60 يورو؛ فهو يحجز مكانك [1].
3. ادفع الباقي قبل أسبوعين من بداية الدورة [1][2].

إذا طرأ أمر ما، يمكنك نقل الحجز مجانًا حتى **14 يومًا** قبل البداية [3].`;

const LONG_ANSWER = `## قراءة النشرة الجوية

تنشر المحطة سرعة الرياح كل عشر دقائق. تُبحر دورة المبتدئين حتى *القوة 4* [1]؛ وفوق ذلك نتدرّب داخل الميناء.

| القوة | الرياح (عقدة) | مبتدئ | متقدّم | ملاحظات |
|---|---:|:---:|:---:|---|
| 2 | 4–6 | نعم | نعم | خفيفة، مناسبة لليوم الأول |
| 4 | 11–16 | نعم | نعم | نقلّص الشراع الرئيسي |
| 6 | 22–27 | لا | نعم | بوجود مدرّب على متن القارب |

لقراءتها من برنامجك:

\`\`\`ts
const response = await fetch('https://harbour.example/api/wind?station=pier&unit=kn');
const { force, gusts } = await response.json();
if (force > 4) console.log('We stay in the harbour today.', gusts);
\`\`\`

> النشرة مجرّد توقّع. القرار للمدرّب على الرصيف.

- [ ] انظر إلى الهبّات، لا إلى المتوسط وحده
- [x] تحقّق من \`tide\` أيضًا

المزيد في [دليل الطقس](https://harbour.example/weather).`;

const TOLD = [
  [
    'حجز دورة',
    'يُحجز المكان بعد دفع العربون وقدره 60 يورو. ويُدفع الباقي قبل أسبوعين من بداية الدورة، بالبطاقة أو بالتحويل المصرفي.',
    'الدورات › الحجز › العربون',
  ],
  ['الأسعار والمواعيد 2026', 'عطلة نهاية الأسبوع للمبتدئين: 240 يورو. دورة خمسة أيام: 520 يورو.', 'الأسعار'],
  ['الشروط: إلغاء الحجز ونقله', 'يمكن نقل الحجز مجانًا حتى 14 يومًا قبل البداية.', 'الشروط'],
] as const;

const PROMPTS = [
  'كيف أحجز دورة إبحار؟',
  'كم تكلّف دورة المبتدئين؟',
  'هل يمكنني إلغاء حجزي أو نقله؟',
  'ماذا أحضر معي في اليوم الأول؟',
];

/** The sailing school in Arabic: a site from right to left, with numbers, names and code from left to right in it. */
export const ARABIC: DemoWords = {
  config: {
    assistant: { id: 'ast_1', name: 'مرسى', description: '' },
    widget: {
      greeting: 'أهلًا بك. ماذا تودّ أن تعرف؟',
      prompts: PROMPTS,
      contact_url: 'mailto:office@harbour.example',
    },
    document_count: 42,
    retention_days: null,
    identity: 'off',
    tools: false,
    attachments: { enabled: false, max_bytes: 0, types: [] },
  },
  answer: ANSWER,
  longAnswer: LONG_ANSWER,
  sources: SOURCES.map((source, index) => {
    const [title, quote, heading] = TOLD[index]!;
    return { ...source, title, quote, heading };
  }),
  notFound: 'لم أجد في الوثائق شيئًا عن الكلاب على متن القارب.',
  broken: 'تبدأ دورة الأيام الخمسة',
  offer: 'بقي مكانان يوم 14 يونيو. هل أحجز لك واحدًا؟',
  course: { الدورة: 'عطلة المبتدئين', العدد: 1 },
  followUps: ['ماذا أحضر معي؟', 'هل يوجد موقف سيارات؟'],
  threads: ['كيف أحجز دورة إبحار؟', 'هل يمكن للأطفال المشاركة؟', 'ماذا يحدث إذا هطل المطر؟'],
  questions: {
    'How do I book a sailing course?': PROMPTS[0]!,
    'How do I book? Tell me slowly': 'كيف أحجز؟ اشرح لي ببطء',
    'What about the forecast?': 'ماذا تقول النشرة الجوية؟',
    'May I bring my dog?': 'هل يمكنني إحضار كلبي؟',
    'Reserve the weekend for me': 'احجز لي عطلة نهاية الأسبوع',
    'What comes next?': 'وماذا بعد ذلك؟',
    'Is the pier open? (no line)': 'هل الرصيف مفتوح؟',
    'please hang': 'متى تبدأ الدورة القادمة؟',
    'half an answer': 'كيف يتم الحجز؟',
    'make it fail': 'كم تستغرق دورة الأيام الخمسة؟',
    'hit the limit': 'هل توجد أماكن في يوليو؟',
  },
};
