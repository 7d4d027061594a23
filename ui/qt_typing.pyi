from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

from PySide6.QtCore import Signal

Value = TypeVar("Value")
Class = TypeVar("Class", bound=type)

class _Readable(Generic[Value]):
    @overload
    def __get__(self, owner: None, kind: type, /) -> Self: ...
    @overload
    def __get__(self, owner: object, kind: type, /) -> Value: ...

def Property(
    kind: type | str, *, notify: Signal | None = ..., constant: bool = ..., final: bool = ...
) -> Callable[[Callable[[Any], Value]], _Readable[Value]]: ...
def QmlUncreatable(reason: str, /) -> Callable[[Class], Class]: ...
