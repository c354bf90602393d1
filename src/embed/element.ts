/**
 * `assisters-chat.js` as the server serves it, for pages that write `<assisters-chat>` themselves: the element, with the
 * API beside the module as its default.
 */
import { AssistersChat } from '../widget/index.ts';

export * from '../widget/index.ts';

AssistersChat.defaultApiUrl = new URL('v1', import.meta.url).href;
