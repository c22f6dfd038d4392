/** Quick exit, on every page: small, loaded first, depends on nothing. Without it the button is still a plain link. */

const DOUBLE_ESCAPE_MS = 1_000;
const root = document.documentElement;
const exit = document.getElementById('exit') as HTMLAnchorElement;

function wipe(): void {
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')) {
    field.value = '';
  }
  for (const shown of document.querySelectorAll('[data-private]')) shown.textContent = '';
}

function leave(event?: Event): void {
  event?.preventDefault();
  root.dataset.leaving = '';
  wipe();
  document.title = '1177';
  const target = exit.href;
  document.body.replaceChildren();
  // What the page was still doing finds nothing to write on, and tells nobody.
  addEventListener('unhandledrejection', (failed) => failed.preventDefault());
  location.replace(target);
}

let lastEscape = -Infinity;
exit.addEventListener('click', leave);
exit.addEventListener('keydown', (event) => {
  if (event.key === ' ') leave(event);
});
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.repeat) return;
  if (event.timeStamp - lastEscape < DOUBLE_ESCAPE_MS) leave(event);
  lastEscape = event.timeStamp;
});

// Nothing typed stays behind in a page that the browser keeps for its back button.
addEventListener('pagehide', wipe);
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
root.dataset.exit = 'ready';
