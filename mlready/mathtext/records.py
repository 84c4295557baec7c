"""Named tuples that are made quickly: there are thirty kinds of them, and a card waits for all.

`typing.NamedTuple` compiles a constructor for each kind, which takes longer than all else that is
done while `mathtext` is imported. To a type checker these are named tuples. Two of different kinds
are never equal, whatever they hold.
"""

from __future__ import annotations

from operator import itemgetter

__all__ = ["Record"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self
    from typing import NamedTuple as Record
else:

    class Record(tuple):
        """The base of all kinds; annotations in the class body are the fields, in order."""

        __slots__ = ()
        _defaults: dict[str, Any] = {}  # noqa: RUF012 - each kind has its own
        __match_args__ = ()

        def __init_subclass__(cls) -> None:
            cls.__match_args__ = fields = tuple(cls.__annotations__)
            cls._defaults = {name: cls.__dict__[name] for name in fields if name in cls.__dict__}
            for at, name in enumerate(fields):
                setattr(cls, name, property(itemgetter(at)))

        def __new__(cls, *values: Any, **named: Any) -> Self:
            """A record of values in order, by name, or left to their defaults."""
            if len(values) != len(cls.__match_args__):
                missing = cls.__match_args__[len(values) :]
                named = cls._defaults | named
                values += tuple([named[name] for name in missing])
            return tuple.__new__(cls, values)

        def _replace(self, **named: Any) -> Self:
            fields = self.__match_args__
            values = [named.pop(name, self[at]) for at, name in enumerate(fields)]
            if named:
                raise TypeError(f"{type(self).__name__} has no {', '.join(named)}")
            return tuple.__new__(type(self), values)

        def __eq__(self, other: object) -> bool:
            return type(self) is type(other) and tuple.__eq__(self, other)

        def __ne__(self, other: object) -> bool:
            return not self == other

        __hash__ = tuple.__hash__

        def __repr__(self) -> str:
            pairs = zip(self.__match_args__, self, strict=True)
            return f"{type(self).__name__}({', '.join(f'{n}={v!r}' for n, v in pairs)})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)
