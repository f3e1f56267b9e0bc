"""English for captions: what a variant is called, and "a" or "an" before it.

The rule goes by the first word: a vowel letter is a vowel sound, but for the beginnings in the
tables below. It is small, and wrong of some words; `labels.words` says those in full.
"""

from __future__ import annotations

import re
import unicodedata

# What stands where an article does.
DETERMINERS = frozenset(
    {
        *("a", "an", "the", "some", "any", "no", "this", "that", "these", "those"),
        *("my", "your", "his", "her", "its", "our", "their"),
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        *("several", "many", "few", "both", "all"),
    }
)

NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve"),
)
SIBILANT = re.compile(r"(s|x|z|ch|sh)$", re.IGNORECASE)
CONSONANT_Y = re.compile(r"[^aeiou]y$", re.IGNORECASE)
ARTICLE = re.compile(r"(.*?)\b(an?|the)\s+", re.DOTALL | re.IGNORECASE)  # at the end of words
FIRST_WORD = re.compile(r"[^\W_]+")
VOWELS = "aeiou"
SILENT_H = re.compile(r"(hour|heir|honest|honou?r)")
LIKE_YOU = re.compile(r"(eu|ewe|uni(?!n|m|dent)|us[ae]|usu|ubi|ura|ute|uti|uto)")  # and so no vowel
LIKE_WON = re.compile(r"(one|once)(?!r)")
SPOKEN_LETTERS = frozenset("aefhilmnorsx")  # whose names begin with a vowel: an x-ray
SPOKEN_NUMBERS = re.compile(r"8\d*|11|18")  # an 8-ball, an 11, an 18


def words_of(variant: str) -> str:
    """Return what to call `variant` by default: its name with spaces for _ and line ends."""
    return one_line(variant.replace("_", " "))


def one_line(text: str) -> str:
    """Return `text` with single spaces, and none at its ends."""
    return " ".join(text.split())


def joined(before: str, words: str) -> str:
    """Return `before` and `words`; an article at the end of `before` is made to fit."""
    match = ARTICLE.fullmatch(before)
    if not match:
        return before + words
    start, article = match.groups()
    if has_determiner(words):
        return start + (capitalised(words) if article[0].isupper() else words)
    if article.lower() == "the":
        return before + words
    return f"{start}{article[0]}{'n' if begins_with_vowel(words) else ''} {words}"


def number_of(noun: str, count: int) -> str:
    """Return `count` of what is called `noun`: "a bird", "three birds"; "" if there are none."""
    if count <= 1:
        return joined("a ", noun) if count else ""
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {plural(noun)}"


def with_number(before: str, words: str) -> str:
    """Return `before` and a number of things; "a" at the end of `before` makes way for it."""
    match = ARTICLE.fullmatch(before)
    if not match:
        return before + words
    start, article = match.groups()
    if article.lower() == "the":
        return before + re.sub(r"^an? ", "", words)
    return start + (capitalised(words) if article[0].isupper() else words)


def plural(noun: str) -> str:
    """Return the regular plural of `noun`."""
    if SIBILANT.search(noun):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if CONSONANT_Y.search(noun) else f"{noun}s"


def capitalised(text: str) -> str:
    """Return `text` with its first letter large."""
    return text[:1].upper() + text[1:]


def has_determiner(words: str) -> bool:
    """Return True if `words` bring their own article, or what takes its place."""
    first, _, rest = words.partition(" ")
    return bool(rest) and first.lower() in DETERMINERS


def begins_with_vowel(words: str) -> bool:
    """Return True if one says "an" before `words`."""
    match = FIRST_WORD.search(unicodedata.normalize("NFD", words).lower())
    if not match:
        return False
    word = match[0]
    if word.isdigit():
        return bool(SPOKEN_NUMBERS.fullmatch(word))
    if len(word) == 1:
        return word in SPOKEN_LETTERS
    if word[0] == "h":
        return bool(SILENT_H.match(word))
    return word[0] in VOWELS and not (LIKE_YOU.match(word) or LIKE_WON.match(word))
