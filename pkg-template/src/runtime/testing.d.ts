declare module "*/testing/nearest-name.js" {
  export function nearestName(name: string, known: readonly string[]): string | undefined;
}
