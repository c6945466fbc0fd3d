"""The rounds that keep the chain over the history: sealed each minute, watched, sampled each hour,
and its head mailed once a day to whoever wants it."""

from datetime import timedelta

from complaints.escalation import rounds
from omsportal.platform import chain_mail, chain_watch, probes


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.extend(
        [
            rounds.Round("seal", timedelta(minutes=1), chain_watch.seal),
            rounds.Round("seal_watch", timedelta(minutes=5), chain_watch.sealing_goes_on),
            rounds.Round("seal_sample", timedelta(hours=1), chain_watch.look_back),
            rounds.Round("seal_mail", timedelta(hours=1), chain_mail.send_head),
        ]
    )
    chain_mail.register()
    probes.register("seal", chain_watch.probe)
