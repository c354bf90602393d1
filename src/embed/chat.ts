/** The element as the pasted script loads it. The launcher is the script's; only an element the page wrote itself needs another. */
import { define } from '../widget/define.ts';

define((root) => import('../widget/launcher.ts').then(({ drawLauncher }) => drawLauncher(root)));
