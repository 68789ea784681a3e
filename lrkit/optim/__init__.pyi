# What follows is made by docs/generate.py.
from .adafactor import AdaFactor as AdaFactor
from .adagrad import FTRL as FTRL
from .adagrad import Adadelta as Adadelta
from .adagrad import Adagrad as Adagrad
from .adam import Adam as Adam
from .adam import AdaMax as AdaMax
from .adam import AdamWeightDecay as AdamWeightDecay
from .adam import Lamb as Lamb
from .optimizer import Optimizer as Optimizer
from .rmsprop import RMSProp as RMSProp
from .sgd import SGD as SGD
from .sgd import Momentum as Momentum
