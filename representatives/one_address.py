"""One e-mail address serves one open account: new passwords and notices of sign-in go to it."""

from omsportal.platform import turns
from representatives.models import User


def hold(email: str) -> None:
    """Whoever gives this address to an account meanwhile waits for the end of the caller's transaction."""
    turns.take(f"representatives.address:{email.casefold()}")


def holder(email: str, *, but: User) -> User | None:
    """Another open account that has this address; the answer holds until the caller's transaction ends."""
    if not email:
        return None
    hold(email)
    return User.objects.with_email(email).exclude(pk=but.pk).first()
