"""What people type about themselves."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User

LANGUAGES = User._meta.get_field("language").choices


class ProfileForm(forms.Form):
    """One's own name and language."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=LANGUAGES)


class SignupForm(ProfileForm):
    """What is asked at sign-up, next to the e-mail."""

    field_order = ["email", "full_name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "pl")[:2]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Writes the two fields into the new account."""
        user.full_name, user.language = self.cleaned_data["full_name"], self.cleaned_data["language"]
        user.save(update_fields=["full_name", "language"])


class EraseForm(forms.Form):
    """The person types the own address, so that nobody erases an account by a slip."""

    confirmation = forms.EmailField(
        label=_("Your e-mail"), help_text=_("Type the address of this account to confirm."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_confirmation(self) -> str:
        typed = self.cleaned_data["confirmation"].strip().lower()
        if typed != self.user.email:
            raise forms.ValidationError(
                _(
                    "“%(typed)s” is not the address of this account. Type %(email)s to erase it, or leave the page."
                )
                % {"typed": typed, "email": self.user.email}
            )
        return typed
