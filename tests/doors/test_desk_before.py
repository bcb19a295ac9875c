"""The incident while the scope waits for a person."""

from django.test import Client
from django.urls import reverse

from tests.incident import Incident


def test_before_the_scope_is_confirmed_that_is_the_next_deed(incident: Incident) -> None:
    url = reverse("desk:incident", args=[incident.alert.pk])
    confirm = reverse("recalls:confirm", args=[incident.recall.pk])
    for name, offered in (("wang", True), ("mayor", False)):
        client = Client()
        client.force_login(incident.users[name])
        assert (confirm in client.get(url).content.decode()) is offered, name
