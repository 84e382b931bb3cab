from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from ratusz.apps.core.bilingual import Bilingual


class Picture(AbstractImage):
    """An image of the site. It cannot be saved without a text that says what it shows."""

    alt_pl = models.CharField(
        _("what the picture shows (Polish)"), max_length=300,
        help_text=_("Read aloud to people who do not see it: say what is in it, not “photo of”."),
    )  # fmt: skip
    alt_en = models.CharField(_("what the picture shows (English)"), max_length=300, blank=True)
    credit = models.CharField(_("author and licence"), max_length=200, blank=True)

    alt = Bilingual("alt")

    admin_form_fields = (
        "title",
        "file",
        "alt_pl",
        "alt_en",
        "credit",
        "collection",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    @property
    def default_alt_text(self) -> str:
        return str(self.alt)


class PictureRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
