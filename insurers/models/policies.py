"""The insured person's policy, as the registry of a branch knows it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insurers.models.organisations import Branch
from insurers.models.parts import Valid, validity_in_order
from insurers.querysets import PolicyQuerySet
from omsportal.platform.fields import SealedField


class PolicyKind(models.TextChoices):
    ENP = "enp", _("single policy number")
    TEMPORARY = "temporary", _("temporary certificate")
    OLD = "old", _("policy of the old form")


class Policy(Valid):
    """One policy: found by keyed digests, its number and holder readable only with the sealing key."""

    PROTECTION = {
        "kind": "plain: names no person",
        "number_blind": "blind index: finds the policy by its number",
        "birth_on_blind": "blind index: proves that the caller knows the birth date",
        "snils_blind": "blind index: staff find a caller's policy by СНИЛС",
        "surname_key": "plain: staff find a caller's policy by surname and birthday",
        "holder": "sealed: number, names, birth date, sex, СНИЛС, phone, address",
        "branch": "plain: routes the case",
        "digest": "blind index: tells an import that nothing changed",
    }

    kind = models.CharField(_("kind"), max_length=10, choices=PolicyKind.choices)
    number_blind = models.BinaryField(_("digest of the number"), max_length=32)
    birth_on_blind = models.BinaryField(_("digest of the birth date"), max_length=32)
    # Null also in rows that were imported before it existed: the next import of the registry fills it.
    snils_blind = models.BinaryField(_("digest of the СНИЛС"), max_length=32, null=True, blank=True)
    surname_key = models.CharField(_("surname, folded"), max_length=100)
    holder = SealedField(_("number and holder, sealed"), bound_to="number_blind")
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, related_name="policies", verbose_name=_("branch")
    )
    digest = models.BinaryField(_("digest of the whole record"), max_length=32)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(fields=["number_blind", "kind"], name="policy_number_once"),
            models.CheckConstraint(name="policy_kind_known", condition=Q(kind__in=PolicyKind.values)),
            validity_in_order("policy"),
        ]
        indexes = [
            # A caller without a number: one of a surname that a hundred thousand people have.
            models.Index(fields=["surname_key", "birth_on_blind"], name="policy_surname_birth"),
            models.Index(fields=["snils_blind"], name="policy_snils", condition=Q(snils_blind__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} №{self.pk}"
