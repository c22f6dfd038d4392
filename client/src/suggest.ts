/** Words of the list that could be meant by what is typed. No page here. */
import { fold } from './crypto/receipt.ts';

const MOST = 4;
/** With fewer letters the list says nothing. */
const LEAST_LETTERS = 2;

/** At most four words that begin as `typed` does; none once it is the only such word itself. */
export function beginningAs(typed: string, list: readonly string[]): string[] {
  const start = fold(typed);
  const found = start.length < LEAST_LETTERS ? [] : list.filter((word) => fold(word).startsWith(start)).slice(0, MOST);
  return found.length === 1 && fold(found[0]!) === start ? [] : found;
}

/** At most four words one letter away: another letter, one too few, one too many or two that changed places. */
export function closeTo(typed: string, list: readonly string[]): string[] {
  const wrong = fold(typed);
  return list.filter((word) => isClose(fold(word), wrong)).slice(0, MOST);
}

function isClose(left: string, right: string): boolean {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  const [one, other] = [left.slice(at), right.slice(at)];
  const swapped = one.length > 1 && other.startsWith(one[1]! + one[0]!) && one.slice(2) === other.slice(2);
  return one.slice(1) === other.slice(1) || one.slice(1) === other || one === other.slice(1) || swapped;
}
