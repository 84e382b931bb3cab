from django.urls import path

from ratusz.apps.website import views
from ratusz.apps.website.feeds import NewsAtom, NewsRss

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search_site, name="search"),
    path("news.rss", NewsRss(), name="news_rss"),
    path("news.atom", NewsAtom(), name="news_atom"),
]
