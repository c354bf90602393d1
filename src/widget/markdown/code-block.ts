/** A code block of ours: header with language, copy and wrap buttons, then the code as text. */
export interface CodeBlock {
  readonly element: HTMLElement;
  /** The code. Streaming appends to it. */
  readonly text: Text;
}

function button(name: string, label: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = name;
  element.textContent = label;
  return element;
}

/** An empty code block. The buttons are served by the view's one listener, by class. */
export function codeBlock(language: string, labels: { copyLabel: string; wrapLabel: string }): CodeBlock {
  const element = document.createElement('div');
  element.className = 'code-block';
  const header = document.createElement('div');
  header.className = 'code-header';
  const name = document.createElement('span');
  name.className = 'code-language';
  name.textContent = language;
  const wrap = button('code-wrap', labels.wrapLabel);
  wrap.ariaPressed = 'false';
  header.append(name, wrap, button('code-copy', labels.copyLabel));
  const pre = document.createElement('pre');
  // Code scrolls sideways, and what scrolls must be reachable by keyboard.
  pre.tabIndex = 0;
  // Code reads left to right in every language.
  pre.dir = 'ltr';
  const code = document.createElement('code');
  const text = document.createTextNode('');
  code.append(text);
  pre.append(code);
  element.append(header, pre);
  return { element, text };
}
