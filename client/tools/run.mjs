// Bundles one TypeScript file with esbuild and runs it: node client/tools/run.mjs FILE [arguments]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node client/tools/run.mjs FILE [arguments]');
  process.exit(2);
}
const client = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const directory = mkdtempSync(join(tmpdir(), 'rapp-run-'));
const outfile = join(directory, 'bundle.mjs');
try {
  await build({
    entryPoints: [resolve(file)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    // CommonJS packages in the bundle ask for these.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const env = { ...process.env, RAPP_REPOSITORY: dirname(client) };
  const { status, signal } = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...rest], { stdio: 'inherit', env });
  process.exitCode = signal === null ? (status ?? 1) : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
