"""What people type about a product."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhian.kernel.forms import DeedForm
from zhian.kernel.identifiers import parse_gtin, parse_uscc
from zhian.registry.products.models import Product
from zhian.registry.standards import selectors as standards


class ProductForm(DeedForm):
    """A product as its label names it."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=300, required=False)
    category_zh = forms.CharField(label=_("category"), max_length=200, required=False)
    category_en = forms.CharField(label=_("category (English)"), max_length=300, required=False)
    gtin = forms.CharField(label=_("GTIN"), max_length=20, required=False)
    producer_name = forms.CharField(label=_("producer"), max_length=200, required=False)
    producer_uscc = forms.CharField(
        label=_("producer's credit code"), max_length=24, required=False
    )

    def clean_gtin(self) -> str | None:
        """The GTIN with its check digit held."""
        return self._parsed("gtin", parse_gtin) or None

    def clean_producer_uscc(self) -> str:
        """The credit code with its check character held."""
        return self._parsed("producer_uscc", parse_uscc)

    def _parsed(self, name: str, parse: Any) -> str:
        raw = str(self.cleaned_data[name])
        if not raw:
            return ""
        try:
            return str(parse(raw))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class NodesForm(DeedForm):
    """One food category for each standard that has a tree."""

    def __init__(self, *arguments: Any, product: Product, **options: Any) -> None:
        super().__init__(*arguments, **options)
        mapped = dict(product.food_nodes())
        for standard, choices in standards.node_choices().items():
            self.fields[standard] = forms.ChoiceField(
                label=standard,
                required=False,
                choices=[("", "—"), *choices],
                initial=mapped.get(standard, ""),
            )

    def nodes(self) -> dict[str, str]:
        """The chosen category for each standard."""
        return {standard: code for standard, code in self.cleaned_data.items() if code}
