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


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/call/?region=76", "/help/clinic-now/?region=76&theme=a", "/staff/?x="]
)
def test_a_zero_byte_in_an_address_is_malformed_and_leads_on(client: Client, address: str):
    response = client.get(address + ("%00" if "?" in address else "?theme=%00"))
    assert response.status_code == 400
    assert "tel:112" in response.content.decode()
