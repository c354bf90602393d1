import { baseStyles } from './base.styles.ts';
import { composerStyles } from './composer.styles.ts';
import { messageStyles } from './message.styles.ts';
import { panelStyles } from './panel.styles.ts';
import { tokens } from './tokens.ts';

/** What the panel is drawn with, in order. `baseStyles` first: its root reset would undo the others. */
export const STYLES = [baseStyles, tokens, panelStyles, messageStyles, composerStyles].join('');
