"use strict";
// Events of a dairy, built with epcis2.js' own classes: every type, every kind of part.
const epcis2 = require("epcis2.js");

const FARM = "urn:epc:id:sgln:6901234.00001.0";
const PLANT = "urn:epc:id:sgln:6901234.00002.0";
const MILK = "urn:epc:class:lgtin:6901234.000017.M1";
const POWDER = "https://id.gs1.org/01/06901234000245/10/P1";
const CASE = "urn:epc:id:sscc:6901234.0000000001";
const ITEM = epcis2.buildSGTINUri("6901234", "000024", "7");
const EXAMPLE = { ex: "https://example.org/epcis/" };

const amount = (epcClass, quantity) =>
  new epcis2.QuantityElement().setEpcClass(epcClass).setQuantity(quantity).setUom("KGM");

const filled = (event, hour) =>
  event
    .setEventTime(`2026-03-01T${String(hour).padStart(2, "0")}:00:00.123+08:00`)
    .setEventTimeZoneOffset("+08:00");

function milkLeavesTheFarm() {
  const cold = new epcis2.SensorElement()
    .setSensorMetadata(new epcis2.SensorMetadata().setTime("2026-03-01T05:59:00+08:00"))
    .addSensorReport(
      new epcis2.SensorReportElement()
        .setType(epcis2.cbv.sensorMeasurementTypes.temperature)
        .setValue(3.5)
        .setUom("CEL"),
    );
  return filled(new epcis2.ObjectEvent(), 6)
    .setAction(epcis2.cbv.actionTypes.observe)
    .setBizStep(epcis2.cbv.bizSteps.shipping)
    .setDisposition(epcis2.cbv.dispositions.in_transit)
    .setPersistentDisposition(
      new epcis2.PersistentDisposition().addSet(epcis2.cbv.dispositions.completeness_verified),
    )
    .setReadPoint(new epcis2.ReadPoint().setId(FARM))
    .addQuantity(amount(MILK, 500.5))
    .addBizTransaction(
      new epcis2.BizTransactionElement()
        .setType(epcis2.cbv.businessTransactionTypes.desadv)
        .setBizTransaction("urn:epcglobal:cbv:bt:6901234000017:note1"),
    )
    .addSource(new epcis2.SourceElement().setType("location").setSource(FARM))
    .addDestination(new epcis2.DestinationElement().setType("location").setDestination(PLANT))
    .addSensorElement(cold)
    .addExtension("ex:driver", "Zhang 师傅");
}

function powderIsMade() {
  return filled(new epcis2.TransformationEvent(), 8)
    .setTransformationID("urn:epc:id:gdti:6901234.00001.77")
    .addInputQuantity(amount(MILK, 500))
    .addOutputQuantity(amount(POWDER, 50))
    .addOutputEPC(ITEM)
    .setBizStep(epcis2.cbv.bizSteps.creating_class_instance)
    .setBizLocation(new epcis2.BizLocation().setId(PLANT))
    .setIlmd(new epcis2.Ilmd().addExtension("ex:bestBefore", "2027-03-01"));
}

function itemIsPacked() {
  return filled(new epcis2.AggregationEvent(), 9)
    .setAction(epcis2.cbv.actionTypes.add)
    .setParentId(CASE)
    .addChildEPC(ITEM)
    .addChildQuantity(amount(POWDER, 10))
    .setBizStep(epcis2.cbv.bizSteps.packing)
    .setBizLocation(new epcis2.BizLocation().setId(PLANT));
}

function caseIsSold() {
  return filled(new epcis2.TransactionEvent(), 10)
    .setAction(epcis2.cbv.actionTypes.add)
    .addEPC(CASE)
    .addBizTransaction(
      new epcis2.BizTransactionElement()
        .setType(epcis2.cbv.businessTransactionTypes.po)
        .setBizTransaction("urn:epcglobal:cbv:bt:6901234000017:po1"),
    )
    .setReadPoint(new epcis2.ReadPoint().setId(PLANT));
}

function sensorIsFixed() {
  return filled(new epcis2.AssociationEvent(), 11)
    .setAction(epcis2.cbv.actionTypes.add)
    .setParentId(PLANT)
    .addChildEPC("urn:epc:id:giai:6901234.401")
    .setBizStep(epcis2.cbv.bizSteps.installing)
    .setReadPoint(new epcis2.ReadPoint().setId(PLANT));
}

const everyType = () => [
  milkLeavesTheFarm(),
  powderIsMade(),
  itemIsPacked(),
  caseIsSold(),
  sensorIsFixed(),
];

function documentOf(...events) {
  const made = new epcis2.EPCISDocument()
    .setCreationDate("2026-03-01T12:00:00+08:00")
    .setContext(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", EXAMPLE]);
  events.forEach((event) => made.addEvent(event));
  return made;
}

module.exports = { EXAMPLE, everyType, documentOf, powderIsMade, MILK };
