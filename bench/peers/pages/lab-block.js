import DOMPurify from 'dompurify';
import { lexer, parser } from 'marked';
import { startLab } from './lab.js';

/** Markdown with marked and DOMPurify; only the last block is parsed and drawn again, once a frame. */
startLab((node) => {
  let open = '';
  let openNodes = [];
  const draw = (source) => DOMPurify.sanitize(source, { RETURN_DOM_FRAGMENT: true });
  return {
    write(text) {
      open += text;
      const tokens = lexer(open);
      for (const old of openNodes) old.remove();
      const last = tokens.findLastIndex((token) => token.type !== 'space');
      if (last > 0) {
        const closed = tokens.slice(0, last);
        node.append(draw(parser(closed)));
        open = open.slice(closed.reduce((length, token) => length + token.raw.length, 0));
      }
      const fragment = draw(parser(tokens.slice(Math.max(last, 0))));
      openNodes = [...fragment.childNodes];
      node.append(fragment);
    },
    end() {},
  };
});
