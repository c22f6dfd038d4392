/** What in a text could tell who wrote it: patterns of all languages at once, and rather a miss than a false alarm. */

export type HintKind = 'number' | 'phone' | 'mail' | 'street' | 'time' | 'room' | 'only';

export interface Hint {
  readonly kind: HintKind;
  /** As it stands in the text, with single spaces. */
  readonly quoted: string;
}

const MONTHS =
  '(?:jan(?:uar[iy])?|feb(?:ruar[iy])?|mar(?:s|ch)?|apr(?:il)?|ma[jy]|jun[ei]?|jul[iy]|aug(?:usti?)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?|(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu\\p{L}*)';
const HOURS = '(?:ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv)';
/** A number of something is no address. */
const NO_UNIT = '(?! ?(?:%|min|tim|gång|km|kr|dag|år|person|st |av |times|days|hours|minutes))';
const HOUSE = ` \\d{1,3}(?: ?[a-h])?(?![\\p{L}\\d:])${NO_UNIT}`;

/** Each from where no word or number runs on to where none does; those with capitals do not take small letters for them. */
const PATTERNS: readonly (readonly [HintKind, string, ('i' | '')?])[] = [
  ['number', '(?:19|20)?\\d\\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\\d|[39][01])[-+ ]?\\d{4}'],
  ['phone', '(?:(?:\\+|00)[1-9]\\d{0,2}|0[1-9])(?:[ -]?\\(0\\))?(?:[ /-]?\\d){6,10}(?! ?(?:kr|euro|€))'],
  ['mail', '[\\p{L}\\d._+-]{1,64}@[\\p{L}\\d-]+(?:\\.[\\p{L}\\d-]+)+'],
  ['street', `\\p{L}{2,}(?:gatan|vägen|gränd(?:en)?|torget|stigen|backen|allén)${HOUSE}`],
  ['street', `\\p{Lu}\\p{L}+ ?(?:[Gg]atan?|[Vv]äg|[Tt]org(?:et)?|[Ss]tig|[Bb]acke|[Aa]llé|[^s]plan|katu|kuja|tie)${HOUSE}`, ''],
  ['street', '\\d{1,4} (?:\\p{Lu}\\p{L}+ ){1,2}(?:Street|Road|Avenue|Lane|Drive|Square)', ''],
  ['time', `(?:kl\\.?|klockan|klo|kello) ?(?:\\d\\d?(?:[:.]\\d\\d)?|(?:halv )?${HOURS})`],
  ['time', `(?:halv|kvart (?:i|över)) ${HOURS}`],
  ['time', "(?:[01]?\\d|2[0-3]):[0-5]\\d|\\d\\d?(?:[:.]\\d\\d)? ?(?:[ap]\\.?m|o['’]clock)"],
  ['time', '(?:vid|från|till|at) (?:[01]?\\d|2[0-3])\\.[0-5]\\d(?!\\.)'],
  ['time', '(?:19|20)\\d\\d-[01]\\d-[0-3]\\d|[0-3]?\\d\\.[01]?\\d\\.(?:19|20)\\d\\d|(?:den|on) [0-3]?\\d/[01]?\\d'],
  ['time', `[0-3]?\\d(?::[ae]|\\.|st|[nr]d|th)? (?:of )?${MONTHS}|${MONTHS} [0-3]?\\d(?:st|[nr]d|th)?(?![:.]\\d)`],
  ['room', `(?:rum|sal|lokal|lgh|lägenhet|room|apartment|huone) ?(?:nr\\.? |nummer |number )?\\p{L}?-?\\d{1,4}${NO_UNIT}`],
  ['only', "(?:jag (?:är|var) (?:ju )?(?:den |det )?|(?:är|var) jag (?:den )?|jag som )(?:enda|ende|ensam om)(?: \\p{L}+){0,2}"],
  ['only', '(?:bara|endast) jag (?:som|vet|visste|har|hade|såg|hörde|kan|kunde|är|var)(?: \\p{L}+){0,2}'],
  ['only', "I(?: am|['’]m| was) the only(?: \\p{L}+){0,2}|only I (?:know|knew|saw|heard|have|had|am|was)"],
  ['only', '(?:olen|olin) (?:\\p{L}+ )?ain(?:oa|ut)(?: \\p{L}+){0,2}|(?:vain|ainoastaan) minä'],
];
const COMPILED = PATTERNS.map(([kind, source, flag = 'i']) => [kind, new RegExp(`(^|[^\\p{L}\\d/.-])(${source})(?![\\p{L}\\d])`, `gu${flag}`)] as const);

/** What stands out in `text`, kind by kind, each thing once. */
export function hintsIn(text: string): Hint[] {
  const found = new Map<string, Hint>();
  let rest = text.replace(/\s+/g, ' ');
  for (const [kind, pattern] of COMPILED) {
    rest = rest.replace(pattern, (whole, before: string, quoted: string) => {
      if (kind === 'number' && !addsUp(quoted)) return whole;
      found.set(kind + quoted, { kind, quoted });
      return `${before}|`; // so that it is nothing else as well
    });
  }
  return [...found.values()];
}

/** Whether the last ten digits end with their check digit (Luhn). */
function addsUp(number: string): boolean {
  const digits = [...number.replace(/\D/g, '').slice(-10)].map(Number);
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit]! : digit), 0);
  return sum % 10 === 0;
}
