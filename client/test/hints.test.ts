/** Hints against self-identification: what is found, and the ordinary sentences that give no alarm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintsIn, type HintKind } from '../src/hints.ts';

/** Invented numbers whose last digit is right. */
const FOUND: Readonly<Record<HintKind, readonly (readonly [string, string])[]>> = {
  number: [
    ['Han heter 850304-1231 i registret.', '850304-1231'],
    ['8503041231', '8503041231'],
    ['född 19850304-1231.', '19850304-1231'],
    ['198503041231', '198503041231'],
    ['Hon är 190304+1232', '190304+1232'],
    ['samordningsnummer 850364-1238', '850364-1238'],
    ['(040101-1234)', '040101-1234'],
    ['0401011234', '0401011234'],
  ],
  phone: [
    ['Ring 070-123 45 67 sa han.', '070-123 45 67'],
    ['0701234567', '0701234567'],
    ['tel:08-465 004 20', '08-465 004 20'],
    ['0141-213 45', '0141-213 45'],
    ['+46 70 123 45 67', '+46 70 123 45 67'],
    ['+46 (0)70-1234567', '+46 (0)70-1234567'],
    ['0046701234567', '0046701234567'],
    ['soita +358 40 1234567', '+358 40 1234567'],
  ],
  mail: [
    ['Skriv till anna.berg@exempel.se.', 'anna.berg@exempel.se'],
    ['från åsa_b+jobb@mejl.exempel.org,', 'åsa_b+jobb@mejl.exempel.org'],
  ],
  street: [
    ['Han stod på Storgatan 12 igår.', 'Storgatan 12'],
    ['storgatan 12', 'storgatan 12'],
    ['vid Kvarnvägen 3 B', 'Kvarnvägen 3 B'],
    ['Skomakargränd 7', 'Skomakargränd 7'],
    ['på Stora torget 4', 'Stora torget 4'],
    ['Björkstigen 21C', 'Björkstigen 21C'],
    ['Slottsbacken 8', 'Slottsbacken 8'],
    ['i Lindallén 5', 'Lindallén 5'],
    ['Norra Allé 5', 'Norra Allé 5'],
    ['Odenplan 2', 'Odenplan 2'],
    ['He lives at 12 Baker Street now', '12 Baker Street'],
    ['Mannerheimintie 14', 'Mannerheimintie 14'],
    ['Aleksanterinkatu 5', 'Aleksanterinkatu 5'],
  ],
  time: [
    ['Det var kl 14.30.', 'kl 14.30'],
    ['klockan 7 på morgonen', 'klockan 7'],
    ['Kl. 14 kom han', 'Kl. 14'],
    ['klockan halv tre', 'klockan halv tre'],
    ['vid kvart över fem', 'kvart över fem'],
    ['mötet 14:05 började', '14:05'],
    ['vid 14.30', 'vid 14.30'],
    ['at 3 pm he', '3 pm'],
    ['at 3.15 p.m. he', '3.15 p.m'],
    ['klo 14.30', 'klo 14.30'],
    ['Den 24 november', '24 november'],
    ['den 3:e maj', '3:e maj'],
    ['den 24/11', 'den 24/11'],
    ['2026-11-24', '2026-11-24'],
    ['24.11.2026', '24.11.2026'],
    ['on November 24th', 'November 24th'],
    ['the 2nd of March', '2nd of March'],
    ['24. marraskuuta', '24. marraskuuta'],
  ],
  room: [
    ['De satt i rum 312.', 'rum 312'],
    ['rum nr 4', 'rum nr 4'],
    ['sal B12', 'sal B12'],
    ['in room 12', 'room 12'],
    ['lgh 1102', 'lgh 1102'],
    ['huone 7', 'huone 7'],
  ],
  only: [
    ['Jag är den enda kuratorn på skolan.', 'Jag är den enda kuratorn på'],
    ['jag är ju ensam om nyckeln', 'jag är ju ensam om nyckeln'],
    ['Jag som enda man', 'Jag som enda man'],
    ['Då var jag den ende', 'var jag den ende'],
    ['det är bara jag som vet', 'bara jag som vet'],
    ['I am the only nurse here', 'I am the only nurse here'],
    ["I'm the only one", "I'm the only one"],
    ['only I knew', 'only I knew'],
    ['Olen ainoa opettaja', 'Olen ainoa opettaja'],
    ['vain minä tiedän', 'vain minä'],
  ],
};

const ORDINARY = [
  'Jag ringde 112 och sedan 114 14. På 1177 sa de att jag skulle vila. Brottsofferjouren är 116 006.',
  'Det har pågått i 7 dagar, sedan 2026, kanske 2025. Han har kommit 3 gånger på 14 dagar.',
  'De vill ha 120 000 kr, sedan 1 000 000 kronor. Det kostar 12.50 eller 12,50. Jag fick 500 kr.',
  'Ärendet har nummer 2026-0012345 och 2026/00123-4. Lagen är (2018:1937) och 2009:400.',
  'Vi var 24 personer, 50 % var nya, version 10.15 av planen, 3 av 10, 24/7, 9/10.',
  'Numret 850304-1235 stämmer inte, och 851304-1239 är inget datum. 1234567890.',
  'På hemvägen 2 gånger, omvägen 20 minuter, vi bytte rum 2 gånger. Vägen 3 var stängd.',
  'Jag är ensamstående och rädd. Bara jag fick sova. Jag är inte den som klagar. Enda gången.',
  'Han är den enda chefen. Jag var där. De enda som vet är vi. Hon är ensam hemma.',
  'En kväll förra veckan, i november, på ett möte, hos en kollega. Klockan var mycket.',
  'A few days in May we were told. He may have followed me. The only thing I want is quiet.',
  'Sida 3 av 12, kapitel 4.2, punkt 1.2.3, betyg 14.5, ISO 37002, 4 barn, 15 år.',
  'Säg @alla, inte hej@ eller @kommunen. Se bilaga 2 och paragraf 14.',
  'Salen 40 personer fick plats i var full. Planen 2027 är klar. Tidsplan 2.',
];

for (const [kind, examples] of Object.entries(FOUND)) {
  test(`${kind}: found and quoted, also inside a sentence`, () => {
    for (const [text, quoted] of examples) {
      assert.deepEqual(hintsIn(text), [{ kind, quoted }], text);
      assert.deepEqual(hintsIn(`Hej.\n${text}\nSlut.`).map((one) => one.kind), [kind], text);
    }
  });
}

test('ordinary sentences give no alarm', () => {
  for (const text of ORDINARY) assert.deepEqual(hintsIn(text), [], text);
});

test('several things in one text are each named once', () => {
  const found = hintsIn('Storgatan 12, rum 312. Ring 070-123 45 67 eller 070-123 45 67, eller 08-465 004 20. Storgatan 12!');
  assert.deepEqual(found.map(({ quoted }) => quoted), ['070-123 45 67', '08-465 004 20', 'Storgatan 12', 'rum 312']);
});

test('a run of signs that no pattern ends with is searched through once', () => {
  // Each sign could begin a mail address: without a longest one this would take minutes.
  for (const sign of ['_', '+', 'a+']) assert.deepEqual(hintsIn(sign.repeat(400_000)), []);
});

test('the longest text that fits is searched without stalling', () => {
  for (const piece of ['a', '0', '0 ', 'jag är ', 'Abc ', 'a.b@', '1 Ab ', '+46-']) assert.equal(hintsIn(piece.repeat(12_000 / piece.length)).length < 3, true, piece);
});
