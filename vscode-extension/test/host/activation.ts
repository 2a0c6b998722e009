const NAME = "agentx.agentx";

/** What the extension host itself measured of our activation, in milliseconds. */
export interface Activation {
  readonly loadMs: number;
  readonly activateMs: number;
}

interface Mark {
  readonly name: string;
  readonly startTime: number;
}

/** From the marks that the extension host sets around loading and activating each extension. */
export function activation(): Activation {
  const marks = hostMarks();
  const at = (step: string): number =>
    marks.find(({ name }) => name === `code/extHost/${step}/${NAME}`)?.startTime ?? Number.NaN;
  return {
    loadMs: at("didLoadExtensionCode") - at("willLoadExtensionCode"),
    activateMs: at("didActivateExtension") - at("willActivateExtension"),
  };
}

function hostMarks(): readonly Mark[] {
  const marks: unknown = Reflect.get(globalThis, "MonacoPerformanceMarks");
  const { getMarks } = marks as { getMarks(): readonly Mark[] };
  return getMarks();
}
