"""Addresses of live updates."""

from django.urls import path

from complaints.live.consumers import PatientConsumer, ReaderConsumer, StaffConsumer

websocket_urlpatterns = [
    path("ws/staff/", StaffConsumer.as_asgi()),
    path("ws/staff/cases/<str:number>/", ReaderConsumer.as_asgi()),
    path("ws/case/", PatientConsumer.as_asgi()),
]
