/**
 * Makes the sibling nodes `old` of `parent` into `fresh`, reusing every old node that can stay: what did not change keeps
 * its selection and focus. Returns the nodes now there. Cost is linear in what is compared.
 */
export function sync(parent: Node, old: readonly ChildNode[], fresh: readonly ChildNode[]): ChildNode[] {
  const end = old.at(-1)?.nextSibling ?? null;
  const now = fresh.map((node, index) => {
    const was = old[index];
    if (was && become(was, node)) return was;
    if (was) was.replaceWith(node);
    else parent.insertBefore(node, end);
    return node;
  });
  for (const node of old.slice(fresh.length)) parent.removeChild(node);
  return now;
}

function become(was: ChildNode, node: ChildNode): boolean {
  if (was instanceof Text && node instanceof Text) {
    if (node.data.startsWith(was.data)) was.appendData(node.data.slice(was.length));
    else was.data = node.data;
    return true;
  }
  if (!(was instanceof Element && node instanceof Element)) return false;
  if (!was.cloneNode(false).isEqualNode(node.cloneNode(false))) return false;
  sync(was, [...was.childNodes], [...node.childNodes]);
  return true;
}
