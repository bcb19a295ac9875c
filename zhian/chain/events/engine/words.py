"""The standard words of the Core Business Vocabulary 2.0 and their full URIs.

A standard value is written in JSON as a bare word; its URIs (`urn:epcglobal:cbv:bizstep:…` of
CBV 1.2, `https://ref.gs1.org/cbv/BizStep-…` and `https://ns.gs1.org/cbv/BizStep-…` of CBV 2.0,
`cbv:BizStep-…` as a CURIE) name the same value. Source: CBV 2.0 section 7.
"""

import re
from dataclasses import dataclass

CBV = "https://ref.gs1.org/cbv/"
GS1_VOC = "https://gs1.org/voc/"

_PREFIXES = (CBV, "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/", "cbv:")
_VOC_PREFIXES = (GS1_VOC, "http://gs1.org/voc/", "https://www.gs1.org/voc/", "gs1:")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-_]*:[^\s<>\"{}|\\^`\x00-\x20\ufffe\uffff]+")


def is_uri(value: str) -> bool:
    """A scheme (or prefix), a colon and no white space."""
    return _URI.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One closed list of words with the forms under which each may be written."""

    name: str
    stem: str
    urn: str
    words: frozenset[str]

    def word_of(self, value: str) -> str | None:
        """The standard word a value stands for; None for a private or an unknown value."""
        if value in self.words:
            return value
        word = self._stripped(value)
        return word if word in self.words else None

    def allows(self, value: str) -> bool:
        """A standard word, its URI, or a private URI outside the standard's own name spaces."""
        if self.word_of(value) is not None:
            return True
        return self._stripped(value) is None and is_uri(value)

    def full(self, value: str) -> str:
        """The URI of CBV 2.0 for a standard value; any other value unchanged."""
        word = self.word_of(value)
        return value if word is None else self.stem + word

    def _stripped(self, value: str) -> str | None:
        """What stands behind a prefix of the standard; None for any other value."""
        if value.startswith(self.urn):
            return value[len(self.urn) :]
        voc = self.stem == GS1_VOC
        for prefix in _VOC_PREFIXES if voc else _PREFIXES:
            start = prefix + self.stem[len(CBV) :] if not voc else prefix
            if value.startswith(start):
                return value[len(start) :]
        return None


def _cbv(name: str, stem: str, urn: str, words: str) -> Vocabulary:
    return Vocabulary(name, CBV + stem, f"urn:epcglobal:cbv:{urn}:", frozenset(words.split()))


def _voc(name: str, words: str) -> Vocabulary:
    return Vocabulary(name, GS1_VOC, "urn:epcglobal:cbv:voc:", frozenset(words.split()))


BIZ_STEP = _cbv(
    "bizStep",
    "BizStep-",
    "bizstep",
    "accepting arriving assembling collecting commissioning consigning creating_class_instance "
    "cycle_counting decommissioning departing destroying disassembling dispensing encoding "
    "entering_exiting holding inspecting installing killing loading other packing picking "
    "receiving removing repackaging repairing replacing reserving retail_selling sampling "
    "sensor_reporting shipping staging_outbound stock_taking stocking storing transporting "
    "unloading unpacking void_shipping",
)
DISPOSITION = _cbv(
    "disposition",
    "Disp-",
    "disp",
    "active available completeness_inferred completeness_verified conformant container_closed "
    "container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit "
    "inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement "
    "no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved "
    "retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown",
)
BIZ_TRANSACTION_TYPE = _cbv(
    "bizTransaction type",
    "BTT-",
    "btt",
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt",
)
SOURCE_DESTINATION_TYPE = _cbv(
    "source or destination type", "SDT-", "sdt", "location owning_party possessing_party"
)
ERROR_REASON = _cbv("error reason", "ER-", "er", "did_not_occur incorrect_data")
COMPONENT = _cbv(
    "component",
    "Comp-",
    "comp",
    "altitude axial_distance azimuth easting elevation_angle height latitude longitude northing "
    "polar_angle spherical_radius x y z",
)
MEASUREMENT = _voc(
    "sensor report type",
    "AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude "
    "AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration "
    "AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count "
    "Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity "
    "EffectiveDose EffectiveDoseRate "
    "ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy "
    "Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length "
    "LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux "
    "MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate "
    "MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume "
    "Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity "
    "Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity "
    "SurfaceTension Temperature Time Torque Voltage Volume VolumeFlowRate "
    "VolumeFraction VolumetricFlux Wavenumber",
)
ALERT = _voc("sensor alert type", "ALARM_CONDITION ERROR_CONDITION")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
