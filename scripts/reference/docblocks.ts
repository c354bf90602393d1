import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { Parameter } from './sdk-page.ts';

/** Reads declarations and their docblocks out of TypeScript sources. */

export type Declaration =
  | ts.InterfaceDeclaration
  | ts.ClassDeclaration
  | ts.TypeAliasDeclaration
  | ts.FunctionDeclaration
  | ts.VariableStatement;

/** What the files declare at their top, by name. */
export function declarationsIn(files: readonly string[]): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    for (const node of source.statements) {
      const isOurs =
        ts.isInterfaceDeclaration(node) ||
        ts.isClassDeclaration(node) ||
        ts.isTypeAliasDeclaration(node) ||
        ts.isFunctionDeclaration(node);
      if (isOurs && node.name) found.set(node.name.text, node);
      if (ts.isVariableStatement(node)) found.set(node.declarationList.declarations[0]!.name.getText(), node);
    }
  }
  return found;
}

/** The docblock in Markdown, its first code block apart. */
export function docOf(node: ts.Node): { doc: string; example: string } {
  const block = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const text = (block?.getText() ?? '')
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^ *\* ?/gm, '')
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/^@(param|returns|throws|defaultValue)[\s\S]*/m, '')
    .trim();
  const match = /```tsx?\n([\s\S]*?)```/.exec(text);
  const doc = text.replace(/```tsx?\n[\s\S]*?```\n*/, '').replace(/([^\n])\n(?=[^\n-])/g, '$1 ');
  return { doc: doc.trim(), example: match?.[1]?.trimEnd() ?? '' };
}

export const typeText = (type: ts.TypeNode | undefined): string =>
  (type?.getText() ?? 'unknown')
    .replace(/ \| undefined$/, '')
    .replace(/\s+/g, ' ')
    .replace(/\breadonly (?=\w+\[)/g, '');

/** Properties of an object type. */
export function membersOf(members: ts.NodeArray<ts.TypeElement>): Parameter[] {
  return members.filter(ts.isPropertySignature).map((one) => {
    const { doc } = docOf(one);
    const fallback = /\bDefault:? (`[^`]+`|[\d ]+|false|true)/i.exec(doc)?.[1]?.replaceAll('`', '').trim() ?? '';
    return { name: one.name.getText(), type: typeText(one.type), required: !one.questionToken, fallback, doc };
  });
}
