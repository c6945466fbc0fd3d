"""Addresses of the editor of phones, offices and posts within the workplace."""

from django.urls import URLPattern, path

from complaints.urls.converters import register_words
from complaints.views.staff import organisation_drafts, organisations
from insurers.models import Noun

register_words("noun", Noun)


def patterns() -> list[URLPattern]:
    drafts, lists = organisation_drafts, organisations
    return [
        path("organisations/", lists.organisations, name="organisations"),
        path("organisations/calls/", lists.unconfirmed, name="organisations_unconfirmed"),
        path("organisations/calls/<int:row_id>/confirm/", lists.confirm, name="organisation_confirm"),
        path("organisations/branches/<int:branch_id>/<noun:noun>/", lists.branch_shelf, name="branch_shelf"),
        path(
            "organisations/branches/<int:branch_id>/<noun:noun>/new/",
            drafts.new_in_branch,
            name="organisation_new",
        ),
        path("organisations/insurers/<int:insurer_id>/", lists.insurer_shelf, name="insurer_shelf"),
        path("organisations/insurers/<int:insurer_id>/new/", drafts.new_of_insurer, name="insurer_new"),
        path("organisations/drafts/<int:revision_id>/", drafts.draft, name="organisation_draft"),
        path("organisations/drafts/<int:revision_id>/change/", drafts.change, name="organisation_change"),
        path("organisations/drafts/<int:revision_id>/publish/", drafts.publish, name="organisation_publish"),
        path("organisations/drafts/<int:revision_id>/moment/", drafts.schedule, name="organisation_schedule"),
        path(
            "organisations/drafts/<int:revision_id>/moment/cancel/",
            drafts.unschedule,
            name="organisation_unschedule",
        ),
        path("organisations/drafts/<int:revision_id>/discard/", drafts.discard, name="organisation_discard"),
        path("organisations/<noun:noun>/<int:row_id>/", drafts.row, name="organisation_row"),
        path("organisations/<noun:noun>/<int:row_id>/history/", lists.history, name="organisation_history"),
        path(
            "organisations/<noun:noun>/<int:row_id>/history/<int:event_id>/restore/",
            lists.restore,
            name="organisation_restore",
        ),
        path(
            "organisations/<noun:noun>/<int:row_id>/withdraw/", lists.withdraw, name="organisation_withdraw"
        ),
    ]
