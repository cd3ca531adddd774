"""Parses the expressions of EventBridge Scheduler, as its documentation defines them. Nothing else checks them before a deployment."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import available_timezones

MONTHS = {n: i + 1 for i, n in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split())}
DAYS = {n: i + 1 for i, n in enumerate("SUN MON TUE WED THU FRI SAT".split())}
# Name, minimum, maximum, words for numbers, further forms.
FIELDS = (
    ("minutes", 0, 59, {}, None),
    ("hours", 0, 23, {}, None),
    ("day of the month", 1, 31, {}, re.compile(r"\?|L|LW|(?:[1-9]|[12][0-9]|3[01])W")),
    ("month", 1, 12, MONTHS, None),
    ("day of the week", 1, 7, DAYS, re.compile(r"\?|L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5])")),
    ("year", 1970, 2199, {}, None),
)


def fault_of_expression(expression: str) -> str | None:
    """What is wrong with a schedule expression; None if it is valid."""
    kind = re.fullmatch(r"(rate|cron|at)\((.*)\)", expression)
    if not kind:
        return f"{expression!r} is not rate(…), cron(…) or at(…)"
    return {"rate": _rate, "cron": _cron, "at": _at}[kind[1]](kind[2])


def fault_of_zone(zone: str) -> str | None:
    """What is wrong with a time zone; None if it exists."""
    return None if zone in available_timezones() else f"{zone!r} is not a time zone"


def _rate(text: str) -> str | None:
    rate = re.fullmatch(r"([1-9][0-9]{0,8}) (minute|hour|day)(s?)", text)
    if not rate:
        return f"rate({text}): expected a number above 0 and minutes, hours or days"
    if (rate[1] == "1") == bool(rate[3]):
        return f"rate({text}): the unit must be {'singular' if rate[1] == '1' else 'plural'} for {rate[1]}"
    return None


def _at(text: str) -> str | None:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return f"at({text}): expected yyyy-mm-ddThh:mm:ss"
    return None


def _cron(text: str) -> str | None:
    parts = text.split(" ")
    if len(parts) != len(FIELDS):
        return f"cron({text}): expected 6 fields with one space between them, found {len(parts)}"
    for part, field in zip(parts, FIELDS, strict=True):
        wrong = _field(part, *field)
        if wrong:
            return f"cron({text}): {wrong}"
    if (parts[2] == "?") == (parts[4] == "?"):
        return f"cron({text}): exactly one of day of the month and day of the week must be ?"
    return None


def _field(text: str, name: str, least: int, most: int, words: dict[str, int], further: re.Pattern | None) -> str | None:
    for item in text.split(","):
        if further and further.fullmatch(item):
            if item in ("?", "L", "LW") and item != text:
                return f"{name}: {item} must be the only item"
            continue
        span, slash, step = item.partition("/")
        if slash and not re.fullmatch(r"[1-9][0-9]*", step):
            return f"{name}: {item} has no step above 0"
        if span == "*":
            continue
        ends = [_number(end, words) for end in span.split("-")]
        if len(ends) > 2 or any(end is None for end in ends):
            return f"{name}: {item} cannot be read"
        if any(not least <= end <= most for end in ends):
            return f"{name}: {item} is outside of {least} to {most}"
        if ends[0] > ends[-1]:
            return f"{name}: {item} ends before it starts"
    return None


def _number(text: str, words: dict[str, int]) -> int | None:
    if text in words:
        return words[text]
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None
