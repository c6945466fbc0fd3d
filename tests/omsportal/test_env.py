"""Reading the environment."""

from datetime import time

import pytest

from omsportal import env


def test_it_takes_blank_for_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "   ")
    assert env.text("SOME", "default") == "default"
    assert env.number("SOME", 3) == 3
    assert env.flag("SOME", default=True) is True


@pytest.mark.parametrize(
    ("raw", "value"), [("1", True), ("true", True), ("YES", True), ("0", False), ("no", False)]
)
def test_it_reads_flags(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("SOME", raw)
    assert env.flag("SOME") is value


def test_it_names_the_variable_it_cannot_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "perhaps")
    with pytest.raises(env.Unreadable, match="SOME must be 1 or 0"):
        env.flag("SOME")
    with pytest.raises(env.Unreadable, match="SOME must be a whole number"):
        env.number("SOME", 1)
    with pytest.raises(env.Unreadable, match="SOME must be one of file, smtp"):
        env.choice("SOME", {"file": "a", "smtp": "b"}, default="file")
    with pytest.raises(env.Unreadable, match="SOME must start with postgresql://"):
        env.database("SOME")


def test_it_splits_words_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", " a, b,,c ")
    assert env.words("SOME") == ["a", "b", "c"]


def test_it_reads_a_database_address_over_tcp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "postgresql://us%40er:p%2Fw@db.example:6432/portal?sslmode=require")
    read = env.database("SOME")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"]) == (
        "us@er",
        "p/w",
        "db.example",
        "6432",
    )
    assert (read["NAME"], read["OPTIONS"]) == (
        "portal",
        {"connect_timeout": "5", "sslmode": "require"},
    )


def test_a_database_address_may_bring_its_own_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "postgresql://db.example/portal?connect_timeout=30")
    assert env.database("SOME")["OPTIONS"] == {"connect_timeout": "30"}


@pytest.mark.parametrize("text", ["21", "21:00", "21:00-25:00", "evening", "21:00-08:00-09:00"])
def test_it_refuses_hours_that_are_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME", text)
    with pytest.raises(env.Unreadable, match="SOME must be like 21:00-08:00"):
        env.hours("SOME", "none")


def test_it_reads_hours_over_midnight_and_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.hours("SOME", "21:00-08:30") == (time(21), time(8, 30))
    monkeypatch.setenv("SOME", "none")
    assert env.hours("SOME", "21:00-08:00") is None


def test_it_reads_a_database_address_over_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "postgresql://postgres:pw@/omsportal?host=%2Fvar%2Frun%2Foms%20data")
    read = env.database("SOME")
    assert (read["HOST"], read["PORT"], read["NAME"]) == ("/var/run/oms data", "", "omsportal")
