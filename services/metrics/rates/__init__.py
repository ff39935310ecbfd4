"""Rates of services, ratings and rectifications: by published rules, with exclusions and the rows behind them."""
