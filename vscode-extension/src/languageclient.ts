// A bundle of its own, loaded when the daemon starts: activation does not wait for it.
export * from "vscode-languageclient/node";
