/** One object for all elements that are drawn with the same sheet. */
const sheets = new Map<string, CSSStyleSheet>();

/**
 * Adds a sheet to a shadow root: behind those it has, or (`first`) before them, so that where both speak of a thing the
 * others decide.
 */
export function addStyles(root: ShadowRoot, css: string, first = false): void {
  if (root.adoptedStyleSheets) {
    let sheet = sheets.get(css);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      sheets.set(css, sheet);
    }
    root.adoptedStyleSheets = first ? [sheet, ...root.adoptedStyleSheets] : [...root.adoptedStyleSheets, sheet];
  } else {
    const style = document.createElement('style');
    style.textContent = css;
    if (first) root.prepend(style);
    else root.append(style);
  }
}
