/** The word list, bundled with the page: the file that Python reads, front-coded by the build (tools/front-code.mjs). */
import list from '../../reporting_app/crypto/wordlist.txt';

/** The words of a front-coded list, in order. */
export function unpack(packed: string): string[] {
  let before = '';
  return [...packed.matchAll(/(\d+)(\D+)/g)].map(([, shared, rest]) => (before = before.slice(0, Number(shared)) + rest));
}

export const WORD_LIST: readonly string[] = unpack(list);
