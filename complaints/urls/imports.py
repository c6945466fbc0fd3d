"""Addresses of registries brought as files, within the workplace."""

from django.urls import URLPattern, path

from complaints.views.staff import imports


def patterns() -> list[URLPattern]:
    return [
        path("imports/", imports.imports, name="imports"),
        path("imports/<int:import_id>/", imports.import_, name="import"),
        path("imports/<int:import_id>/load/", imports.load, name="import_load"),
        path("imports/<int:import_id>/withdraw/", imports.withdraw, name="import_withdraw"),
        path("imports/<int:import_id>/report/", imports.import_report, name="import_report"),
    ]
