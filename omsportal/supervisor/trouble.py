"""What the supervisor says when it cannot go on: one sentence, with the way out in it."""


class Trouble(Exception):
    """The portal cannot start or go on; the text is shown to the person as it is."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or SIGHUP arrived: everything that was started has to end."""
