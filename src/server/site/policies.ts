/** Trusted Types that the widget makes: its own, Lit's and DOMPurify's. */
const TRUSTED_TYPES =
  "require-trusted-types-for 'script'; trusted-types assisters lit-html dompurify 'allow-duplicates'";

/** Pages with the widget on them. */
export const WIDGET_PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  TRUSTED_TYPES,
].join('; ');

/** Pages to read: no script at all. */
export const READING_PAGE_CSP = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page inside an iframe. @param ancestors `frame-ancestors` sources of the key */
export function embedPageCsp(ancestors: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
    TRUSTED_TYPES,
  ].join('; ');
}
