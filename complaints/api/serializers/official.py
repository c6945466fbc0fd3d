"""The official form in the API."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.models import OfficialCode


class OfficialRowOutput(serializers.Serializer[OfficialCode]):
    """The row of the official form that a case counts into, fixed when the work on it ends; null before."""

    edition = serializers.CharField(help_text=_("Edition of the form"))
    table = serializers.CharField(help_text=_("Table of the form"))
    code = serializers.CharField(help_text=_("Number of the row"))
    text = serializers.CharField(help_text=_("Words of the row"))
