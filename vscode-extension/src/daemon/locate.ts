import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";

/** Where `agentxd` was found, or where it was looked for in vain. */
export type Located = { readonly program: string; readonly from: Source } | { readonly looked: readonly string[] };
export type Source = "setting" | "workspace" | "path" | "home";

export interface Surroundings {
  /** The setting `agentx.client.path`; empty for none. */
  readonly setting: string;
  readonly root: string;
  /** The variable PATH. */
  readonly searchPath: string;
  readonly home: string;
}

const NAME = process.platform === "win32" ? "agentxd.exe" : "agentxd";
const BIN = process.platform === "win32" ? "Scripts" : "bin";

/** The setting alone where it is set; else the workspace's environment, PATH, and where installers put programs. */
export async function locate(at: Surroundings): Promise<Located> {
  const looked: string[] = [];
  for (const [program, from] of candidates(at)) {
    if (await isProgram(program)) return { program, from };
    looked.push(program);
  }
  return { looked };
}

/** Every place in the order in which it is tried. */
export function candidates(at: Surroundings): readonly (readonly [string, Source])[] {
  if (at.setting) return [[path.resolve(at.root, withHome(at.setting, at.home)), "setting"]];
  return [
    ...[".venv", "venv"].map((name) => [path.join(at.root, name, BIN, NAME), "workspace"] as const),
    ...foldersOf(at.searchPath).map((folder) => [path.join(folder, NAME), "path"] as const),
    [path.join(at.home, ".local", "bin", NAME), "home"],
  ];
}

export function surroundings(setting: string, root: string): Surroundings {
  return { setting, root, searchPath: process.env["PATH"] ?? "", home: os.homedir() };
}

/** A program of this name on PATH; undefined where there is none. */
export async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of foldersOf(process.env["PATH"] ?? "")) {
    const program = path.join(folder, process.platform === "win32" ? `${name}.exe` : name);
    if (await isProgram(program)) return program;
  }
  return undefined;
}

function foldersOf(searchPath: string): readonly string[] {
  return searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

function withHome(file: string, home: string): string {
  return file === "~" || file.startsWith("~/") ? path.join(home, file.slice(1)) : file;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false; // not there, or not ours to run
  }
}
