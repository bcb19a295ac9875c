"""A capture job as the EPCISCaptureJob of XML 2.0."""

from lxml import etree

from zhian.chain.events.engine.markup.names import EPCIS2
from zhian.chain.events.models import CaptureJob
from zhian.chain.events.selectors.rendering import job_json

_NAMESPACES = {"epcis": EPCIS2}
_STATUS = "400"


def job_xml(job: CaptureJob) -> bytes:
    """The job with its errors as problems, in the order of the schema."""
    told = job_json(job)
    root = etree.Element(f"{{{EPCIS2}}}EPCISCaptureJob", nsmap=_NAMESPACES)
    root.set("captureID", told["captureID"])
    root.set("running", "true" if told["running"] else "false")
    root.set("success", "true" if told["success"] else "false")
    for name in ("captureErrorBehaviour", "createdAt", "finishedAt"):
        if name in told:
            etree.SubElement(root, name).text = told[name]
    if told["errors"]:
        errors = etree.SubElement(root, "errors")
        for found in told["errors"]:
            error = etree.SubElement(errors, "error")
            detail = f"{found['path']}: {found['message']}"
            for name, text in (
                ("type", found["type"]),
                ("title", found["title"]),
                ("status", _STATUS),
                ("detail", detail),
            ):
                etree.SubElement(error, name).text = text
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
