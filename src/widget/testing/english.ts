import { words as attachments } from '../i18n/en/attachments.ts';
import { words as consent } from '../i18n/en/consent.ts';
import { words as editQuestion } from '../i18n/en/edit-question.ts';
import { words as feedback } from '../i18n/en/feedback.ts';
import { words as pageTools } from '../i18n/en/page-tools.ts';
import { words as sound } from '../i18n/en/sound.ts';
import { words as threads } from '../i18n/en/threads.ts';
import { words as visitorData } from '../i18n/en/visitor-data.ts';
import { words as voice } from '../i18n/en/voice.ts';
import { en, type Strings } from '../i18n/en.ts';

/** English of the panel and of all its parts. */
export const english: Strings = {
  ...en,
  ...attachments,
  ...consent,
  ...editQuestion,
  ...feedback,
  ...pageTools,
  ...sound,
  ...threads,
  ...visitorData,
  ...voice,
};
