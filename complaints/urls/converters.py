"""Parts of addresses that are one of our words; anything else is no address of ours."""

from enum import Enum

from django.urls import register_converter


def register_words(name: str, words: type[Enum]) -> None:
    """Let `<name:…>` in addresses stand for one of the values of this enumeration."""

    class Words:
        regex = "|".join(str(word.value) for word in words)

        def to_python(self, value: str) -> Enum:
            return words(value)

        def to_url(self, value: object) -> str:
            return str(value)

    register_converter(Words, name)
