export declare function patchConsole(
  level: string,
  requestId: () => string | undefined,
  write: (line: string) => void,
): void
export declare function lineOf(
  level: string,
  requestId: string | undefined,
  values: readonly unknown[],
): string
