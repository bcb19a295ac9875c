"""From a bare checkout to a working environment: each step is stamped and can be rerun alone.

Needs only Python >= 3.11 (standard library). Usage: python3 tools/bootstrap.py STEP...
with steps `setup` (everything the site needs) and `chromium` (what browser tests need on top).
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = ROOT / ".make"
OLDEST_NODE = 18
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetUpError(Exception):
    """A step failed; the message says what to do about it."""


def say(text: str) -> None:
    """Tell the user what happens now (standard error: standard output is for results)."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, **environment: str) -> None:
    """Run in the checkout, quietly unless it fails."""
    line = [str(part) for part in command]
    done = subprocess.run(
        line,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetUpError(f"{' '.join(line)} failed:\n{done.stdout[-4000:]}")


def digest(inputs: Sequence[str | Path]) -> str:
    """One hash over texts and the contents of files (a path that is absent counts as such)."""
    total = hashlib.sha256()
    for item in inputs:
        is_file = isinstance(item, Path) and item.is_file()
        total.update(Path(item).read_bytes() if is_file else str(item).encode())
        total.update(b"\0")
    return total.hexdigest()


def step(name: str, inputs: Sequence[str | Path], outputs: Sequence[Path]) -> Callable[..., None]:
    """Run the work only when an input changed or an output is gone; stamp it after success."""

    def once(work: Callable[[], None], text: str) -> None:
        stamp, wanted = STAMPS / name, digest(inputs)
        fresh = stamp.is_file() and stamp.read_text() == wanted
        if fresh and all(path.exists() for path in outputs):
            return
        say(text)
        stamp.unlink(missing_ok=True)
        work()
        STAMPS.mkdir(exist_ok=True)
        stamp.write_text(wanted)

    return once


def apt_install(*packages: str) -> bool:
    """Install Debian packages when we may; False where there is no apt or no right to it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", **quiet)
    run("apt-get", "install", "-y", "--no-install-recommends", *packages, **quiet)
    return True


def make_venv() -> None:
    """A fresh virtual environment; Debian ships the module `venv` without its pip."""
    # an environment of this Python is kept and mended, any other is replaced
    same = (BIN / f"python3.{sys.version_info.minor}").exists()
    command = (sys.executable, "-m", "venv", *([] if same else ["--clear"]), VENV)
    try:
        run(*command)
    except SetUpError as error:
        package = f"python3.{sys.version_info.minor}-venv"
        if "ensurepip" not in str(error) or not apt_install(package):
            raise SetUpError(f"{error}\nOn Debian or Ubuntu: apt-get install {package}") from None
        run(*command)


def install_wheels() -> None:
    """The locked packages, checked by hash: by uv for speed, by pip where uv cannot reach."""
    pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r")
    run(*pip, "requirements/bootstrap.txt")
    uv = (BIN / "uv", "pip", "install", "--system-certs", "--require-hashes", "-r")
    try:
        run(*uv, "requirements/dev.txt", VIRTUAL_ENV=str(VENV))
    except SetUpError:
        say("uv could not install the packages, trying pip (slower)")
        run(*pip, "requirements/dev.txt")


def install_project() -> None:
    """The command `zhian`, running from this checkout."""
    pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "-e", ".")


def usable_npm() -> Path | None:
    """npm of the machine, when it comes with a Node.js that is new enough."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().lstrip("v").split(".")[0]
    return Path(npm) if major.isdigit() and int(major) >= OLDEST_NODE else None


def install_front_end() -> None:
    """The locked npm packages; Node.js comes from a wheel where the machine has none."""
    npm = usable_npm()
    path = os.environ.get("PATH", "")
    if npm is None:
        say("no Node.js on this machine, taking it from its wheel")
        pip = (BIN / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r")
        run(*pip, "requirements/node.txt")
        npm, path = BIN / "npm", f"{BIN}{os.pathsep}{path}"
    run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", PATH=path)


def find_chromium() -> Path | None:
    """A Chromium to test with: the machine's, or the one playwright once downloaded."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    cache = Path.home() / ".cache" / "ms-playwright"
    return next(iter(sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


def chromium() -> None:
    """Make sure browser tests find a Chromium; the site itself never needs one."""
    if find_chromium() is not None:
        return
    say("installing Chromium for the browser tests")
    if not apt_install("chromium"):
        run(BIN / "playwright", "install", "chromium")
    if find_chromium() is None:
        raise SetUpError("no Chromium found: install the package `chromium` of your system")


def setup() -> None:
    """Environment, packages, the project itself, front-end files, compiled translations."""
    lists = [ROOT / "requirements" / f"{name}.txt" for name in ("bootstrap", "dev")]
    python = f"{sys.version_info.major}.{sys.version_info.minor} {VENV}"
    step("venv", [python], [BIN / "python"])(make_venv, "virtual environment .venv")
    step("wheels", [python, *lists], [BIN / "uv", BIN / "pytest"])(
        install_wheels, "Python packages (requirements/dev.txt)"
    )
    project = [python, ROOT / "pyproject.toml", ROOT / "requirements" / "base.in"]
    step("project", project, [BIN / "zhian"])(install_project, "the command .venv/bin/zhian")
    lock = ROOT / "package-lock.json"
    step("front-end", [lock], [ROOT / "node_modules" / ".package-lock.json"])(
        install_front_end, "front-end packages (package-lock.json)"
    )
    vendor = ROOT / "tools" / "vendor.py"
    copied = [ROOT / "build" / "static" / "vendor" / "icons.svg", ROOT / "build" / "divisions"]
    step("vendor", [lock, vendor, ROOT / "tools" / "icons.txt"], copied)(
        lambda: run(BIN / "python", vendor), "files the pages serve (build/static/vendor)"
    )
    catalogues = sorted((ROOT / "zhian").glob("**/LC_MESSAGES/*.po"))
    step("messages", catalogues, [path.with_suffix(".mo") for path in catalogues])(
        lambda: run(BIN / "python", "-m", "zhian.kernel.messages", "compile"), "translations"
    )


STEPS = {"setup": setup, "chromium": chromium}


def main(names: Sequence[str]) -> int:
    """Run the named steps in order."""
    try:
        for name in names:
            STEPS[name]()
    except SetUpError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["setup"]))
