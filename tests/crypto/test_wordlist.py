"""The receipt word list keeps every promise made about it.

Frightened people copy nine of these words by hand and type them later, so the list must
survive a missing å, ä or ö, a slip of the finger, and a misheard word, and must neither
offend, frighten, nor give away what the paper is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

WORDLIST = Path(__file__).parents[2] / "reporting_app" / "crypto" / "wordlist.txt"
SIZE = 4096
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
FOLDING = str.maketrans("åäö", "aao")

# Whole words that must never appear, compared after folding: the list is also read without dots.
BLOCKED_WORDS = frozenset(
    """
    hora höra röv rov båg bog kåt kat kåta mus pung kuk fitta knulla runka pitt ballar balle
    ball slut sex porr naken kyss puss ligga slicka suga stake stånd slida rumpa stjärt bröst
    bak kiss bajs skit fis prutt snopp snippa bög fjolla slampa luder slyna kärring subba
    tjej kille gubbe gumma neger svartskalle blatte lapp finne zigenare jude judisk arab turk
    apa gorilla åsna mes idiot dum tjock fet ful mager larvig snobb
    gud ängel djävul fan satan helvete kyrka präst kors bibel psalm moské kloster bön synd jul
    påsk advent munk nunna döpa himmelrik paradis mirakel pilgrim hymn helig
    parti val rösta minister riksdag moderat liberal center vänster höger sverigedemokrat nazi
    fascist kommunist
    rån ran tjuv stöld bov skurk brott mutor muta bedrägeri fusk straff dom domare fängelse
    häkte cell bur galge bödel offer gisslan piska
    slag slå sparka knuffa hugga strypa mord mörda döda död dö lik grav kista urna våld
    våldtäkt krig kriga strid bomb kanon vapen gevär pistol kniv svärd spjut yxa pil krut kula
    skott skjuta eld brand brinna bränna explosion
    hot hota hat hata hämnd fara farlig skräck rädd rädsla ångest oro panik sorg gråta gråt
    tårar ensam mörker mörk skugga natt skrik skrika blod sår smärta värk plåga pina
    feber sjuk sjukdom cancer smitta pest virus hosta läkare ambulans drunkna
    knark hasch kokain heroin sniffa snus tobak cigarett öl vin sprit vodka whisky snaps likör
    krog pub full fylla berusad
    anmäla anmälan kvitto hemlig hemlighet utreda utredare utredning polis chef rapport vittne
    vakt spion vissla visslare tips tipsa anonym skvaller skvallra läcka avslöja bevis förhör
    jury åklagare advokat advokatur spana snoka tiger tyst råtta gola golare kod lösen
    råttfälla fälla snara orm huggorm spindel haj varg skorpion
    """.split()
)

# Beginnings that are bad whatever follows, compared after folding.
BLOCKED_PREFIXES = (
    "anmäl kvitto hemlig utred polis visselbl rapport vittne spion anonym skvall "
    "knull fitt kuk runk porr våldt mörd mord död skräck blod sjuk knark narko "
    "nazi neger jude zigen terror gisslan självm"
).split()

# Ending that usually makes an inflected form, and the pairs where it makes another word.
INFLECTIONS = ("en", "et", "er", "ar", "or", "na")
NOT_INFLECTED = {
    ("bas", "basar"),
    ("fin", "finna"),
    ("fysik", "fysiker"),
    ("keramik", "keramiker"),
    ("klar", "klarna"),
    ("kul", "kulen"),
    ("musik", "musiker"),
    ("optik", "optiker"),
    ("papp", "papper"),
    ("plan", "planet"),
    ("seg", "seger"),
}


def fold(word: str) -> str:
    return word.translate(FOLDING)


def one_slip_away(word: str) -> Iterator[str]:
    """Yield every string at Damerau-Levenshtein distance one: drop, swap, change or add."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        for letter in ALPHABET:
            yield head + letter + tail
            if tail and letter != tail[0]:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:]


def close_pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    folded = {fold(word) for word in words}
    return sorted((a, b) for a in folded for b in set(one_slip_away(a)) & folded if a < b)


SOUNDS = (
    (r"x", "ks"),
    (r"w", "v"),
    (r"z", "s"),
    (r"q", "k"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"sch|skj|stj|sj|ch|sh|sk(?=[eiyäö])", "S"),
    (r"tj|kj|^k(?=[eiyäö])", "S"),
    (r"^(?:hj|gj|lj|dj)|^g(?=[eiyäö])", "j"),
    (r"(?<=[rl])g(?=$|[eiyäö])", "j"),
    (r"[st]ion", "Son"),
    (r"c(?=[eiyäö])", "s"),
    (r"c", "k"),
    (r"(.)\1+", r"\1"),
    (r"gn", "ng"),
    (r"ä", "e"),
    (r"å", "o"),
)


def sound(word: str) -> str:
    """A rough key: words that sound the same in Swedish get the same one."""
    for pattern, replacement in SOUNDS:
        word = re.sub(pattern, replacement, word)
    return word


def sounding_alike(words: Iterable[str]) -> list[list[str]]:
    by_sound: dict[str, list[str]] = defaultdict(list)
    for word in words:
        by_sound[sound(word)].append(word)
    return [group for group in by_sound.values() if len(group) > 1]


def blocked(words: Iterable[str]) -> list[str]:
    exact = {fold(word) for word in BLOCKED_WORDS}
    prefixes = tuple(fold(prefix) for prefix in BLOCKED_PREFIXES)
    return [word for word in words if fold(word) in exact or fold(word).startswith(prefixes)]


def joined_pairs(words: Iterable[str]) -> list[str]:
    folded = {fold(word) for word in words}

    def joined(word: str) -> bool:
        return any(word[:i] in folded and word[i:] in folded for i in range(1, len(word)))

    return sorted(filter(joined, folded))


def inflected_pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    known = set(words)
    pairs = {(word, word + ending) for word in known for ending in INFLECTIONS}
    return sorted(pair for pair in pairs - NOT_INFLECTED if pair[1] in known)


@pytest.fixture(scope="module")
def words() -> list[str]:
    return WORDLIST.read_bytes().decode("utf-8").split("\n")[:-1]


def test_the_list_has_exactly_4096_words_so_a_word_is_twelve_bits(words: list[str]) -> None:
    assert len(words) == SIZE == 2**12


def test_the_file_is_plain_utf8_with_unix_line_ends_and_a_final_newline() -> None:
    raw = WORDLIST.read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")


def test_every_word_is_three_to_nine_lower_case_swedish_letters(words: list[str]) -> None:
    assert [word for word in words if not re.fullmatch("[a-zåäö]{3,9}", word)] == []


def test_most_words_have_seven_letters_or_fewer(words: list[str]) -> None:
    assert sum(len(word) <= 7 for word in words) > 0.65 * len(words)
    assert sum(map(len, words)) / len(words) < 7


def test_words_are_sorted_by_their_folded_form(words: list[str]) -> None:
    folded = [fold(word) for word in words]
    assert folded == sorted(folded)


def test_every_word_is_unique_after_folding(words: list[str]) -> None:
    assert len({fold(word) for word in words}) == len(words)


def test_folded_words_use_only_a_to_z(words: list[str]) -> None:
    assert [word for word in words if set(fold(word)) - set(ALPHABET)] == []


def test_one_slip_of_the_finger_never_makes_another_word(words: list[str]) -> None:
    assert close_pairs(words) == []


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("paraply", "parply"),
        ("paraply", "parraply"),
        ("paraply", "parapli"),
        ("paraply", "praaply"),
        ("klänning", "kläning"),
        ("klänning", "klenning"),
    ],
)
def test_the_slip_check_notices_a_planted_slip(words: list[str], word: str, slip: str) -> None:
    assert word in words
    assert close_pairs([*words, slip]) == [tuple(sorted((fold(word), fold(slip))))]


def test_no_two_words_sound_the_same(words: list[str]) -> None:
    assert sounding_alike(words) == []


@pytest.mark.parametrize(
    ("one", "other"), [("hjord", "jord"), ("kära", "tjära"), ("gäst", "jäst"), ("sjal", "schal")]
)
def test_the_sound_check_notices_words_that_sound_the_same(one: str, other: str) -> None:
    assert sounding_alike([one, other, "paraply"]) == [[one, other]]


def test_no_word_is_two_other_words_written_together(words: list[str]) -> None:
    assert joined_pairs(words) == []


def test_the_written_together_check_notices_a_planted_compound() -> None:
    assert joined_pairs(["snö", "boll", "snöboll"]) == ["snoboll"]


def test_no_word_is_another_word_inflected(words: list[str]) -> None:
    assert inflected_pairs(words) == []


def test_the_inflection_check_notices_a_planted_inflection() -> None:
    assert inflected_pairs(["katt", "katten", "bas", "basar"]) == [("katt", "katten")]


def test_no_word_offends_frightens_or_gives_the_paper_away(words: list[str]) -> None:
    assert blocked(words) == []


@pytest.mark.parametrize(
    "word", ["hora", "höra", "mörda", "anmälan", "visselblåsare", "polis", "sjukhus", "rån", "hot"]
)
def test_the_blocklist_catches_a_planted_word(words: list[str], word: str) -> None:
    assert blocked([*words, word]) == [word]


def test_the_blocklist_is_not_empty_and_catches_each_of_its_own_words() -> None:
    assert len(BLOCKED_WORDS) > 200
    assert len(BLOCKED_PREFIXES) > 20
    assert set(blocked(BLOCKED_WORDS)) == BLOCKED_WORDS
    assert all(blocked([prefix + "x"]) for prefix in BLOCKED_PREFIXES)
