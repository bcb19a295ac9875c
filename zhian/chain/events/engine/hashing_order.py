"""What the event hash of CBV 2.0 section 8.9 is made of: fields in their order, and their kinds."""

import re

from zhian.chain.events.engine.words import (
    ALERT,
    BIZ_STEP,
    BIZ_TRANSACTION_TYPE,
    CBV,
    COMPONENT,
    DISPOSITION,
    GS1_VOC,
    MEASUREMENT,
    SOURCE_DESTINATION_TYPE,
)

STANDARD_PREFIXES = {
    "cbv": CBV,
    "gs1": GS1_VOC,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "epcis": "https://ref.gs1.org/epcis/",
}
NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?")

EPC_LISTS = ("epcList", "inputEPCList", "childEPCs", "outputEPCList")
QUANTITY_LISTS = (
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"
)  # fmt: skip
ORDER = (
    "eventTime", "eventTimeZoneOffset", "epcList", "parentID", "inputEPCList", "childEPCs",
    "quantityList", "childQuantityList", "inputQuantityList", "outputEPCList",
    "outputQuantityList", "action", "transformationID", "bizStep", "disposition",
    "persistentDisposition", "readPoint", "bizLocation", "sensorElementList",
)  # fmt: skip
PAIRS = {
    "bizTransactionList": ("bizTransaction", BIZ_TRANSACTION_TYPE),
    "sourceList": ("source", SOURCE_DESTINATION_TYPE),
    "destinationList": ("destination", SOURCE_DESTINATION_TYPE),
}
METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time",
    "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
    "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank",
    "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
VERBATIM = frozenset({"eventTimeZoneOffset", "action", "uom"})
VOCABULARIES = {
    "bizStep": BIZ_STEP, "disposition": DISPOSITION, "type": MEASUREMENT, "exception": ALERT,
    "component": COMPONENT, "set": DISPOSITION, "unset": DISPOSITION,
}  # fmt: skip
# explains, but says nothing of the event
COMMENT = "rdfs:comment"
