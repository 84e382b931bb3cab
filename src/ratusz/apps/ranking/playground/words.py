"""The words of the switches; those of their options are the method editor's."""

from django.utils.translation import gettext_lazy as _

SWITCHES = {
    "scale": _("Scale of the indicators"),
    "mean": _("How indicators are joined"),
    "outliers": _("Outliers"),
    "missing": _("Missing figures"),
}
STEPS = {"scale": "normalisation", "mean": "mean", "outliers": "treatment", "missing": "imputation"}
