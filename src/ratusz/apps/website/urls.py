from django.urls import path

from ratusz.apps.website import og, views
from ratusz.apps.website.feeds import NewsAtom, NewsRss

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search_site, name="search"),
    path("og/ranking/<int:year>.png", og.og_ranking, name="og_ranking"),
    path("og/city/<int:year>/<slug:slug>.png", og.og_city, name="og_city"),
    path("news.rss", NewsRss(), name="news_rss"),
    path("news.atom", NewsAtom(), name="news_atom"),
]
