"""Addresses of the import screens inside the organiser's panel."""

from django.urls import path

from ratusz.apps.core.imports import views

urlpatterns = [
    path("imports/", views.ImportIndex.as_view(), name="imports"),
    path("imports/results/", views.ImportIndex.as_view(results_only=True), name="imports_results"),
    path("imports/upload/", views.ImportUpload.as_view(), name="import_upload"),
    path("imports/<int:pk>/", views.ImportBatchPage.as_view(), name="import_batch"),
    path("imports/<int:pk>/progress/", views.ImportProgress.as_view(), name="import_progress"),
    path("imports/<int:pk>/rejected.csv", views.RejectedRows.as_view(), name="import_rejected"),
    path("imports/<int:pk>/file/", views.SourceFile.as_view(), name="import_file"),
]
