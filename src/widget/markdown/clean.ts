/** Tag characters and bidirectional controls: they hide text from readers or make it read as something else. */
const HIDDEN = /[\u{e0000}-\u{e007f}\u202a-\u202e\u2066-\u2069]/gu;

/** Text without hidden characters. Marks that scripts need (ZWJ, ZWNJ, LRM, RLM) stay. */
export function visible(text: string): string {
  return text.replace(HIDDEN, '');
}

/** Source as the renderer reads it: LF line ends, U+FFFD for NUL, nothing hidden. Must not be split inside CR LF or a pair. */
export function clean(text: string): string {
  return visible(text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd'));
}
