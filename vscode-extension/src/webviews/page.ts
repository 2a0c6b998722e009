import { randomBytes } from "node:crypto";

/** What a page needs to begin: addresses within the webview, and its source for the policy. */
export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** `webview.cspSource`. */
  readonly source: string;
}

/** A page with one script and one style of ours; nothing else may be loaded or run in it. */
export function pageOf({ title, script, style, source }: PageParts): string {
  const nonce = randomBytes(18).toString("base64");
  const policy = [
    "default-src 'none'",
    `style-src ${source}`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${source}`,
    "img-src 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title}</title>
</head>
<body>
<div id="page"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
