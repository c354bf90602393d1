import { AssistersChat } from './assisters-chat.ts';
import { TAG } from './names.ts';

/** Makes `<assisters-chat>` known. A page may carry the script twice, or a script and a module: the first definition stays. */
export function define(drawLauncher: (typeof AssistersChat)['drawLauncher']): void {
  AssistersChat.drawLauncher = drawLauncher;
  const { customElements } = globalThis;
  // On a server there is none.
  if (customElements && !customElements.get(TAG)) customElements.define(TAG, AssistersChat);
}
