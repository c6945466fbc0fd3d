"""Reading the environment."""

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
    assert (read["NAME"], read["OPTIONS"]) == ("portal", {"sslmode": "require"})


def test_it_reads_a_database_address_over_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "postgresql://postgres:pw@/omsportal?host=%2Fvar%2Frun%2Foms%20data")
    read = env.database("SOME")
    assert (read["HOST"], read["PORT"], read["NAME"]) == ("/var/run/oms data", "", "omsportal")
