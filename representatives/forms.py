"""Forms of the administration of staff."""

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from representatives.models import User


class StaffCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic for the checker only
    """A new member of staff: login, name and first password."""

    class Meta:
        model = User
        fields = ("username", "full_name")


class StaffChangeForm(UserChangeForm):  # type: ignore[type-arg]  # generic for the checker only
    class Meta:
        model = User
        fields = "__all__"
