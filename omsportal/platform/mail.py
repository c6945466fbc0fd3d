"""Django's SMTP, which also tells "not sent" from "perhaps sent".

RFC 5321 4.2.5: from the final dot on the server may have taken the message, whatever becomes of the
connection.
"""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

from omsportal.platform.sending import PerhapsSent, cut_off

_FINAL_DOT = b"\r\n.\r\n"


class _Careful:
    """Remembers whether the whole message was handed over; mixed into smtplib's classes."""

    handed_over = False
    sock: Any

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]  # smtplib's
        self.handed_over = isinstance(s, bytes) and s.endswith(_FINAL_DOT)

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        """Raises PerhapsSent when the connection dies, or nothing comes, after the final dot."""
        self.handed_over = False
        with cut_off(self.sock):
            try:
                return super().sendmail(*args, **kwargs)  # type: ignore[misc]  # smtplib's
            except smtplib.SMTPServerDisconnected as error:
                if self.handed_over:
                    raise PerhapsSent("SMTP") from error
                raise


class _Smtp(_Careful, smtplib.SMTP):
    pass


class _SmtpOverTls(_Careful, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp
