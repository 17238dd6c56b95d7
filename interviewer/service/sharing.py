"""What a facade makes once and every copy of it uses: `shared_property`."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, Protocol, Self, TypeVar, overload

Value = TypeVar("Value")


class Shares(Protocol):
    """An object whose copies hold the same dictionary."""

    _shared: dict[str, Any]


class shared_property(Generic[Value]):
    """A `cached_property` that is made once for an object and all of its shallow copies.

    `cached_property` would make a value anew for each copy that was taken before it was first
    asked for: another brain, another index, another graph.

    Args:
        make: makes the value; gets the object that was asked first.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self._lock = RLock()  # asked from threads too; reentrant, as making one may ask another
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Shares, owner: type) -> Value: ...
    def __get__(self, instance: Shares | None, owner: type) -> Self | Value:
        if instance is None:
            return self
        shared = instance._shared
        if self._name not in shared:
            with self._lock:
                if self._name not in shared:
                    shared[self._name] = self._make(instance)
        value: Value = shared[self._name]
        return value

    def __set__(self, instance: Shares, value: Value) -> None:
        instance._shared[self._name] = value
