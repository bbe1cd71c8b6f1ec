"""Addresses of the KPI pages."""

from django.urls import path

from metrics import views

app_name = "kpis"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("all/", views.catalogue, name="all"),
    path("packs/", views.packs_page, name="packs"),
    path("conventions/", views.conventions, name="conventions"),
    path("boards/<slug:key>/", views.board, name="board"),
    path("goals/<int:number>/", views.goal_page, name="goal"),
    path("analyses/", views.analyses_page, name="analyses"),
    path("analyses/<slug:key>/", views.analysis_page, name="analysis"),
    path("analyses/<slug:key>/<slug:table>.csv", views.analysis_file, name="analysis-file"),
    path("<slug:key>/", views.kpi_page, name="kpi"),
    path("<slug:key>/handbook/", views.handbook_page, name="handbook"),
    path("<slug:key>/changes/", views.changes_page, name="changes"),
    path("<slug:key>/rows/", views.rows_page, name="rows"),
    path("<slug:key>/rows.csv", views.rows_file, name="rows-file"),
    path("<slug:key>/series.csv", views.series_file, name="series-file"),
    path("<slug:key>/breakdown.csv", views.breakdown_file, name="breakdown-file"),
]
