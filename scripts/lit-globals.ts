import type { Plugin } from 'rolldown';

/**
 * What Lit leaves on `window`: lists of loaded versions (read by its development build only) and the store of decorator
 * metadata (we use no decorators). The page is not ours, so they stay inside the module.
 */
const GLOBALS: readonly (readonly [name: string, found: RegExp, instead: string])[] = [
  ['reactiveElementVersions', /\(\w+\.reactiveElementVersions\?\?=\[\]\)\.push\("[\d.]+"\)/g, '0'],
  ['litHtmlVersions', /\(\w+\.litHtmlVersions\?\?=\[\]\)\.push\("[\d.]+"\)/g, '0'],
  ['litElementVersions', /\(\w+\.litElementVersions\?\?=\[\]\)\.push\("[\d.]+"\)/g, '0'],
  ['litPropertyMetadata', /\w+\.litPropertyMetadata\?\?=new WeakMap/g, '0'],
  ['litPropertyMetadata', /\blitPropertyMetadata\.get\(/g, '(new WeakMap).get('],
];

/** Pages patch `Element.prototype.remove` (MooTools, Prototype); Lit's one use of it goes around. */
const REMOVE = /\b\w\((\w)\)\.remove\(\)/g;

/** Keeps those names off `window`; an end-to-end test counts what is left there. Fails the build when Lit has new ones. */
export function withoutLitGlobals(): Plugin {
  return {
    name: 'without-lit-globals',
    transform: {
      filter: { id: /node_modules\/(@lit\/reactive-element|lit-html|lit-element)\// },
      handler(code, id) {
        let out = code;
        for (const [, found, instead] of GLOBALS) out = out.replace(found, instead);
        out = out.replace(REMOVE, '$1.parentNode?.removeChild($1)');
        const left = /\w+\.(\w+Versions|litPropertyMetadata)\s*\?\?=/.exec(out);
        if (left) throw new Error(`${id} puts ${left[1]} on window in a way scripts/lit-globals.ts does not know.`);
        return out === code ? null : { code: out, map: null };
      },
    },
  };
}
