"""Names as they are compared."""

import pytest

from insurers.names import folded_name


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ёлкина", "елкина"),
        ("  Римская –  Корсакова ", "римская-корсакова"),
        ("ДЕ  ЛА Круз", "де ла круз"),
        ("", ""),
    ],
)
def test_it_folds(written, folded):
    assert folded_name(written) == folded
