import type { Middleware } from "vscode-languageclient/node";

/** What the extension does differently from what the language client would do by itself. */
export const middleware: Middleware = {};
