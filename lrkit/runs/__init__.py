"""What really happened: the logs of training runs read as rates, and the schedules behind them found.

Nothing is loaded with this package: a picture needs the kinds of logs (`log`, `match`), but neither the search
(`identify`) nor the formats (`reading`, `formats`).
"""
