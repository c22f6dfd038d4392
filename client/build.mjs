// Bundles the browser code and styles: hashed names, a manifest with integrity values, nothing else.
// `node build.mjs` once; `node build.mjs --sizes` also prints what each file weighs compressed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';
import { frontCode } from './tools/front-code.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);

const SITE = {
  folder: path.join(root, 'reporting_app/site/static/build'),
  scripts: ['src/pages/exit.ts', 'src/pages/report.ts', 'src/pages/receipt.ts'],
  styles: { 'site.css': ['styles/tokens.css', 'styles/site.css'], 'statistics.css': ['styles/statistics.css'] },
  copies: ['styles/icon.svg'],
};
const PANEL = {
  folder: path.join(root, 'reporting_app/admin/static/build'),
  scripts: ['src/panel/panel.ts'],
  styles: { 'panel.css': ['styles/tokens.css', 'styles/panel.css'] },
  copies: ['styles/icon.svg'],
};

const OPTIONS = {
  bundle: true,
  write: false,
  minify: true,
  target: 'es2022',
  legalComments: 'external',
  plugins: [{ name: 'word list', setup: packWords }],
  absWorkingDir: here,
  logLevel: 'warning',
};

function packWords({ onLoad }) {
  onLoad({ filter: /wordlist\.txt$/ }, async ({ path: file }) => ({ contents: frontCode(await readFile(file, 'utf8')), loader: 'text' }));
}

/** Name → bytes of every output of one destination. Sources that do not exist (yet) are left out. */
async function bundle(destination) {
  const outputs = new Map();
  for (const source of destination.scripts.filter(isThere)) {
    const result = await build({ ...OPTIONS, entryPoints: [source], format: 'iife', charset: 'utf8', outdir: 'out' });
    for (const { path: name, contents } of result.outputFiles) outputs.set(path.basename(name), name.endsWith('.js') ? await smaller(contents) : contents);
  }
  for (const [name, sources] of Object.entries(destination.styles)) {
    if (!sources.every(isThere)) continue;
    const contents = sources.map((source) => `@import "./${source}";`).join('\n');
    const stdin = { contents, loader: 'css', resolveDir: here };
    const result = await build({ ...OPTIONS, stdin, outdir: 'out' });
    outputs.set(name, result.outputFiles.find((file) => file.path.endsWith('.css')).contents);
  }
  for (const source of destination.copies.filter(isThere)) {
    outputs.set(path.basename(source), await readFile(path.join(here, source)));
  }
  return outputs;
}

/** esbuild's own names compress worse: 2 kB of the report page, which is to come over a bad connection. */
async function smaller(script) {
  const { code } = await minify(Buffer.from(script).toString(), { compress: { passes: 2 } });
  return Buffer.from(code);
}

function isThere(source) {
  return existsSync(path.join(here, source));
}

/** Writes the outputs under hashed names, then the manifest in one step, then removes what is no longer named. */
async function publish(folder, outputs) {
  await mkdir(folder, { recursive: true });
  const manifest = {};
  const kept = new Set(['manifest.json']);
  for (const [name, contents] of outputs) {
    const digest = createHash('sha384').update(contents).digest();
    const { name: stem, ext } = path.parse(name);
    const file = name.endsWith('.LEGAL.txt') ? name : `${stem}-${digest.toString('hex').slice(0, 16)}${ext}`;
    await put(path.join(folder, file), contents);
    await put(path.join(folder, `${file}.br`), brotliCompressSync(contents));
    await put(path.join(folder, `${file}.gz`), gzipSync(contents, { level: 9 }));
    for (const suffix of ['', '.br', '.gz']) kept.add(file + suffix);
    if (file !== name) manifest[name] = { file, integrity: `sha384-${digest.toString('base64')}` };
  }
  await put(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of await readdir(folder)) if (!kept.has(file) && !file.endsWith('.new')) await rm(path.join(folder, file), { force: true });
}

/** Whole or not at all: a site that runs meanwhile never reads half a file. */
async function put(file, contents) {
  const draft = `${file}.${process.pid}.new`;
  await writeFile(draft, contents);
  await rename(draft, file);
}

for (const destination of [SITE, PANEL]) {
  const outputs = await bundle(destination);
  const hasWork = [...outputs.keys()].some((name) => name.endsWith('.css') || name.endsWith('.js'));
  if (!hasWork) continue;
  await publish(destination.folder, outputs);
  if (!process.argv.includes('--sizes')) continue;
  for (const [name, contents] of outputs) {
    process.stdout.write(`${name} ${contents.length} raw, ${brotliCompressSync(contents).length} brotli\n`);
  }
}
