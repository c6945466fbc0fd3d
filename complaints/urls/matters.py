"""Addresses of the editor of themes, advice, waiting times and official codes within the workplace."""

from django.urls import URLPattern, path

from complaints.models import Matter
from complaints.urls.converters import register_words
from complaints.views.staff import amendments, matters, official_codes

register_words("matter", Matter)


def patterns() -> list[URLPattern]:
    """All under /staff/content/: what patients read."""
    return [
        path("content/", matters.start, name="content"),
        path("content/codes/", official_codes.codes, name="official_codes"),
        path("content/codes/new/", official_codes.new_edition, name="official_edition"),
        path("dashboard/form/", official_codes.official_form, name="official_form"),
        path("content/drafts/<int:amendment_id>/", amendments.amendment, name="amendment"),
        path("content/drafts/<int:amendment_id>/change/", amendments.change, name="amendment_change"),
        path("content/drafts/<int:amendment_id>/preview/", amendments.preview, name="amendment_preview"),
        path("content/drafts/<int:amendment_id>/publish/", amendments.publish, name="amendment_publish"),
        path("content/drafts/<int:amendment_id>/discard/", amendments.discard, name="amendment_discard"),
        path("content/<matter:matter>/", matters.matters, name="matters"),
        path("content/<matter:matter>/new/", amendments.new, name="matter_new"),
        path("content/<matter:matter>/<int:matter_id>/", amendments.row, name="matter"),
        path("content/<matter:matter>/<int:matter_id>/history/", matters.history, name="matter_history"),
        path(
            "content/<matter:matter>/<int:matter_id>/history/<int:line_id>/restore/",
            matters.restore,
            name="matter_restore",
        ),
        path("content/<matter:matter>/<int:matter_id>/withdraw/", matters.withdraw, name="matter_withdraw"),
    ]
