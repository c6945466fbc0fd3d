"""How an answer to a letter of ours finds its appeal: a token in Message-ID and reply address.

It opens nothing: whoever has it can write into the appeal, as whoever has the letter it stands in. A new
access code ends it.
"""

import base64
import re
from urllib.parse import urlsplit

from django.conf import settings

from complaints import numbers
from complaints.models import Complaint, Mailbox
from omsportal.platform import digests

_SEAL_BYTES = 12
_TOKEN = re.compile(r"case-(\d{12})-([a-z2-7]{20})", re.IGNORECASE)
_OWN = re.compile(r"<(outbox-\d+-[a-z2-7]{16}|(case-\d{12}-[a-z2-7]{20})-(\d{1,18}))@")
#: Letters may name many others they answer to.
_MOST_LOOKED_AT = 20


def token_of(complaint: Complaint) -> str:
    """case-762612345678-… : the number, and a seal that nobody else can make."""
    digits = complaint.number.replace("-", "")
    return f"case-{digits}-{_seal(complaint)}"


def case_named_in(texts: list[str]) -> Complaint | None:
    """The appeal whose token stands in one of these; None: there is none, or it is wrong."""
    found = [match.groups() for text in texts for match in _TOKEN.finditer(text)]
    for digits, seal in dict.fromkeys(found[:_MOST_LOOKED_AT]):
        case: Complaint | None = Complaint.objects.by_number(numbers.written(digits)).first()
        if case is not None and digests.matches(_seal(case).encode(), seal.lower().encode()):
            return case
    return None


def headers_of(complaint: Complaint, *, row_id: int) -> dict[str, str]:
    """For a letter about this case, where its branch reads letters; else nothing."""
    mailbox: Mailbox | None = Mailbox.objects.of_branch(complaint.branch_id)
    if mailbox is None:
        return {}
    token = token_of(complaint)
    name, _at, domain = mailbox.address.partition("@")
    address = f"{name}+{token}@{domain}" if mailbox.takes_suffix else mailbox.address
    return {"Message-ID": f"<{token}-{row_id}@{host()}>", "Reply-To": address}


def is_own(message_id: str) -> bool:
    """The letter is one that the portal itself sent."""
    return message_id.endswith(f"@{host()}>") and _OWN.match(message_id) is not None


def notice_of(message_id: str) -> tuple[Complaint, int] | None:
    """The appeal and the number of the notice that left with this Message-ID; None: the seal is wrong."""
    found = _OWN.match(message_id)
    case = case_named_in([found[2]]) if found is not None and found[2] else None
    return (case, int(found[3])) if found is not None and case is not None else None


def host() -> str:
    """What stands behind the @ of our Message-IDs."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _seal(complaint: Complaint) -> str:
    told = f"{complaint.number}:{bytes(complaint.access_code_digest).hex()}"
    return base64.b32encode(digests.blind(told, "mail reply")[:_SEAL_BYTES]).decode().rstrip("=").lower()
