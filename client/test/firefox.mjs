/**
 * Drives Debian's Firefox for tests/browser/second_engine.py: one JSON line in, one JSON line out. In Node because
 * Playwright drives only a Firefox of its own make; puppeteer-core speaks WebDriver BiDi with the one that people have.
 * People's way only: what is visible, by its name, with mouse and keyboard. All of it works without page scripts too.
 */
import { createInterface } from 'node:readline';
import { launch } from 'puppeteer-core';

const PATIENCE_MS = 20_000;
const MOMENT_MS = 100;
const LONGEST_RUN_MS = 240_000;
const [executablePath, preferences] = process.argv.slice(2);
const [width, height] = [360, 740];

/** Runs in the page: the middle of the visible, usable control of this name, brought to the screen; else null. */
function aim(name) {
  const nameOf = (one) => one.getAttribute('aria-label') ?? one.labels?.[0]?.innerText ?? one.innerText;
  const found = [...document.querySelectorAll('a, button, input, select, summary, textarea')].find(
    (one) => nameOf(one).trim() === name && one.checkVisibility() && !one.disabled,
  );
  if (found === undefined) return null;
  found.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { x, y, width, height } = found.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2, isUnderPointer: found.matches(':hover') };
}

/** Runs in the page: whether this stands in its main part, visible. */
function isSeen(text) {
  const holders = [...document.querySelectorAll('main *')].filter((one) => one.textContent.includes(text));
  return holders.some((one) => one.checkVisibility() && !holders.some((other) => one !== other && one.contains(other)));
}

/** Runs in the page: what a person sees of `selector`, piece by piece. */
function textsOf(selector) {
  return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map((one) => one.innerText.trim());
}

/** Runs in the page: what the browser tells of itself, to see that a profile took effect, and how far it scrolls sideways. */
function self() {
  return {
    hasWebAssembly: typeof WebAssembly !== 'undefined',
    sideways: document.scrollingElement.scrollWidth - document.documentElement.clientWidth,
    timezone: new Date().getTimezoneOffset(),
  };
}

/** Asks again until there is an answer; null when there was none for PATIENCE_MS. */
async function patiently(ask) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) return null;
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
  }
}

setTimeout(() => process.exit(2), LONGEST_RUN_MS).unref();
const browser = await launch({ browser: 'firefox', executablePath, extraPrefsFirefox: JSON.parse(preferences) });
const page = await browser.newPage();
await page.setViewport({ width, height });
const requests = [];
const problems = [];
page.on('request', (request) => requests.push(request.url()));
page.on('pageerror', (error) => problems.push(error.message));
page.on('console', (said) => problems.push(said.text()));

/** Moves the pointer there until the control feels it and has kept its place for a moment, then clicks. */
async function press(name) {
  const reached = await patiently(async () => {
    const before = await page.evaluate(aim, name);
    if (before === null) return false;
    await page.mouse.move(before.x, before.y);
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    const after = await page.evaluate(aim, name);
    return after?.isUnderPointer && after.x === before.x && after.y === before.y;
  });
  if (!reached) throw new Error(`nothing called ${name} can be pressed; the page says: ${await page.evaluate(textsOf, 'main')}`);
  await page.mouse.down();
  await page.mouse.up();
}

const STEPS = {
  async open({ url }) {
    const answer = await page.goto(url);
    return { status: answer.status(), policy: answer.headers()['content-security-policy'] };
  },
  press: ({ name }) => press(name),
  async write({ name, text }) {
    await press(name);
    await page.keyboard.type(text);
  },
  async sees({ text }) {
    const seen = await patiently(() => page.evaluate(isSeen, text));
    if (seen === null) throw new Error(`never saw ${text}; the page says: ${await page.evaluate(textsOf, 'main')}`);
  },
  texts: ({ selector }) => page.evaluate(textsOf, selector),
  self: () => page.evaluate(self),
  async record() {
    return { requests, problems, cookies: (await browser.cookies()).length };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { step, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await STEPS[step](given)) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
process.exit(0);
