/** What the chunk of the renderer gives to `loadMarkdown`. */
export { answerStyles as ANSWER_CSS } from '../styles/answer.styles.ts';
export { MARKDOWN_CSS } from './markdown.styles.ts';
export { createMarkdownView } from './markdown-view.ts';
export { hasSanitiser, takeSanitiser } from './sanitise.ts';
