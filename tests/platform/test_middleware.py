"""What a page says when something it leans on is away."""

import pytest
from django.db import connection, connections
from django.test import Client


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/complaints/new/", "/terms/"])
def test_a_page_says_so_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
):
    connection.close()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
    response = client.get(address)
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "tel:112" in response.content.decode()
