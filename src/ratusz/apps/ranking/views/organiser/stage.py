from django.utils.translation import gettext_lazy as _

from ratusz.apps.editions.panel.stage import Stage

stage = Stage("ranking", _("Ranking %(year)s"), "order")
