import * as vscode from "vscode";
import type { Daemon } from "../daemon/daemon";
import type { ModelItem, ProviderItem } from "../protocol.gen";
import { tokens } from "../webviews/format";

interface Choice extends vscode.QuickPickItem {
  readonly chosen?: { readonly provider: string; readonly model: string };
}

/** Ask which model is to work, among those that the providers have now. */
export async function pickModel(daemon: Daemon): Promise<Choice["chosen"]> {
  const asked = daemon.request("agentx/model/list", {}).then(({ providers }) => choicesOf(providers));
  const choice = await vscode.window.showQuickPick(asked, {
    title: "A model for this chat, from the next turn on",
    placeHolder: "Provider and model",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return choice?.chosen;
}

/** Providers that can be used first; of the others, why they cannot. */
export function choicesOf(providers: readonly ProviderItem[]): Choice[] {
  const usable = providers.filter(isUsable);
  const others = providers.filter((provider) => !isUsable(provider));
  return [...usable.flatMap(choices), ...(others.length ? [separator("not set up")] : []), ...others.map(refused)];
}

function isUsable(provider: ProviderItem): boolean {
  return provider.isReachable && (provider.isSetUp || Boolean(provider.about));
}

function choices(provider: ProviderItem): Choice[] {
  const first: Choice = {
    label: provider.name,
    description: provider.isChosen ? "of the settings" : "its default model",
    detail: provider.about,
    chosen: { provider: provider.name, model: "" },
  };
  const models = provider.models.map((model) => ({
    label: `${provider.name}/${model.name}`,
    description: factsOf(model),
    chosen: { provider: provider.name, model: model.name },
  }));
  return [separator(provider.name), first, ...models];
}

function factsOf(model: ModelItem): string {
  const window = model.contextTokens ? `${tokens(model.contextTokens)} tokens` : "";
  const price = model.isPriced ? `$${model.inputPrice} in, $${model.outputPrice} out for a million` : "";
  return [window, price].filter(Boolean).join(" · ");
}

function refused(provider: ProviderItem): Choice {
  return { label: `$(circle-slash) ${provider.name}`, description: provider.reason, detail: provider.nextStep };
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
