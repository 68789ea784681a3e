from ._reading import from_config as from_config
