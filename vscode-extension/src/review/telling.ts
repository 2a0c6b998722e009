/** Why and Evidence, as pages that are rendered. */

import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { Proposal } from "../protocol.gen";
import type { Store } from "../state/store";
import type { HunkReader } from "./editing";
import { proposalOf } from "./hunks";
import { evidencePage, whyPage } from "./pages";

export const PAGE_SCHEME = "agentx-page";
const MOST_OUTPUTS = 20;

/** Pages of the scheme `agentx-page`: why/p1.2.md, evidence/p1.md, output/t1.e2.log. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #closers: vscode.Disposable[];

  constructor(
    private readonly daemon: Daemon,
    private readonly store: Store,
    private readonly reader: HunkReader,
  ) {
    this.#closers = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, this),
      store.onDidChangeProposals(() => this.#again()),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, kind, file = ""] = uri.path.split("/", 3);
    const id = file.replace(/\.(md|log)$/, "");
    if (kind === "why") return this.why(id);
    if (kind === "output") return (await this.daemon.request("agentx/evidence/get", { evidenceId: id })).output;
    return this.evidence(id);
  }

  /** Where a hunk comes from. */
  async why(id: string): Promise<string> {
    const proposal = await this.#proposal(proposalOf(id));
    return whyPage(await this.reader.read(id), proposal, this.store.task(proposal.taskId));
  }

  /** What was run for a proposal, with the whole output as far as it is few. */
  async evidence(id: string): Promise<string> {
    const proposal = await this.#proposal(proposalOf(id));
    const wanted = proposal.evidence.slice(0, MOST_OUTPUTS);
    const read = wanted.map(async (ran): Promise<[string, string]> => {
      const { output } = await this.daemon.request("agentx/evidence/get", { evidenceId: ran.id });
      return [ran.id, output || ran.tail];
    });
    return evidencePage(proposal, new Map(await Promise.all(read)));
  }

  async openWhy(id: string): Promise<void> {
    await rendered(`why/${id}.md`);
  }

  async openEvidence(id: string): Promise<void> {
    await rendered(`evidence/${proposalOf(id)}.md`);
  }

  async openOutput(id: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: PAGE_SCHEME, path: `/output/${id}.log` }));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    for (const closer of this.#closers) closer.dispose();
  }

  async #proposal(proposalId: string): Promise<Proposal> {
    return this.store.proposal(proposalId) ?? (await this.daemon.request("agentx/proposal/get", { proposalId })).proposal;
  }

  #again(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === PAGE_SCHEME && !document.uri.path.startsWith("/output/")) this.#changed.fire(document.uri);
    }
  }
}

/** With VS Code's own Markdown preview; where somebody switched that off, as text. */
async function rendered(place: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: PAGE_SCHEME, path: `/${place}` });
  try {
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  } catch {
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}
