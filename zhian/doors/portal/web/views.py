"""Pages of the public portal; nobody signs in here."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhian.kernel.pages import public, render
from zhian.kernel.templatetags.zhian import name_in_language
from zhian.registry.products import selectors as products
from zhian.response.recalls import selectors as recalls

PER_PAGE = 20
LATEST = 5


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, and the newest recall notices."""
    notices = recalls.public_notices()[:LATEST]
    return render(request, "portal/home.html", {"notices": notices})


@public
@require_safe
def recall_list(request: HttpRequest) -> HttpResponse:
    """The notices that match a product, lot or code, newest first."""
    search = request.GET.get("q", "").strip()
    pages = Paginator(recalls.public_notices(search), PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "portal/recalls.html", {"notices": page, "search": search})


@public
@require_safe
def recall(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice with the fields of Article 16 of the recall measure."""
    notice = recalls.public_notices().filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    context = {"notice": notice, "affected": _affected(notice.lots)}
    return render(request, "portal/recall.html", context)


def _affected(lots: list[str]) -> list[tuple[str, str]]:
    """Every product under recall with its lots, in the reader's language."""
    named = products.products_of_lots(lots)
    found: dict[str, list[str]] = {}
    for lot in lots:
        name = name_in_language(named[lot]) if lot in named else ""
        found.setdefault(name, []).append(lot.rsplit(".", 1)[-1])
    return [(name, ", ".join(sorted(numbers))) for name, numbers in sorted(found.items())]


@public
@require_safe
def digital_link(request: HttpRequest, gtin: str, lot: str = "") -> HttpResponse:
    """What a scanned GS1 Digital Link says about recalls of this item or lot."""
    code = f"/01/{gtin}/10/{lot}" if lot else f"/01/{gtin}"
    notices = list(recalls.public_notices(code))
    context = {"notices": notices, "gtin": gtin, "lot": lot}
    return render(request, "portal/code.html", context)
