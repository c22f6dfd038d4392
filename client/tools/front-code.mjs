/**
 * A sorted word list in fewer bytes: of each word, how many letters it shares with the one before, then the rest.
 * `src/words.ts` reads it.
 */
export function frontCode(list) {
  let before = '';
  return list.split(/\s+/).filter((word) => word !== '').map((word) => {
    let shared = 0;
    while (shared < word.length && word[shared] === before[shared]) shared++;
    before = word;
    return `${shared}${word.slice(shared)}`;
  }).join('');
}
