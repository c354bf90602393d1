/**
 * `assisters-chat.js` as the server serves it, for pages that write `<assisters-chat>` themselves: the element, with the
 * API beside the module as its default.
 */
import './default-api.ts';

export * from '../widget/index.ts';
