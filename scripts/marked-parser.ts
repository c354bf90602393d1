import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { type Node, nodesOf } from './minify-css.ts';

/**
 * Leaves of marked what is imported: its lexer. The package is one file that also makes a default instance and hangs
 * functions onto `marked` while it loads, and its lexer names the classes that render, so a bundler must keep all of it.
 * We use neither; statements are taken out, expressions are marked as free of side effects. Fails when marked changed so
 * that nothing is gained.
 */
export function onlyMarkedParser(): Plugin {
  return {
    name: 'only-marked-parser',
    transform: {
      filter: { id: /node_modules\/marked\/lib\/marked\.esm\.js$/ },
      handler(code, id) {
        const program = parseAst(code, { lang: 'js' }, id);
        const edits: { start: number; end: number; text: string }[] = [];
        for (const node of program.body as unknown as Node[]) {
          // `marked.options = …`: only for those who call `marked`.
          if (node.type === 'ExpressionStatement') edits.push({ start: node.start, end: node.end, text: '' });
          if (node.type !== 'VariableDeclaration') continue;
          for (const { init } of node.declarations as { init: Node | null }[]) {
            if (init?.type === 'NewExpression')
              edits.push({ start: init.start, end: init.start, text: '/*@__PURE__*/' });
            // `marked.use` under another name: reading it is no effect.
            if (init?.type === 'MemberExpression') edits.push({ start: init.start, end: init.end, text: '0' });
          }
        }
        if (edits.length < 10 || [...nodesOf(program)].length === 0)
          throw new Error(`${id} is not as scripts/marked-parser.ts knows it.`);
        let out = code;
        for (const { start, end, text } of edits.sort((a, b) => b.start - a.start))
          out = out.slice(0, start) + text + out.slice(end);
        return { code: out, map: null };
      },
    },
  };
}
