import { AssistersChat } from '../widget/assisters-chat.ts';

// Before the element is defined: elements that are on the page already start the moment it is.
AssistersChat.defaultApiUrl = new URL('v1', import.meta.url).href;
