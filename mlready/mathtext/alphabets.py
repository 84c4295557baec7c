r"""Letters of other alphabets, as `\mathbb` and `\mathcal` have them, in Unicode."""

from __future__ import annotations

from functools import lru_cache

from mlready.mathtext.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


# Where Unicode's mathematical alphabets begin: capitals, small letters, digits, capital and small
# Greek; 0 where there are none. What was in Unicode before stands elsewhere.
_STARTS: Final = {
    "bf": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2),
    "bm": (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736),
    "cal": (0x1D49C, 0x1D4B6, 0, 0, 0),
    "scr": (0x1D49C, 0x1D4B6, 0, 0, 0),
    "frak": (0x1D504, 0x1D51E, 0, 0, 0),
    "bb": (0x1D538, 0x1D552, 0x1D7D8, 0, 0),
    "sf": (0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0),
    "tt": (0x1D670, 0x1D68A, 0x1D7F6, 0, 0),
}
_ELSEWHERE: Final = {
    "cal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "frak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "bb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}
# Greek letters in Unicode's order, which is the order of the mathematical alphabets too.
_GREEK_CAPITALS: Final = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇"
_GREEK_SMALL: Final = "αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ"


class Alphabet(Record):
    """One of the alphabets.

    Attributes:
        name: its short name, which is also how it is written in ASCII: `bb(E)`.
        speech: what one says before a letter of it; nothing for upright and slanted ones.
    """

    name: str
    speech: str


# By command, without the backslash.
ALPHABETS: Final = {
    "mathbb": Alphabet("bb", "blackboard bold"),
    "mathcal": Alphabet("cal", "cal"),
    "mathscr": Alphabet("scr", "curly"),
    "mathfrak": Alphabet("frak", "fraktur"),
    "mathbf": Alphabet("bf", "bold"),
    "boldsymbol": Alphabet("bm", "bold"),
    "mathsf": Alphabet("sf", "sans serif"),
    "mathtt": Alphabet("tt", "typewriter"),
    "mathrm": Alphabet("rm", ""),
    "mathit": Alphabet("it", ""),
    "mathnormal": Alphabet("it", ""),
}
BY_NAME: Final = {alphabet.name: alphabet for alphabet in ALPHABETS.values()}


@lru_cache(maxsize=1024)
def letter_in(character: str, alphabet: str) -> str:
    """The character in an alphabet; itself where the alphabet has no such letter."""
    starts = _STARTS.get(alphabet)
    if starts is None:
        return character
    elsewhere = _ELSEWHERE.get("cal" if alphabet == "scr" else alphabet, {}).get(character)
    if elsewhere:
        return elsewhere
    for start, place in zip(starts, _places(character), strict=True):
        if start and place >= 0:
            return chr(start + place)
    return character


def _places(character: str) -> tuple[int, ...]:
    """Where the character stands among capitals, small letters, digits, and the two Greek ones."""
    if len(character) != 1:
        return (-1,) * 5
    ascii_places = (
        ord(character) - 65 if "A" <= character <= "Z" else -1,
        ord(character) - 97 if "a" <= character <= "z" else -1,
        ord(character) - 48 if "0" <= character <= "9" else -1,
    )
    return (*ascii_places, _GREEK_CAPITALS.find(character), _GREEK_SMALL.find(character))
