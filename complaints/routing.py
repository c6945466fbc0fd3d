"""Addresses of live updates."""

from django.urls import path

from complaints.live.consumers import PatientConsumer, StaffConsumer

websocket_urlpatterns = [
    path("ws/staff/", StaffConsumer.as_asgi()),
    path("ws/case/", PatientConsumer.as_asgi()),
]
