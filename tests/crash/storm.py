"""An installation under kill -9, and clients that never give up."""

import http.client
import http.cookiejar
import json
import os
import random
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.demo.people import PASSWORD
from tests.browser.installation import ROOT, ZHIAN, environment, free_port

# A web server needs seconds to come back: these wait until somebody was served again.
SLOW = ("web", "web child", "supervisor")
QUICK = ("worker", "database", "backend")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BOX = re.compile(r'<input[^>]*name="included"[^>]*value="([^"]+)"')
RECOVERY = 120.0  # seconds until everything must be up and worked off, on a busy machine


@dataclass
class Site:
    """The real processes on a real data folder."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the site answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """`zhian serve`; it does not wait until the site answers."""
        with (self.data / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*ZHIAN, "serve", "--data", str(self.data), "--port", str(self.port),
                 "--workers", "1"],
                cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def query(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Rows straight from the installation's database."""
        address = f"postgresql://postgres@/zhian?host={self.data}/pg"
        with psycopg.connect(address, connect_timeout=5) as connection:
            return connection.execute(sql, arguments).fetchall()

    def victim(self, kind: str, dice: random.Random) -> psutil.Process | None:
        """A living process of that kind."""
        try:
            return self._victim(kind, dice)
        except (psutil.Error, OSError, ValueError, KeyError, IndexError):
            return None

    def _victim(self, kind: str, dice: random.Random) -> psutil.Process:
        if kind in {"database", "backend"}:
            line = (self.data / "pg" / "postmaster.pid").read_text().split("\n", 1)[0]
            postmaster = psutil.Process(int(line))
            return dice.choice(postmaster.children()) if kind == "backend" else postmaster
        noted = json.loads((self.data / "run" / "processes.json").read_text())
        name = {"supervisor": "serve", "web child": "web"}.get(kind, kind)
        leader = psutil.Process(noted[name][0])
        return leader.children()[0] if kind == "web child" else leader

    def kill(self, kind: str, dice: random.Random) -> bool:
        """kill -9; False when there is nobody to kill just now."""
        victim = self.victim(kind, dice)
        try:
            if victim is None or victim.status() == psutil.STATUS_ZOMBIE:
                return False
            victim.send_signal(signal.SIGKILL)
        except psutil.Error:
            return False
        if kind == "supervisor":
            assert self.process is not None
            self.process.wait(10)
            self.start()
        return True

    def start_again(self) -> None:
        """What the machine's service manager does when the command ended by itself."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def log_tail(self) -> str:
        """What the site said last, without the frames of tracebacks."""
        lines = (self.data / "serve.log").read_text().splitlines()
        return "\n".join([line for line in lines if line.strip() and line[0] != " "][-40:])

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    def processes(self) -> list[str]:
        """Command lines of what still runs for this folder or holds its port."""
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                if process.pid != os.getpid() and (
                    str(self.data) in line or str(self.port) in line
                ):
                    found.append(line)
            except psutil.Error:
                continue
        return found

    def worked_off(self) -> bool:
        """Whether the site answers and no reaction waits any more."""
        if send(urllib.request.build_opener(), f"{self.address}/healthz")[0] != 200:
            return False
        try:
            rows = self.query(
                "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
                " AND (task_name = 'zhian.deliver' OR status = 'doing')"
            )
        except psycopg.Error:
            return False
        return rows[0][0] == 0

    def settle(self) -> None:
        """Wait until everything is up again and the queue is worked off."""
        until = time.monotonic() + RECOVERY
        while not self.worked_off():
            self.start_again()
            assert time.monotonic() < until, self.log_tail()
            time.sleep(0.3)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        """A redirect is an answer here."""


def send(
    opener: urllib.request.OpenerDirector,
    url: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str, str]:
    """(status, Location, body); status 0 when there was no whole answer."""
    request = urllib.request.Request(url, body, headers or {})
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            try:
                text = error.read().decode()
            except (OSError, http.client.HTTPException):
                return 0, "", ""
            return error.code, error.headers.get("Location", ""), text
    except (OSError, http.client.HTTPException):
        return 0, "", ""


@dataclass
class Outcome:
    """What the clients were told."""

    acknowledged: set[Any] = field(default_factory=set)
    settled: set[Any] = field(default_factory=set)  # done although no answer came back
    complaints: list[str] = field(default_factory=list)

    def told(self, key: Any, status: int, good: set[int], text: str) -> bool:
        """Note an answer; True when this deed needs no further try."""
        if status in good:
            self.acknowledged.add(key)
        elif status in {403, 409}:
            self.settled.add(key)
        elif 400 <= status < 500:
            self.complaints.append(f"{key}: {status} {text[:400]}")
        else:
            return False
        return True


class Machine:
    """A program with a bearer token."""

    def __init__(self, site: Site, token: str) -> None:
        self.site, self.token = site, token
        self.opener = urllib.request.build_opener(_NoRedirect)

    def post(self, path: str, body: bytes, media_type: str) -> tuple[int, str]:
        """One try: (status, body)."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media_type}
        status, _to, text = send(self.opener, self.site.address + path, body, headers)
        return status, text


class Person:
    """Somebody with a browser's memory."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self.name = site, name
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(_NoRedirect, jar)

    def submit(self, path: str, **fields: str) -> tuple[int, str]:
        """Open a form and send it, signing in first when asked to: (status, body)."""
        url = self.site.address + path
        status, to, page = send(self.opener, url)
        if status == 302 and "sign-in" in to:
            self._sign_in()
            status, to, page = send(self.opener, url)
        found = TOKEN.search(page)
        if status != 200 or found is None:
            return status if status >= 400 else 0, page
        ticked = [("included", value) for value in BOX.findall(page)]
        status, to, page = self._post(url, found.group(1), [*fields.items(), *ticked])
        return (0 if "sign-in" in to else status), page

    def _post(self, url: str, token: str, fields: list[tuple[str, str]]) -> tuple[int, str, str]:
        body = urllib.parse.urlencode([("csrfmiddlewaretoken", token), *fields]).encode()
        return send(self.opener, url, body)

    def _sign_in(self) -> None:
        url = f"{self.site.address}/sign-in/"
        _status, _to, page = send(self.opener, url)
        found = TOKEN.search(page)
        if found:
            self._post(url, found.group(1), [("username", self.name), ("password", PASSWORD)])


@dataclass
class Storm:
    """Kills at random moments, as the die falls."""

    site: Site
    dice: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    served: int = 0  # answers so far; the clients count them
    _served_then: int = -1

    def rage(self, kills: int) -> None:
        """That many kills; web server and supervisor die in it for certain."""
        done, until = 0, time.monotonic() + RECOVERY
        while done < kills:
            time.sleep(self.dice.uniform(0.3, 1.3))
            assert time.monotonic() < until, "for two minutes there was nobody to kill"
            self.site.start_again()
            kind = self.dice.choice(SLOW + QUICK)
            if done in (kills // 4, kills // 2):
                kind = "web" if done == kills // 4 else "supervisor"
            elif kind == "supervisor" or (kind in SLOW and self.served == self._served_then):
                kind = self.dice.choice(QUICK)
            if self.site.kill(kind, self.dice):
                self.killed[kind] += 1
                done, until = done + 1, time.monotonic() + RECOVERY
                if kind in SLOW:
                    self._served_then = self.served
