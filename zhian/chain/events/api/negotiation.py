"""What the reader asks for: media type, versions, the format of keys, prefixes of extensions."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.vocabulary.problems import NotAcceptable, UnreadableBody

JSON, LINKED, XML = "application/json", "application/ld+json", "application/xml"
DOCUMENTS = (JSON, LINKED, XML)
VERSION = (2, 0)
CBV_XML_FORMATS = ("No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates")
_XML_NAMES = {"text/xml": XML}


def media_type(request: HttpRequest, *offered: str) -> str:
    """The best of the offered types for the reader's Accept header; NotAcceptable for none."""
    wanted = _accepted(request.headers.get("Accept", ""))
    best, weight = "", 0.0
    for kind in offered:
        found = _weight(kind, wanted)
        if found > weight:
            best, weight = kind, found
    if not best:
        raise NotAcceptable(_("Answers are given as %(types)s.") % {"types": ", ".join(offered)})
    return best


def _accepted(header: str) -> dict[str, float]:
    """Media range → weight; an absent header accepts everything."""
    found: dict[str, float] = {}
    for entry in filter(None, (part.strip() for part in header.split(","))):
        name, *parameters = (piece.strip() for piece in entry.split(";"))
        weight = next((p[2:] for p in parameters if p.lower().startswith("q=")), "1")
        try:
            found[_XML_NAMES.get(name.lower(), name.lower())] = float(weight)
        except ValueError:
            continue
    return found or {"*/*": 1.0}


def _weight(kind: str, wanted: dict[str, float]) -> float:
    for name in (kind, f"{kind.split('/', maxsplit=1)[0]}/*", "*/*"):
        if name in wanted:
            return wanted[name]
    return 0.0


def check_versions(request: HttpRequest) -> None:
    """NotAcceptable when the versions the reader can deal with leave 2.0 out."""
    for name in ("EPCIS", "CBV"):
        least = _version(request, f"GS1-{name}-Min")
        most = _version(request, f"GS1-{name}-Max")
        if (least and least > VERSION) or (most and most < VERSION):
            raise NotAcceptable(_("%(name)s is spoken in version 2.0.") % {"name": name})


def _version(request: HttpRequest, header: str) -> tuple[int, ...] | None:
    text = request.headers.get(header, "").strip()
    if not text:
        return None
    numbers = text.split(".")
    if not all(number.isascii() and number.isdigit() and len(number) < 5 for number in numbers):
        raise NotAcceptable(_("%(header)s is not a version.") % {"header": header})
    return tuple(map(int, numbers))[:2]


def epc_format(request: HttpRequest) -> EpcFormat:
    """How the reader wants GS1 keys written; without the header nothing is translated."""
    text = request.headers.get("GS1-EPC-Format", "").strip()
    if not text:
        return EpcFormat.NEVER
    try:
        return EpcFormat(text)
    except ValueError as error:
        raise NotAcceptable(
            _("GS1-EPC-Format is one of %(forms)s.") % {"forms": ", ".join(EpcFormat)}
        ) from error


def check_cbv_format(request: HttpRequest) -> None:
    """NotAcceptable for a GS1-CBV-XML-Format the standard does not have."""
    text = request.headers.get("GS1-CBV-XML-Format", "").strip()
    if text and text not in CBV_XML_FORMATS:
        raise NotAcceptable(
            _("GS1-CBV-XML-Format is one of %(forms)s.") % {"forms": ", ".join(CBV_XML_FORMATS)}
        )


def prefixes(request: HttpRequest) -> dict[str, str]:
    """The prefixes the reader declares: `GS1-Extensions: ex=https://…, …`."""
    found: dict[str, str] = {}
    for entry in request.headers.get("GS1-Extensions", "").split(","):
        prefix, equals, namespace = entry.strip().partition("=")
        if equals and prefix.isidentifier() and namespace:
            found[prefix] = namespace
    return found


def require_json(request: HttpRequest) -> None:
    """UnreadableBody unless the body is JSON."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, LINKED):
        raise UnreadableBody(_("Queries and subscriptions are read as JSON."))
