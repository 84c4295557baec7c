"""Speaking to AnkiConnect, version 6 of its protocol, on this machine only.

AnkiConnect works in Anki's main thread: it looks for a request at each tick of a timer, in older
versions for a kilobyte of it, and Anki stands still while it answers. So requests are kept small
and many.
"""

import ipaddress
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

from exports.anki.histories import HistoryError

DEFAULT_ADDRESS: Final = "http://127.0.0.1:8765"
DEFAULT_TIMEOUT: Final = 60.0  # seconds
LARGEST_ANSWER: Final = 256 * 1024 * 1024  # bytes
_VERSION: Final = 6
_LARGEST_BATCH: Final = 64 * 1024  # characters of JSON in a request of many actions
_MOST_ACTIONS: Final = 100
_HTTP_OK: Final = 200
_LONGEST_ERROR: Final = 200  # characters

Item = TypeVar("Item")


class ConnectError(HistoryError):
    """Anki cannot be reached, or does not answer as it should."""


class RefusedError(ConnectError):
    """Anki understood a request and would not do it; Anki itself is well."""


class Action(NamedTuple):
    """What AnkiConnect is asked to do."""

    name: str
    params: dict[str, Any]


class Outcome(NamedTuple):
    """What became of one action of many.

    Attributes:
        result: What it gave.
        error: Why it was not done; "" if it was.
    """

    result: Any
    error: str


@dataclass(frozen=True, slots=True)
class AnkiConnect:
    """Where AnkiConnect is and how it is spoken to.

    Attributes:
        host: An address of this machine.
        port: Its port.
        key: The add-on's `apiKey`; "" if it has none.
        timeout: How long Anki may be silent, in seconds.
    """

    host: str
    port: int
    key: str = ""
    timeout: float = DEFAULT_TIMEOUT

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def greet(self) -> None:
        """Make sure that what answers is AnkiConnect, and can do what is needed.

        Raises:
            ConnectError: It is not, or cannot, or wants a key.
        """
        version = self.call("version")
        if not isinstance(version, int):
            raise self._stranger()
        if version < _VERSION:
            problem = f"the AnkiConnect at {self.place} speaks version {version}, not {_VERSION}"
            raise ConnectError(problem, _UPDATE)

    def call(self, name: str, **params: Any) -> Any:
        """Return the result of one action.

        Raises:
            RefusedError: AnkiConnect says that it cannot be done.
            ConnectError: There is no answer that makes sense.
        """
        outcome = self._read_outcome(self._post(self._request(Action(name, params))))
        if outcome.error:
            raise self.refusal(name, outcome.error)
        return outcome.result

    def call_many(
        self, actions: Sequence[Action], most: int = _MOST_ACTIONS
    ) -> Iterator[list[Outcome]]:
        """Do many actions and yield what became of them, batch by batch, in their order.

        Args:
            actions: What is to be done.
            most: How many at once: Anki stands still until all of a batch are done.

        Raises:
            ConnectError: There is no answer that makes sense; batches yielded are done.
        """
        for batch in _batches(actions, most):
            requests = [self._request(action) for action in batch]
            answers = self.call("multi", actions=requests)
            if not isinstance(answers, list) or len(answers) != len(batch):
                raise self._stranger()
            yield [self._read_outcome(answer) for answer in answers]

    def refusal(self, name: str, error: str) -> ConnectError:
        """Return what to say of an action that AnkiConnect did not do."""
        hints = [hint for sign, hint in _HINTS.items() if sign in error.lower()]
        return RefusedError(f"Anki did not do {name!r}: {error}", hints[0] if hints else "")

    def _request(self, action: Action) -> dict[str, Any]:
        key = {"key": self.key} if self.key else {}
        return {"action": action.name, "version": _VERSION, "params": action.params, **key}

    def _post(self, request: dict[str, Any]) -> Any:
        connection = HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            body = json.dumps(request).encode()
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            data = self._read(connection.getresponse())
        except TimeoutError as error:
            raise ConnectError(
                f"Anki did not answer within {self.timeout:g} seconds", _BUSY
            ) from error
        except ConnectionRefusedError as error:
            raise ConnectError(f"Anki cannot be reached at {self.place}", _START) from error
        except (HTTPException, OSError) as error:
            problem = f"the connection to Anki at {self.place} broke off"
            raise ConnectError(problem, _AGAIN) from error
        finally:
            connection.close()
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise self._stranger() from error

    def _read(self, response: HTTPResponse) -> bytes:
        if response.status != _HTTP_OK:
            raise self._stranger()
        announced = response.length
        data = response.read(LARGEST_ANSWER + 1)
        if len(data) > LARGEST_ANSWER:
            problem = f"Anki at {self.place} sent more than {LARGEST_ANSWER // 1024**2} MB at once"
            raise ConnectError(problem)
        if announced is not None and len(data) < announced:
            raise ConnectionResetError
        return data

    def _read_outcome(self, answer: Any) -> Outcome:
        if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
            raise self._stranger()
        error = answer["error"]
        # An empty message is a failure all the same.
        return Outcome(
            answer["result"], "" if error is None else _short(error) or "no reason given"
        )

    def _stranger(self) -> ConnectError:
        problem = f"what answers at {self.place} does not speak as AnkiConnect does"
        return ConnectError(problem, _OTHER_PROGRAM)


def connect(
    address: str = DEFAULT_ADDRESS, key: str = "", timeout: float = DEFAULT_TIMEOUT
) -> AnkiConnect:
    """Return the AnkiConnect at `address`, such as `http://127.0.0.1:8765`; nothing is sent yet.

    Raises:
        ConnectError: The address is not one of this machine.
    """
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname or "", parts.port or 8765
    except ValueError as error:
        raise ConnectError(f"{address} is not an address", _ADDRESS) from error
    # What `localhost` means is for files on this machine to say, and they can be wrong.
    host = "127.0.0.1" if host == "localhost" else host
    if parts.scheme != "http" or parts.path.strip("/") or parts.username is not None:
        raise ConnectError(f"{address} is not an address of AnkiConnect", _ADDRESS)
    if not _is_loopback(host):
        raise ConnectError(f"{host or address} is not this machine", _ADDRESS)
    return AnkiConnect(host, port, key, timeout)


def _short(error: Any) -> str:
    """Return a message from outside as it can be printed."""
    text = str(error)
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST_ERROR])
    return f"{shown} ..." if len(text) > _LONGEST_ERROR else shown.strip()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield `items` in their order, at most `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _batches(actions: Sequence[Action], most: int) -> Iterator[list[Action]]:
    """Yield actions in their order, as many at a time as a small request holds."""
    batch: list[Action] = []
    size = 0
    for action in actions:
        length = len(json.dumps(action.params))
        if batch and (size + length > _LARGEST_BATCH or len(batch) == most):
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += length
    if batch:
        yield batch


_START = (
    "start Anki, with the add-on AnkiConnect in it (Tools > Add-ons > Get Add-ons, code"
    " 2055492159), and run this again"
)
_BUSY = "Anki may be syncing or have a dialog open; let it finish and run this again"
_AGAIN = "Anki may have been closed; start it and run this again"
_OTHER_PROGRAM = "another program may use the port; name that of AnkiConnect with --address"
_ADDRESS = "AnkiConnect is spoken to on this machine only, as at http://127.0.0.1:8765"
_UPDATE = "bring it up to date in Anki: Tools > Add-ons > Check for Updates"
_HINTS = {
    "api key": "set MLREADY_ANKI_KEY to the apiKey of AnkiConnect's configuration",
    "collection is not available": "open your profile in Anki, and let it finish syncing",
    "unsupported action": _UPDATE,
    "was not found": "it was deleted in Anki just now; run this again",
}
