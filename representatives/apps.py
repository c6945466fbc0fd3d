from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RepresentativesConfig(AppConfig):
    name = "representatives"
    verbose_name = _("Insurance representatives")

    def ready(self) -> None:
        from representatives import (
            checks,  # noqa: F401  (registers itself)
            invitations,
            key_endings,
            notices,
            receivers,  # noqa: F401  (connects itself)
            secret_keys,
            webhooks,
        )

        invitations.register()
        key_endings.register()
        notices.register()
        secret_keys.register()
        webhooks.register()
