// The few things of Node that tests and tools use, so that @types/node need not be a dependency.
declare module 'node:fs' {
  export function readFileSync(path: string, encoding: 'utf8'): string;
  export function writeFileSync(path: string, text: string): void;
  export function existsSync(path: string): boolean;
  export function readdirSync(path: string): string[];
  export function mkdirSync(path: string, options: { recursive: boolean }): void;
}
declare module 'node:util' {
  export function isDeepStrictEqual(left: unknown, right: unknown): boolean;
}
declare module 'node:path' {
  export function join(...parts: string[]): string;
}
declare module 'node:process' {
  const process: { readonly argv: string[]; readonly env: Record<string, string | undefined>; exitCode: number | undefined };
  export default process;
}
declare module 'node:test' {
  export function test(name: string, body: () => void | Promise<void>): void;
}
declare module 'node:assert/strict' {
  const assert: {
    (value: unknown, message?: string): asserts value;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    throws(block: () => unknown, check: (error: unknown) => boolean, message?: string): void;
    fail(message: string): never;
  };
  export default assert;
}
declare module '*/front-code.mjs' {
  export function frontCode(list: string): string;
}
