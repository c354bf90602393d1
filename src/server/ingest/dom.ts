/** The few parts of a DOM node that reading needs; linkedom's nodes have them. The server room has no DOM types. */
export interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<DomNode>;
  readonly parentNode: DomNode | null;
  getAttribute?(name: string): string | null;
  querySelector?(selector: string): DomNode | null;
  querySelectorAll?(selector: string): Iterable<DomNode>;
}

export const ELEMENT = 1;
export const TEXT = 3;

/** All elements below `root` that match, in document order. */
export function selectAll(root: DomNode, selector: string): DomNode[] {
  return [...(root.querySelectorAll?.(selector) ?? [])];
}

/** An attribute's trimmed value, or empty. */
export function attribute(node: DomNode | null, name: string): string {
  return node?.getAttribute?.(name)?.trim() ?? '';
}

/** Text as a reader sees it: white space collapsed, zero-width characters and pilcrow links dropped. */
export function cleanText(text: string): string {
  return text
    .replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
