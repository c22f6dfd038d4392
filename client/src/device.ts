/** What the browser itself gives: randomness and today's date. Handed to code that takes them as arguments. */

export function random(size: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Today in UTC, YYYY-MM-DD. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Whether this browser can do what the page needs. */
export function isCapable(): boolean {
  return typeof crypto?.getRandomValues === 'function' && typeof AbortSignal.timeout === 'function' && typeof Object.hasOwn === 'function';
}
