"""A list of staff: what it would do, line by line, then the invitations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.forms.typed_lists import ListForm, unreadable
from complaints.views.staff.accounts import count_invitations, within
from complaints.views.staff.desk import Desk, staff_page, staff_view
from omsportal.platform.lists_in import TableUnreadable
from representatives import staff_lists
from representatives.reauthentication import identity_required
from representatives.staff_lists import Bad, Judged


@identity_required
@staff_view("GET", "POST")
def import_staff(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The first press shows what would happen; the second invites whoever is new by then."""
    reach = within(desk)
    form = ListForm.of(request)
    judged = None
    if form.is_bound and form.is_valid():
        try:
            judged = staff_lists.judge(text=form.cleaned_data["text"], reach=reach, now=desk.now)
        except TableUnreadable as error:
            form.add_error(None, unreadable(error))
    if judged is None or "agreed" not in request.POST:
        return _page(request, desk, form, judged)
    if not count_invitations(desk, form, len(judged.new)):
        return _page(request, desk, form, judged)
    invited, failed = staff_lists.invite_all(newcomers=judged.new, by=desk.user, reach=reach, now=desk.now)
    _tell(request, invited, [*judged.bad, *failed])
    return redirect("staff:accounts")


def _tell(request: HttpRequest, invited: int, bad: list[Bad]) -> None:
    text = ngettext("%d person was invited.", "%d people were invited.", invited)
    messages.success(request, text % invited)
    if bad:
        lines = ", ".join(str(one.line) for one in bad)
        messages.warning(
            request, _("Not invited, to be mended in the list: lines %(lines)s.") % {"lines": lines}
        )


def _page(request: HttpRequest, desk: Desk, form: ListForm, judged: Judged | None) -> HttpResponse:
    context = {
        "section": "dashboard", "form": form, "judged": judged, "most": staff_lists.MOST_ROWS,
        "text": form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else "",
    }  # fmt: skip
    wrong = form.is_bound and bool(form.errors)
    return staff_page(request, desk, "staff_import.html", context, status=422 if wrong else 200)
