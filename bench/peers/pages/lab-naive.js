import DOMPurify from 'dompurify';
import { parse } from 'marked';
import { readDeltas } from './read-deltas.js';

/** What one writes first: the whole answer through marked and DOMPurify into innerHTML, and a scroll, on each delta. */
const launcher = document.createElement('button');
launcher.className = 'lab-launcher';
launcher.textContent = 'Chat';
launcher.onclick = () => {
  const log = document.createElement('div');
  log.style.cssText = 'height:600px;width:400px;overflow:auto';
  const input = document.createElement('textarea');
  input.className = 'lab-input';
  document.body.append(log, input);
  input.onkeydown = (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const answer = log.appendChild(document.createElement('div'));
    let text = '';
    readDeltas((delta) => {
      text += delta;
      answer.innerHTML = DOMPurify.sanitize(parse(text));
      log.scrollTop = log.scrollHeight;
    });
  };
};
document.body.append(launcher);
