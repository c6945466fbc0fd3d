"""Addresses of patients. None holds a name, a code or anything typed; a number of an appeal names nobody."""

from django.urls import path

from complaints.views.public import (
    call,
    case,
    files,
    filing,
    help,
    identity,
    insurers,
    policy_check,
    readings,
    recovery,
    sending,
    status,
    terms,
    wrong_contact,
)

app_name = "public"
urlpatterns = [
    path("", help.home, name="help"),
    path("help/clinic-now/", help.clinic_now, name="clinic_now"),
    path("help/<slug:slug>/", help.topic, name="topic"),
    path("complaints/new/", filing.filing, name="filing"),
    path("complaints/new/check/", sending.check, name="filing_check"),
    path("complaints/new/send/", sending.send, name="filing_send"),
    path("complaints/new/sent/", sending.sent, name="filing_sent"),
    path("complaints/new/discard/", filing.discard, name="filing_discard"),
    path("complaints/new/files/<uuid:storage_name>/remove/", filing.remove_file, name="filing_file_remove"),
    path("complaints/new/<slug:name>/", filing.step, name="filing_step"),
    path("complaints/new/<slug:name>/keep/", filing.keep, name="filing_keep"),
    path("status/", status.status, name="status"),
    path("status/case/", case.case, name="case"),
    path("status/case/dates/", case.dates, name="case_dates"),
    path("status/case/readings/", readings.readings, name="case_readings"),
    path("status/case/message/", case.message, name="case_message"),
    path("status/case/confirm/", case.confirm, name="case_confirm"),
    path("status/case/reopen/", case.reopen, name="case_reopen"),
    path("status/case/withdraw/", case.withdraw, name="case_withdraw"),
    path("status/case/identity/", identity.identity, name="case_identity"),
    path("status/case/identity/send/", identity.send, name="case_identity_send"),
    path("status/recover/", recovery.recovery, name="recovery"),
    path("status/recover/code/", recovery.code, name="recovery_code"),
    path("contact/wrong/<slug:token>/", wrong_contact.wrong_contact, name="wrong_contact"),
    path("status/case/leave/", status.leave, name="case_leave"),
    path("status/case/files/<uuid:storage_name>/", files.file, name="case_file"),
    path("call/", call.call, name="call"),
    path("insurers/", insurers.insurers, name="insurers"),
    path("policy/check/", policy_check.policy_check, name="policy_check"),
    path("terms/", terms.terms, name="terms"),
]
