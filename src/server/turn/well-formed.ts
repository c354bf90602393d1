/**
 * Text that every engine stores as it is. Same length: each unpaired surrogate and each NUL becomes U+FFFD, because
 * neither survives UTF-8 columns.
 */
export function wellFormed(text: string): string {
  // With the u flag, a surrogate class matches only halves that have no partner.
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replaceAll('\0', '\uFFFD');
}
