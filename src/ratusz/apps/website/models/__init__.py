"""Pages, pictures, laureates and the organiser's profile."""

from ratusz.apps.website.models.laureates import DistinctionTitle, Laureate
from ratusz.apps.website.models.pages import (
    AccessibilityPage,
    EditionIndexPage,
    EditionPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    PrivacyPage,
    SitePage,
    StandardPage,
)
from ratusz.apps.website.models.pictures import Picture, PictureRendition
from ratusz.apps.website.models.profile import OrganiserProfile

__all__ = [
    "AccessibilityPage",
    "DistinctionTitle",
    "EditionIndexPage",
    "EditionPage",
    "HomePage",
    "Laureate",
    "NewsIndexPage",
    "NewsPage",
    "OrganiserProfile",
    "Picture",
    "PictureRendition",
    "PrivacyPage",
    "SitePage",
    "StandardPage",
]
