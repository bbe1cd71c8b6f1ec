"""Whoever watches the house hears which part of it is ill."""

from unittest.mock import patch

import pytest
from django.test import Client

from crmsite import health


def test_a_living_process_says_ok(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_a_database_and_a_broker_that_answer_are_ok(client: Client) -> None:
    answer = client.get("/readyz").json()
    assert (answer["database"], answer["broker"], answer["cache"]) == ("ok", "ok", "ok")


@pytest.mark.django_db
def test_a_house_without_a_single_night_is_not_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["night"] in {"no run has finished yet", "unknown"}


def test_a_part_that_fails_is_named_without_its_secrets(client: Client) -> None:
    def lost() -> str:
        raise ConnectionError("postgres://user:password@host")

    with patch.dict(health.CHECKS, {"database": lost}):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "failed: ConnectionError"
    assert b"password" not in answer.content
