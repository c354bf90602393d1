import type { Strings } from '../i18n/en.ts';

/** Words for pictures and tests of right-to-left layout. */
export const ARABIC: Partial<Strings> = {
  subtitle: 'إجابات من وثائقنا',
  greeting: 'كيف يمكننا المساعدة؟',
  intro: 'اطرح سؤالاً. تأتي الإجابة من وثائقنا مع مصادرها.',
  placeholder: 'اطرح سؤالاً',
  input: 'سؤالك',
  send: 'إرسال',
  hint: 'مفتاح الإدخال يرسل السؤال',
  exactMatch: 'تطابق تام',
  closeMatch: 'تطابق قريب',
  related: 'ذو صلة',
  openSource: 'فتح المصدر',
  sources: 'المصادر',
  newConversation: 'محادثة جديدة',
  menu: 'المزيد',
  closeChat: 'إغلاق المحادثة',
  openChat: 'فتح المحادثة',
};
