"""Numbers as rules texts write them."""

from __future__ import annotations

WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
ORDINALS = (
    *("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)


def as_word(number: int) -> str:
    """Return a count as a word up to twelve, in digits above."""
    return WORDS[number] if number < len(WORDS) else str(number)


def as_ordinal(number: int) -> str:
    """Return the place of the `number`-th thing as a word up to twentieth, in digits above."""
    if number < len(ORDINALS):
        return ORDINALS[number]
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if number % 100 in (11, 12, 13) else endings.get(number % 10, "th")
    return f"{number}{ending}"
