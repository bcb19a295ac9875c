"""An officer explores a trace: graph, time and table in step, what if, ranking, a saved view."""

from tests.browser.visitor import Visitor

ROWS = "#trace-table tbody tr:not([hidden])"


def officer_explores(officer: Visitor) -> None:
    """Everything by keyboard or button; the page complains about nothing."""
    officer.opens("/trace/")
    officer.presses("tbody a")
    officer.page.wait_for_selector("body[data-trace=ready]")
    rows = officer.page.locator(ROWS)
    every = rows.count()
    assert every > 1
    for value in ("tier", "operator", "none", "auto"):
        officer.page.select_option("#trace-group", value)
    officer.page.select_option("#trace-lens", "office")
    the_goods_flow(officer, every)
    something_is_found(officer)
    a_case_is_marked(officer)
    pictures_are_taken(officer)
    a_view_is_kept(officer)


def the_goods_flow(officer: Visitor, every: int) -> None:
    """The slider by keyboard: at the first day fewer places had the goods."""
    officer.page.focus("#trace-day")
    officer.page.keyboard.press("Home")
    assert officer.page.locator(ROWS).count() < every
    assert "until=" in officer.page.url
    officer.page.keyboard.press("End")
    assert officer.page.locator(ROWS).count() == every


def something_is_found(officer: Visitor) -> None:
    """By a word of the first place; what nobody is called finds nothing."""
    name = officer.reads("#trace-table [data-pick]")
    officer.page.fill("#trace-query", name)
    officer.page.keyboard.press("Enter")
    assert officer.page.locator("#trace-table tr.picked").count() >= 1
    officer.page.fill("#trace-query", "zzzz")
    officer.page.keyboard.press("Enter")
    assert officer.page.locator("#trace-table tr.picked").count() == 0
    officer.page.fill("#trace-query", "")
    officer.page.keyboard.press("Enter")


def a_case_is_marked(officer: Visitor) -> None:
    """The last place had a case: sources are ranked, the mark can be taken back."""
    last = officer.page.locator("#suppose-site option").last.get_attribute("value")
    officer.page.select_option("#suppose-site", last)
    officer.page.select_option("#suppose-kind", "case")
    officer.presses("#trace-suppose button")
    officer.page.wait_for_selector("body[data-trace=ready]")
    assert officer.page.locator("#ranking meter").count() >= 1
    assert "lens=office" in officer.page.url


def pictures_are_taken(officer: Visitor) -> None:
    """PNG and SVG of what is drawn."""
    officer.page.locator(".trace-menu summary").first.click()
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        with officer.page.expect_download() as download:
            officer.page.locator(f"[data-picture={kind}]").click()
        assert download.value.path().read_bytes().startswith(start)
    officer.page.keyboard.press("Escape")


def a_view_is_kept(officer: Visitor) -> None:
    """Saved under a name, the view opens as it was."""
    officer.page.fill("#view-name", "first look")
    officer.presses("#trace-save button")
    officer.page.wait_for_selector("body[data-trace=ready]")
    assert "as_of=" in officer.page.url
    assert officer.page.locator("#trace-lens").input_value() == "office"
    assert officer.page.locator("#ranking").count() == 1
