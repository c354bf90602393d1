import { startLab } from './lab.js';

/** Text only: each frame appends what is new to one text node per frame. No markdown. */
startLab((node) => ({ write: (text) => node.append(text), end() {} }));
