/** A file that is far too large to be right is not sent at all. */
const MOST_FILE = 8 * 1024 * 1024;

export function guardFiles(sentence: string): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('input[type="file"]')) {
    input.addEventListener('change', () => {
      const large = [...(input.files ?? [])].some((file) => file.size > MOST_FILE);
      input.setCustomValidity(large ? sentence : '');
      input.reportValidity();
    });
  }
}
