"""The pages of the spine: the person's own in the site, the organiser's in the panel."""

from ratusz.apps.editions.views.mine import my_edition, set_up_second_factor

__all__ = ["my_edition", "set_up_second_factor"]
