/** The word list, bundled with the page: the same file that Python reads. */
import list from '../../reporting_app/crypto/wordlist.txt';

export const WORD_LIST: readonly string[] = list.split(/\s+/).filter((word) => word !== '');
