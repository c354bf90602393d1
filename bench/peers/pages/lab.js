import { readDeltas } from './read-deltas.js';

/**
 * The floor: a launcher, a panel, a log and a box in plain DOM, and nothing a product needs. `startLab` takes what
 * writes an answer: `write(text)` is called at most once a frame with the text that is new, `end()` once.
 */
const STYLE = `.lab-launcher{position:fixed;right:20px;bottom:20px;width:56px;height:56px;border-radius:50%}
.lab-panel{position:fixed;right:20px;bottom:88px;width:400px;height:600px;display:flex;flex-direction:column;border:1px solid}
.lab-scroll{flex:1;overflow:auto;display:flex;flex-direction:column-reverse}
.lab-answer{white-space:pre-wrap;overflow-wrap:anywhere}.lab-answer>*{white-space:normal}.lab-answer pre{white-space:pre;overflow:auto}`;
/** Messages in the page at a time; the rest stay data. */
const WINDOW = 60;

const element = (tag, className, parent, text = '') => {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  parent.append(node);
  return node;
};

export function startLab(answerInto) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets = [sheet];
  const launcher = element('button', 'lab-launcher', document.body, 'Chat');
  launcher.onclick = async () => {
    const panel = element('div', 'lab-panel', document.body);
    const log = element('div', 'lab-log', element('div', 'lab-scroll', panel));
    const input = element('textarea', 'lab-input', panel);
    const messages = window.labHistory ? await (await fetch('/plain/history')).json() : [];
    for (const { role, content } of messages.slice(-WINDOW)) {
      const answer = answerInto(element('div', `lab-answer ${role}`, log));
      answer.write(content);
      answer.end();
    }
    input.onkeydown = (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      element('div', 'lab-question', log, input.value);
      input.value = '';
      const answer = answerInto(element('div', 'lab-answer', log));
      let fresh = '';
      let frame = 0;
      const flush = () => {
        frame = 0;
        answer.write(fresh);
        fresh = '';
      };
      readDeltas((delta) => {
        fresh += delta;
        frame ||= requestAnimationFrame(flush);
      }).then(() => {
        cancelAnimationFrame(frame);
        flush();
        answer.end();
      });
    };
  };
}
