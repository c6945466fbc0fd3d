"""What to do about an alarm, in a sentence for whoever sees it; docs/runbooks.md has the whole of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ADVICE: dict[str, Promise] = {
    "erasure_asked": _("Open “Personal data” on the page of the appeal and decide by the date given there."),
    "tier_breach": _("Open the appeal, decide it or hand it to somebody today, and call the applicant."),
    "mailbox_away": _("An administrator looks at the mailbox: server, sign-in, password."),
    "recording_refused": _(
        "Look into the folder “refused” beside the recordings: nobody has heard them yet."
    ),
    "call_back_late": _("Call the person who left a message now, and write down the call."),
    "clock_gap": _("Ask an administrator to enter the missing rule or the days of the calendar."),
    "blocked": _("Ask an administrator to mend the cause, then press “try again” on the page “Timer”."),
    "clock_jumped": _("An administrator compares the server's clock; the timer goes on after ten minutes."),
    "nobody_on_duty": _(
        "Take the urgent appeal yourself or call a colleague now; then fill the duty roster."
    ),
    "nobody_serves": _("Agree with whoever stands in, or give the tier a person for today."),
    "nobody_free": _("Ask somebody of the tier to come to their place, or hand the appeals to others."),
    "empty_shift": _("Put a person on duty for that time."),
    "phones_unconfirmed": _("Open “Call and confirm”, call each number and press “It is right”."),
    "moment_missed": _(
        "Open “Phones and offices”: the draft says why. Publish it, choose another moment or discard it."
    ),
    "terms_outrun": _(
        "Open “What patients read”, waiting times: end the own one, or set one that is shorter."
    ),
    "answer_danger": _("Decide and send the answer by the date of the law; extend only with a reason."),
    "calendar_empty": _(
        "An editor or administrator loads the days of the coming year: “Calendar and rights”."
    ),
    "undelivered": _("Open the page “Sending” and decide for each notice: send again, or tell by phone."),
    "webhook_off": _(
        "Ask whoever runs that system, then switch it on again on “Other systems”: events are kept."
    ),
    "file_infected": _("Ask the applicant for the document in another form, for instance on paper."),
    "scanner_away": _("An administrator starts the virus scanner again."),
    "files_missing": _("An administrator runs the check of files and brings lost ones back from the backup."),
    "sealing_stopped": _("An administrator looks for a stopped timer or a very long transaction."),
    "history_changed": _("Change nothing. Call whoever is responsible for security of information."),
    "help_asked": _("Open the appeal, help on the spot, and leave a note for the branch that asked."),
    "notice_late": _(
        "Print the notice on the page “Without an answer” of the appeal, send it and record it."
    ),
    "incident_late": _("Open the incident: answer everybody, or hand its appeals to others today."),
    "incident_rise": _(
        "Open “Incidents”: gather these appeals, ask the clinic once, tell patients by a banner."
    ),
    "sweeps_stopped": _("An administrator starts the escalator again: until then no appeal moves by itself."),
}
