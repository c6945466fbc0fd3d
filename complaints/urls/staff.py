"""Addresses of the workplace, mounted at /staff/. Each act has its own; POST changes, GET shows its form."""

from django.urls import path, register_converter

from complaints.reports.staff.lists import Tab
from complaints.urls import heads
from complaints.views.staff import (
    acts,
    alarms,
    answering,
    call_backs,
    case,
    dashboard,
    duty,
    engine,
    files,
    incidents,
    intake,
    letters,
    linking,
    narrowing,
    privacy,
    queue,
    readings,
    recordings,
    roster,
    search,
    sending,
    shift,
    templates,
)


class NumberConverter:
    """A number as it is written; anything else is no address of ours."""

    regex = r"[0-9]{2}-[0-9]{2}-[0-9]{7}-[0-9]"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")

app_name = "staff"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("mine/", queue.queue, {"tab": Tab.MINE}, name="mine"),
    path("waiting/", queue.queue, {"tab": Tab.WAITING}, name="waiting"),
    path("dispatch/", queue.queue, {"tab": Tab.DISPATCH}, name="dispatch"),
    path("answered/", queue.queue, {"tab": Tab.ANSWERED}, name="answered"),
    path("all/", queue.queue, {"tab": Tab.ALL}, name="all"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/<int:alarm_id>/acknowledge/", alarms.acknowledge, name="acknowledge"),
    path("take/", queue.take, name="take"),
    path("intake/", intake.intake, name="intake"),
    path("intake/callers/", intake.intake_callers, name="intake_callers"),
    path("intake/script/", intake.intake_script, name="intake_script"),
    path("intake/registered/<number:number>/", intake.intake_registered, name="intake_registered"),
    path(
        "intake/registered/<number:number>/receipt/",
        intake.intake_paper,
        {"by_post": False},
        name="intake_receipt",
    ),
    path(
        "intake/registered/<number:number>/letter/",
        intake.intake_paper,
        {"by_post": True},
        name="intake_letter",
    ),
    path("intake/<str:token>/", intake.intake_call, name="intake_call"),
    path("find/", search.find, name="find"),
    path("find/<uuid:reference>/", search.found, name="found"),
    path("narrow/", narrowing.narrow, name="narrow"),
    path("views/save/", narrowing.save, name="save_view"),
    path("views/<int:view_id>/remove/", narrowing.remove, name="remove_view"),
    path("keys/", queue.keys, name="keys"),
    path("presence/", shift.presence, name="presence"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.add, name="template_new"),
    path("templates/<int:template_id>/", templates.template, name="template"),
    path("templates/<int:template_id>/withdraw/", templates.withdraw, name="template_withdraw"),
    path("shift/end/", shift.end, name="end_shift"),
    path("call-backs/", call_backs.call_backs, name="call_backs"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter_id>/done/", letters.letter_done, name="letter_done"),
    path("call-backs/<number:number>/", call_backs.call, name="call"),
    path("call-backs/<number:number>/failed/", call_backs.call_failed, name="call_failed"),
    path("call-backs/<number:number>/reached/", call_backs.call_reached, name="call_reached"),
    path("call-backs/<number:number>/write-down/", call_backs.write_down, name="write_down"),
    path("cases/<number:number>/recordings/<uuid:storage_name>/", recordings.recording, name="recording"),
    path("roster/", roster.roster, name="roster"),
    path("roster/<int:branch_id>/add/", roster.add, name="roster_add"),
    path("roster/shifts/<int:shift_id>/remove/", roster.remove, name="roster_remove"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/new/", incidents.new, name="incident_new"),
    path("incidents/<int:incident_id>/", incidents.incident, name="incident"),
    path("incidents/<int:incident_id>/change/", incidents.change, name="incident_change"),
    path("incidents/<int:incident_id>/gather/", incidents.gather, name="incident_gather"),
    path("incidents/<int:incident_id>/ask/", incidents.ask, name="incident_ask"),
    path("incidents/<int:incident_id>/answer/", incidents.answer, name="incident_answer"),
    path("incidents/<int:incident_id>/close/", incidents.close, name="incident_close"),
    path(
        "incidents/<int:incident_id>/inquiries/<int:inquiry_id>/", incidents.inquiry, name="incident_inquiry"
    ),
    path(
        "incidents/<int:incident_id>/inquiries/<int:inquiry_id>/reply/",
        incidents.reply,
        name="incident_reply",
    ),
    path("engine/", engine.engine, name="engine"),
    path("engine/try-again/", engine.try_all, name="engine_try_all"),
    path("engine/try-again/<number:number>/", engine.try_again, name="engine_try_again"),
    path("engine/holds/<int:hold_id>/release/", engine.release, name="engine_release"),
    path("engine/alarms/<int:alarm_id>/acknowledge/", engine.acknowledge, name="engine_acknowledge"),
    path("fairness/", engine.fairness, name="fairness"),
    path("sending/", sending.sending, name="sending"),
    path("sending/again/", sending.send_all_again, name="send_all_again"),
    path("sending/<int:notice_id>/again/", sending.send_again, name="send_again"),
    path("sending/<int:notice_id>/leave/", sending.leave, name="leave_notice"),
    path("cases/<number:number>/", case.case, name="case"),
    path("cases/<number:number>/thread/", case.thread, name="case_thread"),
    path("cases/<number:number>/dates/", case.dates, name="dates"),
    path("cases/<number:number>/readings/", readings.readings, name="readings"),
    path("cases/<number:number>/data/", privacy.data, name="data"),
    path("cases/<number:number>/data/ask/", privacy.ask, name="data_ask"),
    path("cases/<number:number>/data/decide/", privacy.decide, name="data_decide"),
    path("cases/<number:number>/data/hold/", privacy.hold, name="data_hold"),
    path("cases/<number:number>/data/lift/", privacy.lift, name="data_lift"),
    path("cases/<number:number>/unmask/", case.unmask, name="unmask"),
    path("cases/<number:number>/files/<uuid:storage_name>/", files.file, name="file"),
    path("cases/<number:number>/beside/", linking.beside, name="beside"),
    path("cases/<number:number>/links/", linking.links, name="links"),
    path("cases/<number:number>/links/<int:link_id>/end/", linking.unlink, name="unlink"),
    path("cases/<number:number>/without-answer/", linking.without, name="without_answer"),
    path(
        "cases/<number:number>/without-answer/decide/", linking.decide_without, name="decide_without_answer"
    ),
    path("cases/<number:number>/without-answer/notice/", linking.notice, name="record_notice"),
    path("cases/<number:number>/incident/", linking.incident, name="case_incident"),
    path("cases/<number:number>/look/", acts.look, name="look"),
    path("cases/<number:number>/claim/", acts.claim, name="claim"),
    path("cases/<number:number>/call/", duty.acknowledge_call, name="acknowledge_call"),
    path("cases/<number:number>/release/", acts.release, name="release"),
    path("cases/<number:number>/message/", acts.message, name="message"),
    path("cases/<number:number>/note/", acts.note, name="note"),
    path("cases/<number:number>/wait/", acts.wait, name="wait"),
    path("cases/<number:number>/resume/", acts.resume, name="resume"),
    path("cases/<number:number>/escalate/", acts.escalate, name="escalate"),
    path("cases/<number:number>/return/", acts.return_, name="return"),
    path("cases/<number:number>/resolve/", acts.resolve, name="resolve"),
    path("cases/<number:number>/dispatch/", acts.dispatch, name="dispatch_answer"),
    path("cases/<number:number>/review-answer/", acts.review_answer, name="review_answer"),
    path("cases/<number:number>/reopen/", acts.reopen, name="reopen"),
    path("cases/<number:number>/naming/", acts.note_naming, name="naming"),
    path("cases/<number:number>/drafts/<slug:act>/", answering.keep_draft, name="keep_draft"),
    path("cases/<number:number>/drafts/<slug:act>/forget/", answering.forget_draft, name="forget_draft"),
    path("cases/<number:number>/texts/<slug:act>/", answering.insert, name="insert_text"),
    path("cases/<number:number>/forward/", acts.forward, name="forward"),
    path("cases/<number:number>/hand-over/", acts.hand_over, name="hand_over"),
    path("cases/<number:number>/identify/", acts.identify, name="identify"),
    path("cases/<number:number>/new-code/", acts.renew_code, name="renew_code"),
    path("cases/<number:number>/contact/", acts.change_contact, name="change_contact"),
    path("cases/<number:number>/death/", acts.death, name="death"),
    path("cases/<number:number>/reclassify/", acts.reclassify_case, name="reclassify"),
    path(
        "cases/<number:number>/reclassify/decide/",
        acts.decide_reclassification,
        name="decide_reclassification",
    ),
    *heads.patterns(),
]
