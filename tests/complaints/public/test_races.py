"""Many presses at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from complaints.models import Complaint
from tests.complaints.public.conftest import Patient, url

PRESSES = 40


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_appeal_of_forty_simultaneous_presses(patient: Patient) -> None:
    patient.answer_everything()
    cookies = {name: morsel.value for name, morsel in patient.client.cookies.items()}
    start = threading.Barrier(PRESSES)

    def press() -> tuple[int, str]:
        client = Client()
        client.cookies.load(cookies)
        start.wait(30)
        try:
            response = client.post(url("send"))
            return response.status_code, response.headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(PRESSES) as pool:
        answers = [future.result() for future in [pool.submit(press) for _ in range(PRESSES)]]
    assert set(answers) == {(302, url("sent"))}
    assert Complaint.objects.count() == 1
