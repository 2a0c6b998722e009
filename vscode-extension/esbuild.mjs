// Bundles the extension, the pages of its webviews and, with --tests, the tests of the extension host.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";

const isWatching = process.argv.includes("--watch");
const hasTests = process.argv.includes("--tests");

/** Files of a folder that end so; none where there is no such folder. */
function files(folder, ...endings) {
  try {
    return readdirSync(folder)
      .filter((name) => endings.some((ending) => name.endsWith(ending)) && !name.endsWith(".d.ts"))
      .map((name) => join(folder, name));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

const shared = { bundle: true, logLevel: "warning", sourcemap: "linked", sourcesContent: false };
// What is imported later is required later: Node does not see the names of a bundle that it imports.
const host = { ...shared, platform: "node", target: "node20", format: "cjs", supported: { "dynamic-import": false } };

/** The language client is four fifths of the program and a bundle of its own. */
const languageClient = {
  name: "language client apart",
  setup(build) {
    build.onResolve({ filter: /\/languageclient$/ }, () => ({ path: "./languageclient.js", external: true }));
  },
};

const bundles = [
  {
    ...host,
    entryPoints: ["src/extension.ts", "src/languageclient.ts"],
    external: ["vscode"],
    plugins: [languageClient],
    outdir: "dist",
    minify: true,
  },
];

// Every file directly in webview/ is a page's program or style: webview/chat.ts becomes dist/webview/chat.js.
const pages = files("webview", ".ts", ".css");
if (pages.length > 0) {
  bundles.push({
    ...shared,
    entryPoints: pages,
    outdir: "dist/webview",
    platform: "browser",
    target: "es2022",
    format: "iife",
    minify: true,
  });
}

// Every test/host/*.test.ts is a test of its own; test/host/index.ts runs them all.
if (hasTests) {
  bundles.push({
    ...host,
    entryPoints: [...files("test/host", ".test.ts"), "test/host/index.ts"],
    external: ["vscode", "mocha"],
    outdir: "build/host",
  });
}

if (!isWatching) for (const bundle of bundles) rmSync(bundle.outdir, { recursive: true, force: true });
for (const bundle of bundles) {
  if (isWatching) await (await esbuild.context(bundle)).watch();
  else await esbuild.build(bundle);
}
