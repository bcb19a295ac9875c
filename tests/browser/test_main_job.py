"""The main job in a real browser, in both languages: from the signature to the public notice."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.demo.people import PIN
from tests.browser.exploring import officer_explores
from tests.browser.visitor import PHONE, Visitor
from tests.browser.watching import officer_watches

pytestmark = pytest.mark.browser

RECALLED = {"zh": "正在召回", "en": "Under recall"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_signature_to_the_public_notice(
    browser: Browser, site: str, language: str, tmp_path: Path
) -> None:
    def arrives(user: str = "", **more: int) -> Visitor:
        return Visitor.arrives(browser, site, language, user=user, **more)

    signatory_signs(arrives("chen"))
    officer = arrives("wang")
    incident = incident_opens(officer)
    recall = officer_confirms(officer, incident)
    shop_answers(arrives("dian", width=PHONE), tmp_path)
    the_masses_move(officer, recall)
    three_columns(officer, incident)
    officer_explores(officer)
    if language == "zh":
        officer_watches(officer)
    phone_in_the_rain(arrives("wang", width=PHONE), incident)
    the_public_finds_it(arrives(), language)
    officer.leaves()


def signatory_signs(chen: Visitor) -> None:
    """A wrong PIN changes nothing; the right one freezes the report."""
    chen.opens("/samples/?sort=-drawn_at")
    chen.presses("tbody a")
    chen.presses('a[href*="/samples/reports/"]')
    chen.presses('a[href$="/sign/"]')
    chen.page.fill("input[name=pin]", "000000")
    chen.presses("main form .deeds button")
    assert chen.page.locator("input[name=pin].is-invalid").count() == 1
    chen.page.fill("input[name=pin]", PIN)
    chen.presses("main form .deeds button")
    assert chen.page.locator("input[name=pin]").count() == 0
    chen.page.context.close()


def incident_opens(officer: Visitor) -> str:
    """Without anybody retyping anything; the story is on one screen."""
    officer.waits_for("/incidents/", 'tbody a[href^="/incidents/"]')
    address = officer.page.locator('tbody a[href^="/incidents/"]').first.get_attribute("href")
    assert address
    officer.waits_for(address, 'a[href$="/confirm/"]')
    text = officer.reads("main")
    assert "62.4" in text
    assert "2.5" in text
    officer.opens("/work/")
    assert officer.page.locator("tbody tr").count() >= 3
    officer.page.keyboard.press("/")
    assert officer.page.evaluate("document.activeElement.id") == "search"
    return address


def officer_confirms(officer: Visitor, incident: str) -> str:
    """The button names the deed in numbers; afterwards every order is served."""
    officer.opens(incident)
    officer.presses('a[href$="/confirm/"]')
    officer.page.fill("textarea[name=reason]", "三聚氰胺超限，全部召回")
    button = officer.reads("main form .deeds button")
    number = re.search(r"\d+", button)
    assert number, button
    assert int(number.group()) >= 30
    officer.presses("main form .deeds button")
    address = officer.page.url.removeprefix(officer.site)
    assert address.startswith("/recalls/")
    return address


def shop_answers(shop: Visitor, tmp_path: Path) -> None:
    """On the phone: acknowledge, count, destroy with a proof."""
    shop.waits_for("/counter/", 'a[href*="/counter/orders/"]')
    shop.presses('a[href*="/counter/orders/"]')
    shop.presses('form[action$="/acknowledge/"] button')
    shop.page.fill("input[name=counted_kg]", "3.5")
    shop.presses('form[action$="/count/"] button')
    proof = tmp_path / "destroyed.txt"
    proof.write_text("销毁 3.5 kg")
    shop.page.check("input[name=kind][value=DESTROYED]")
    shop.page.fill("input[name=kg]", "3.5")
    shop.page.fill("input[name=witness]", "李秀英")
    shop.page.set_input_files("input[name=proof]", str(proof))
    shop.presses('form[action$="/disposal/"] button')
    assert "3.5" in shop.reads("main")
    shop.leaves()


def the_masses_move(officer: Visitor, recall: str) -> None:
    """What the shop destroyed is on the recall's page."""
    officer.opens(recall)
    officer.page.locator("main", has_text="3.5").wait_for()
    officer.opens(f"{recall}orders/")
    assert officer.page.locator("tbody tr").count() >= 20


def three_columns(officer: Visitor, incident: str) -> None:
    """Operator, office and officer, government; each kind of line opens its evidence."""
    number = incident.strip("/").rsplit("/", 1)[-1]
    columns = f"/accountability/alerts/{number}/"
    officer.waits_for(columns, ".three-columns")
    links = officer.page.locator(".statements a").evaluate_all(
        "found => found.map(link => link.getAttribute('href'))"
    )
    kinds = {re.sub(r"\d+", "", link): link for link in links}
    assert len(kinds) >= 4
    for link in kinds.values():
        officer.opens(link)
    officer.opens(f"{columns}lines/?column=GOVERNMENT")
    assert officer.page.locator("tbody tr").count() > 1


def phone_in_the_rain(officer: Visitor, incident: str) -> None:
    """The same pages on a phone, without sideways scrolling."""
    for path in ("/work/", "/incidents/", incident, "/recalls/", "/samples/", "/operators/"):
        officer.opens(path)
    officer.leaves()


def the_public_finds_it(person: Visitor, language: str) -> None:
    """By lot, by product, by code; without an account; in the other language too."""
    for query in ("RP-240", "乳粉", "09520013000015"):
        person.opens(f"/public/recalls/?q={query}")
        assert person.page.locator("ul.notices li").count() >= 1, query
    person.presses("ul.notices a")
    assert "RP-240" in person.reads("main")
    person.opens("/01/09520013000015/10/RP-240")
    assert RECALLED[language] in person.reads("main")
    other = "en" if language == "zh" else "zh"
    person.language = other
    person.presses(".language button")
    assert RECALLED[other] in person.reads("main")
    person.leaves()
