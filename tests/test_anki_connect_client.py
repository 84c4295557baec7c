"""Speaking to AnkiConnect: what is sent, and what is made of every kind of answer."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.anki.connect import client
from exports.anki.connect.client import Action, ConnectError, RefusedError, connect
from exports.anki.connect.snapshot import find_suspended, read_reviews, take_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Echo:
    """A server that gives answers as they were laid out, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], bytes] = lambda _: b"{}"
        self.asked: list[dict[str, Any]] = []
        self.headers: list[Any] = []
        self.status = 200
        echo = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                echo.asked.append(body)
                echo.headers.append(self.headers)
                data = echo.answer(body)
                self.send_response(echo.status)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Location", "http://192.0.2.1/")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def give(self, result: object) -> None:
        """Answer every request with a result."""
        self.answer = lambda _: json.dumps({"result": result, "error": None}).encode()

    @property
    def anki(self) -> client.AnkiConnect:
        return connect(f"localhost:{self.http.server_port}", timeout=5)

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    echo.stop()


@pytest.fixture
def echo(server: Echo) -> Echo:
    server.asked.clear()
    server.status = 200
    return server


def test_a_request_is_as_the_protocol_has_it(echo: Echo) -> None:
    echo.give([1, 2])
    assert echo.anki.call("findNotes", query="x") == [1, 2]
    assert echo.asked == [{"action": "findNotes", "version": 6, "params": {"query": "x"}}]
    assert echo.headers[-1]["Content-Type"] == "application/json"


def test_a_key_is_sent_with_every_action_of_many(echo: Echo) -> None:
    echo.answer = lambda body: json.dumps(
        {"result": [{"result": 1, "error": None}] * len(body["params"]["actions"]), "error": None}
    ).encode()
    anki = client.AnkiConnect("127.0.0.1", echo.http.server_port, "sesame")
    list(anki.call_many([Action("version", {})] * 3))
    (asked,) = echo.asked
    assert [asked["key"], *(a["key"] for a in asked["params"]["actions"])] == ["sesame"] * 4
    assert {a["version"] for a in asked["params"]["actions"]} == {6}


def test_many_actions_go_in_small_requests(echo: Echo) -> None:
    echo.answer = lambda body: json.dumps(
        {"result": [{"result": 1, "error": None}] * len(body["params"]["actions"]), "error": None}
    ).encode()
    actions = [Action("x", {"text": "y" * 1_000 * (n % 50)}) for n in range(250)]
    outcomes = [outcome for batch in echo.anki.call_many(actions) for outcome in batch]
    assert len(outcomes) == 250
    sent = [action["params"] for body in echo.asked for action in body["params"]["actions"]]
    assert sent == [action.params for action in actions]
    assert max(len(body["params"]["actions"]) for body in echo.asked) <= 100
    assert max(len(json.dumps(body)) for body in echo.asked) < 100_000
    echo.asked.clear()
    assert [len(batch) for batch in echo.anki.call_many(actions[:5], 2)] == [2, 2, 1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"result": 1}',
        b'"AnkiConnect"',
        b"<html>",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"result": ' + b"9" * 5_000 + b', "error": null}',
    ],
)
def test_what_is_no_answer_is_said_to_be_none(echo: Echo, data: bytes) -> None:
    echo.answer = lambda _: data
    with pytest.raises(ConnectError, match="does not speak as AnkiConnect does"):
        echo.anki.greet()


def test_an_error_is_handed_on_with_a_way_out(echo: Echo) -> None:
    echo.answer = lambda _: b'{"result": null, "error": "unsupported action"}'
    with pytest.raises(RefusedError, match="Anki did not do 'findNotes': unsupported") as caught:
        echo.anki.call("findNotes", query="")
    assert "Check for Updates" in caught.value.hint
    echo.answer = lambda _: b'{"result": null, "error": ""}'
    with pytest.raises(RefusedError, match="no reason given"):
        echo.anki.call("findNotes", query="")
    error = "\x1b[2J\ud800\n" + "x" * 10_000
    echo.answer = lambda _: json.dumps({"result": None, "error": error}).encode()
    with pytest.raises(RefusedError) as caught:
        echo.anki.call("findNotes", query="")
    assert caught.value.problem.isprintable()
    assert len(caught.value.problem) < 300


@pytest.mark.parametrize("status", [302, 307, 403, 500])
def test_nobody_is_followed_elsewhere(echo: Echo, status: int) -> None:
    echo.give(6)
    echo.status = status
    with pytest.raises(ConnectError):
        echo.anki.greet()
    assert len(echo.asked) == 1


def test_an_old_protocol_is_refused(echo: Echo) -> None:
    echo.give(5)
    with pytest.raises(ConnectError, match="speaks version 5, not 6"):
        echo.anki.greet()


def test_too_large_an_answer_is_refused(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    echo.give("x" * 2_000_000)
    monkeypatch.setattr(client, "LARGEST_ANSWER", 1024 * 1024)
    with pytest.raises(ConnectError, match="more than 1 MB"):
        echo.anki.call("x")


def test_proxies_of_the_environment_are_not_asked(
    echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo.give(6)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    echo.anki.greet()


def test_a_silent_program_is_not_waited_for_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        anki = connect(f"127.0.0.1:{listening.getsockname()[1]}", timeout=0.05)
        with pytest.raises(ConnectError, match=r"did not answer within 0\.05 seconds"):
            anki.greet()


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.2:8765",
        "http://example.org",
        "https://127.0.0.1:8765",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org",
        "http://me@127.0.0.1",
        "http://127.0.0.1:99999",
        "http://[::2]",
        "http://",
        "",
        "http://127.0.0.1/x",
        "file:///etc/passwd",
    ],
)
def test_other_machines_are_refused(address: str) -> None:
    with pytest.raises(ConnectError):
        connect(address)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("http://127.0.0.1:8765", "127.0.0.1:8765"),
        ("http://127.0.0.1:8765/", "127.0.0.1:8765"),
        ("127.0.0.1", "127.0.0.1:8765"),
        ("http://localhost:80", "127.0.0.1:80"),
        ("http://[::1]:1", "[::1]:1"),
    ],
)
def test_this_machine_has_several_names(address: str, place: str) -> None:
    assert connect(address).place == place


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["noteId", "fields", "tags", "mod", "value", "order", "cardId", "1", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(results=st.lists(JSON, min_size=1, max_size=4))
def test_no_answer_breaks_the_reader(echo: Echo, results: list[Any]) -> None:
    """Whatever AnkiConnect says, it makes sense or is refused in a sentence."""

    def answer(_: dict[str, Any]) -> bytes:
        return json.dumps(
            {"result": results[len(echo.asked) % len(results)], "error": None}
        ).encode()

    echo.answer = answer
    for read in (
        take_snapshot,
        lambda anki: read_reviews(anki, [1, 2]),
        lambda anki: find_suspended(anki, [1]),
        lambda anki: list(anki.call_many([Action("x", {})])),
    ):
        with suppress(ConnectError):
            read(echo.anki)
