"""The worst texts that were found for readers of text, each at any length.

`python -m evals.bench crowd` sends them, and tests/linear doubles their lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# What is repeated. Each of them once made a reader slow, or is the kind of text that does: runs
# that an expression may begin anew at each place of, openings that never close, and words after
# which a pattern looks through the rest.
PIECES: Mapping[str, str] = {
    "letter": "a",
    "capital": "X",
    "digit": "1",
    "dash": "-",
    "space": " ",
    "tab": "\t",
    "newline": "\n",
    "full_stop": ".",
    "comma": ",",
    "colon": ":",
    "question_mark": "?",
    "quote": '"',
    "curly_quote": "\u201c",
    "apostrophe": "'",
    "backtick": "`",
    "star": "*",
    "underscore": "_",
    "hash": "#",
    "pipe": "|",
    "bracket": "(",
    "square_bracket": "[",
    "brace": "{",
    "closed_bracket": ")",
    "less_than": "<",
    "ampersand": "&",
    "backslash": "\\",
    "equals": "=",
    "at": "@",
    "slash": "/",
    "combining_mark": "e\u0301",
    "emoji": "\U0001f600",
    "surrogate": "\ud800",
    "zero_width": "a\u200b",
    "han": "\u6f22",
    "digits_and_dashes": "1-1-",
    "capitals": "aB",
    "superscripts": "10\u2079",
    "inging": "ing",
    "numbers": "1,000 ",
    "ranges": "1-2 ",
    "sums": "10 x 3 = 30 ",
    "milliseconds": "20 ms ",
    "powers": "2^3^",
    "products": "2*3*",
    "decimals": "1.1.",
    "times": "3 times ",
    "millions": "5 million of ",
    "dollars": "$5 ",
    "words": "word ",
    "long_words": "internationalisation" * 9 + " ",
    "list": "abcdefgh, ",
    "list_of_pairs": "feature store, ",
    "list_that_ends": "a, b and c, ",
    "ands": "and ",
    "sentences": "We rank them. ",
    "questions": "What is it? ",
    "forgotten_stops": "we rank The way ",
    "semicolons": "it is; ",
    "dashes_between": "a - ",
    "quotes": '"a" ',
    "open_quotes": '"a ',
    "code": "`a` ",
    "emphasis": "*a *b ",
    "strong": "**a",
    "fence": "```\n",
    "headings": "# a\n",
    "bullets": "- a\n",
    "numbered": "1. ",
    "rows": "a | b\n",
    "cells": "|a",
    "cells_with_spaces": "a" + " " * 30 + "|",
    "arrows": "a -> ",
    "arrow": "->",
    "branches": "a, b -> ",
    "branches_in_brackets": "a -> (b, ",
    "lines": "a\n",
    "blank_lines": "a\n\n",
    "spaces_before_lines": " \n",
    "tags": "<b>",
    "entities": "&amp;",
    "links": "http://a.b/",
    "mails": "a@b.c ",
    "dots": "a.b.",
    "please": "please ",
    "let_us": "let's please ",
    "not_sure": "not really sure ",
    "do_not_know": "i really do not know ",
    "can_you": "can you please tell me ",
    "if_we": "if we ",
    "whether": "check whether ",
    "instead": "instead of ",
    "no": "no ",
    "verdict": '"verdict": ',
    "lists_in_json": "[",
    "objects_in_json": '{"a":',
    "only": "that a only ",
    "latency": "latency is ",
    "we_would": "we would ",
}

# Texts that are no repetition: name, what comes first, what is repeated, what comes last.
FRAMED: Mapping[str, tuple[str, str, str]] = {
    "spaces_before_the_end": ("a", " ", "b"),
    "words_and_spaces": ("word " * 50, " ", "x"),
    "words_and_tabs": ("word " * 50, "\t ", "x"),
    "commas_and_spaces": ("a ->", "," + " " * 98, ")"),
    "arrow_and_spaces": ("a", " ", "-> b"),
    "stop_and_quotes": ("a.", '"', " b"),
    "stop_and_brackets": ("a. ", "(", " "),
    "open_sentence": ("not really sure", " a", " x"),
    "open_question": ("what about", " a", ""),
    "bullet_and_spaces": ("-", " ", "a"),
    "heading_and_spaces": ("#", " ", "a"),
    "number_and_digits": ("1.", "1", " a"),
    "quote_of_words": ('"', "a ", ""),
    "stops_and_a_letter": ("", ".", "a"),
    "commas_and_a_letter": ("", ",", "a"),
    "colons_and_a_letter": ("", ":", "a"),
    "spaces_and_a_letter": ("a ", " ", "a b c d"),
    "dashes_and_a_letter": ("a ", "-", "a"),
    "digits_and_a_letter": ("1", "1", "a"),
}


def repeated(piece: str, length: int) -> str:
    """A piece as often as it fits, at least once."""
    return piece * max(1, length // len(piece))


def shapes(length: int) -> Iterator[tuple[str, str]]:
    """Every shape by its name, of about so many characters and not more than twice its frame."""
    for name, piece in PIECES.items():
        yield name, repeated(piece, length)
    for name, (before, piece, after) in FRAMED.items():
        yield name, before + repeated(piece, max(1, length - len(before) - len(after))) + after
