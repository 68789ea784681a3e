"""Debian's Firefox, told what to do by WebDriver BiDi, the protocol that it speaks without a driver beside it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Place = tuple[float, float]
KEYS = {"ArrowRight": "\ue014", "Shift": "\ue008", "Home": "\ue011"}


class Fox:
    """A window of Firefox."""

    def __init__(self, address: str) -> None:
        import websocket  # which tests without a browser do without

        self.socket = websocket.create_connection(f"{address}/session", timeout=60, suppress_origin=True)
        self.numbers = itertools.count()
        self.errors: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("browsingContext.setViewport", context=self.context, viewport={"width": 1280, "height": 900})

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self.socket.recv())
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.errors.append(said["params"]["text"])
            if said.get("id") == number:
                assert said["type"] == "success", said
                found: dict[str, Any] = said["result"]
                return found

    def open(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def run(self, script: str) -> Any:
        """What an expression of JavaScript comes to, by way of JSON; a promise is awaited."""
        wrapped = f"Promise.resolve({script}).then(found => JSON.stringify(found ?? null))"
        found = self.send("script.evaluate", expression=wrapped, target={"context": self.context}, awaitPromise=True)
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])

    def point(self, kind: str, *steps: tuple[str, Place | None]) -> None:
        """A mouse, a pen or a finger, which moves to a place, goes down or comes up."""
        actions = [
            {"type": "pointerMove", "x": round(place[0]), "y": round(place[1]), "duration": 30}
            if place
            else {"type": name, "button": 0}
            for name, place in steps
        ]
        self.act({"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": actions})

    def drag(self, kind: str, start: Place, end: Place) -> None:
        half = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.point(kind, ("to", start), ("pointerDown", None), ("to", half), ("to", end), ("pointerUp", None))

    def press(self, *keys: str) -> None:
        """Keys that are pressed together."""
        down = [{"type": "keyDown", "value": KEYS.get(key, key)} for key in keys]
        up = [{"type": "keyUp", "value": KEYS.get(key, key)} for key in reversed(keys)]
        self.act({"type": "key", "id": "keys", "actions": [*down, *up]})

    def act(self, source: dict[str, Any]) -> None:
        self.send("input.performActions", context=self.context, actions=[source])


@contextmanager
def firefox(folder: Path) -> Iterator[Fox]:
    """The browser, with a new profile in a folder."""
    folder.mkdir()
    program = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or "firefox-esr"
    command = [program, "--headless", "--remote-debugging-port", "0", "--profile", str(folder), "--no-remote"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=os.environ | {"HOME": str(folder)})
    try:
        fox = Fox(_address(folder / "WebDriverBiDiServer.json"))
        yield fox
        fox.socket.close()
    finally:
        process.terminate()
        process.wait(30)


def _address(file: Path, seconds: float = 90) -> str:
    """Where the browser listens, which it writes into its profile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            return f"ws://{found['ws_host']}:{found['ws_port']}"
        except (OSError, ValueError):
            time.sleep(0.1)
    raise TimeoutError(f"Firefox did not say within {seconds} seconds where it listens")
