"""Addresses of keys and receivers of events within the workplace."""

from django.urls import URLPattern, path

from complaints.views.staff import integrations, webhooks

_ONE = "integrations/webhooks/<uuid:receiver>/"


def patterns() -> list[URLPattern]:
    return [
        path("integrations/", integrations.integrations, name="integrations"),
        path("integrations/keys/new/", integrations.key_new, name="key_new"),
        path("integrations/keys/<int:key_id>/rotate/", integrations.key_rotate, name="key_rotate"),
        path("integrations/keys/<int:key_id>/revoke/", integrations.key_revoke, name="key_revoke"),
        path("integrations/webhooks/new/", webhooks.webhook_new, name="webhook_new"),
        path(_ONE, webhooks.webhook, name="webhook"),
        path(f"{_ONE}change/", webhooks.webhook_change, name="webhook_change"),
        path(f"{_ONE}rotate/", webhooks.webhook_rotate, name="webhook_rotate"),
        path(f"{_ONE}off/", webhooks.webhook_off, name="webhook_off"),
        path(f"{_ONE}on/", webhooks.webhook_on, name="webhook_on"),
        path(f"{_ONE}test/", webhooks.webhook_test, name="webhook_test"),
        path(f"{_ONE}replay/", webhooks.webhook_replay, name="webhook_replay"),
        path(f"{_ONE}replay/<int:notice_id>/", webhooks.webhook_replay_one, name="webhook_replay_one"),
    ]
