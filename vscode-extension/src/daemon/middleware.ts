import type { Middleware } from "vscode-languageclient/node";
import { reviewMiddleware } from "../review/middleware";

/** What the extension does differently from what the language client would do by itself. */
export const middleware: Middleware = { ...reviewMiddleware };
