"""Settings of the test runs: a data folder and a PostgreSQL of their own."""

import os
import tempfile
from pathlib import Path

from zhian.kernel import postgres

_DATA = Path(tempfile.gettempdir()) / f"zhian-tests-{os.getuid()}"
_DATA.mkdir(exist_ok=True)
os.environ["ZHIAN_DATA"] = str(_DATA)
os.environ["ZHIAN_DATABASE_ADDRESS"] = postgres.start(_DATA)

import config.settings as _settings  # noqa: E402

globals().update({name: value for name, value in vars(_settings).items() if name.isupper()})
