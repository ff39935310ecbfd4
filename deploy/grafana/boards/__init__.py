"""The six dashboards, one a file; their uids are in addresses that people keep, so they never change."""

from deploy.grafana.boards import assessment, indicators, overview, platform, ratings, supervision

BOARDS = (
    overview.BOARD,
    supervision.BOARD,
    ratings.BOARD,
    indicators.BOARD,
    assessment.BOARD,
    platform.BOARD,
)
