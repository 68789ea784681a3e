"""What really happened: the logs of training runs read as rates, and the schedules behind them found."""

from .identify import identify as identify
from .log import LoggedRates as LoggedRates
from .log import LoggedSeries as LoggedSeries
from .match import Match as Match
from .match import Matches as Matches
from .reading import read_log as read_log
