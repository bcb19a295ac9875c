"""Somebody at a screen: opens pages, and remembers everything that went wrong."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from config.demo.people import PASSWORD

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
PHONE, DESK = 390, 1280
LATIN_WORD = re.compile(r"\b[A-Z][a-z]{3,}\b")


@dataclass
class Visitor:
    """One person's browser window."""

    page: Page
    site: str
    language: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def arrives(
        cls, browser: Browser, site: str, language: str, *, user: str = "", width: int = DESK
    ) -> "Visitor":
        """A new window; signed in when a user is named."""
        context = browser.new_context(
            locale=LOCALES[language], viewport={"width": width, "height": 900}
        )
        made = cls(context.new_page(), site, language)
        made.page.set_default_timeout(60_000)
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("response", made._note)
        made.page.on(
            "console",
            lambda message: (
                made.complaints.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        if user:
            made.signs_in(user)
        return made

    def _note(self, response: object) -> None:
        status, url = response.status, response.url  # type: ignore[attr-defined]
        if status >= 500 or (status >= 400 and status != 422):
            self.complaints.append(f"{status} {url}")

    def signs_in(self, user: str) -> None:
        """By the form, as everybody."""
        self.opens("/sign-in/")
        self.page.fill("input[name=username]", user)
        self.page.fill("input[name=password]", PASSWORD)
        self.presses("main form button")

    def opens(self, path: str) -> None:
        """A page, which must be whole: right language, nothing wider than the screen."""
        self.page.goto(self.site + path)
        self.looks()

    def looks(self) -> None:
        """Look at the page as it is."""
        assert self.page.locator("html").get_attribute("lang") == LANGUAGES[self.language]
        too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not self.page.evaluate(too_wide), f"sideways scrolling on {self.page.url}"
        if self.language == "zh":
            heading = " ".join(self.page.locator("h1, h2").all_inner_texts())
            assert not LATIN_WORD.search(heading), f"English on a Chinese page: {heading}"

    def presses(self, selector: str) -> None:
        """A button or link that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.looks()

    def waits_for(self, path: str, selector: str, seconds: float = 60.0) -> None:
        """Reload a page until something is on it."""
        until = time.monotonic() + seconds
        while True:
            self.opens(path)
            if self.page.locator(selector).count():
                return
            assert time.monotonic() < until, f"{selector} did not come to {path}"
            time.sleep(0.5)

    def reads(self, selector: str) -> str:
        """The text of the first match."""
        return self.page.locator(selector).first.inner_text()

    def leaves(self) -> None:
        """Nothing may have gone wrong."""
        self.page.context.close()
        assert self.complaints == []


Arrival = Callable[..., Visitor]
