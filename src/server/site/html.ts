/** Text as HTML: safe inside elements and quoted attributes. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (char) => names[char]!);
}

const GLYPH =
  '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path fill="currentColor" d="M12 3C6.8 3 3 6.5 3 10.8c0 2.4 1.2 4.5 3.1 5.9l-.6 3.6c-.1.5.4.8.8.6l3.7-1.9c.6.1 1.3.2 2 .2 5.2 0 9-3.5 9-8.4S17.2 3 12 3Z"/></svg>';

/** A page of ours in the look of the demo page; styles come from `/site.css`, scripts are not needed. */
export function htmlPage(page: { readonly title: string; readonly body: string; readonly className: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} · Assisters</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/site.css">
<link rel="stylesheet" href="/reading.css">
</head>
<body class="${page.className}">
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
  <a class="brand" href="/">${GLYPH}Assisters</a>
  <nav aria-label="Site"><a href="/guides/">Guides</a> <a href="/docs">API</a></nav>
</header>
${page.body}
</body>
</html>
`;
}

/** Escaped text whose long runs without a space may be broken after their punctuation, as media types and lists are. */
export function breakable(html: string): string {
  return html.replace(/\S{32,}/g, (run) => run.replace(/[,./-](?=.)/g, '$&<wbr>'));
}
