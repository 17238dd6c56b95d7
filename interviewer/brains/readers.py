"""Who reads what candidates wrote: long texts wait for each other, others never wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import ParamSpec, TypeVar

LONG = 3000  # characters; a message of more is read after the long ones that came before it
SHORT_AT_ONCE = 2  # texts; more threads only take the processor from each other

Answer = TypeVar("Answer")
Given = ParamSpec("Given")


class Readers:
    """Threads of their own, so that a crowd of texts keeps no other work of the program waiting."""

    async def run(
        self, size: int, work: Callable[Given, Answer], *args: Given.args, **named: Given.kwargs
    ) -> Answer:
        """Does blocking work on a text.

        Args:
            size: characters of the text.
            work: what is to be done.
            args: its arguments.
            named: those with a name.
        """
        threads = self._long if size > LONG else self._short
        call = partial(work, *args, **named)
        return await asyncio.get_running_loop().run_in_executor(threads, call)

    @cached_property
    def _long(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "long-text")

    @cached_property
    def _short(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(SHORT_AT_ONCE, "text")
