"""Addresses of the API, mounted at /api/."""

from django.urls import path, re_path

from complaints.api.views import (
    calls,
    cases,
    description,
    filing,
    patient,
    policies,
    queue,
    reclassify,
    recordings,
    reference,
    search,
    second_person,
)
from complaints.api.views.base import UnknownAddress

app_name = "api"
urlpatterns = [
    path("schema/", description.Schema.as_view(), name="schema"),
    path("docs/", description.docs, name="docs"),
    path("v1/categories/", reference.Categories.as_view(), name="categories"),
    path("v1/regions/", reference.Regions.as_view(), name="regions"),
    path("v1/insurers/", reference.Insurers.as_view(), name="insurers"),
    path("v1/hotlines/", reference.Hotlines.as_view(), name="hotlines"),
    path("v1/policies/check/", policies.PolicyCheck.as_view(), name="policy_check"),
    path("v1/complaints/", filing.Complaints.as_view(), name="complaints"),
    path("v1/complaints/<str:number>/", patient.ComplaintStatus.as_view(), name="complaint"),
    path("v1/complaints/<str:number>/messages/", patient.ComplaintMessages.as_view(), name="messages"),
    path("v1/complaints/<str:number>/files/", patient.ComplaintFiles.as_view(), name="files"),
    path("v1/recordings/", recordings.Recordings.as_view(), name="recordings"),
    path("v1/queue/", queue.Queue.as_view(), name="queue"),
    path("v1/queue/take/", queue.QueueTake.as_view(), name="take"),
    path("v1/cases/search/", search.CaseSearch.as_view(), name="search"),
    path("v1/cases/<str:number>/", cases.Case.as_view(), name="case"),
    path("v1/cases/<str:number>/claim/", cases.Claim.as_view(), name="claim"),
    path("v1/cases/<str:number>/release/", cases.Release.as_view(), name="release"),
    path("v1/cases/<str:number>/message/", cases.CaseMessage.as_view(), name="message"),
    path("v1/cases/<str:number>/escalate/", cases.Escalate.as_view(), name="escalate"),
    path("v1/cases/<str:number>/return/", cases.Return.as_view(), name="return"),
    path("v1/cases/<str:number>/wait/", cases.Wait.as_view(), name="wait"),
    path("v1/cases/<str:number>/resume/", cases.Resume.as_view(), name="resume"),
    path("v1/cases/<str:number>/resolve/", cases.Resolve.as_view(), name="resolve"),
    path("v1/cases/<str:number>/reopen/", cases.Reopen.as_view(), name="reopen"),
    path("v1/cases/<str:number>/forward/", cases.Forward.as_view(), name="forward"),
    path("v1/cases/<str:number>/reclassify/", reclassify.Reclassify.as_view(), name="reclassify"),
    path(
        "v1/cases/<str:number>/reclassify/decide/",
        reclassify.DecideReclassification.as_view(),
        name="decide_reclassification",
    ),
    path("v1/cases/<str:number>/review-answer/", reclassify.ReviewAnswer.as_view(), name="review_answer"),
    path(
        "v1/cases/<str:number>/without-answer/", second_person.WithoutAnswer.as_view(), name="without_answer"
    ),
    path(
        "v1/cases/<str:number>/without-answer/decide/",
        second_person.DecideWithoutAnswer.as_view(),
        name="decide_without_answer",
    ),
    path("v1/proposals/", second_person.Proposals.as_view(), name="proposals"),
    path("v1/calls/", calls.Calls.as_view(), name="calls"),
    re_path(r"", UnknownAddress.as_view(), name="unknown"),
]
