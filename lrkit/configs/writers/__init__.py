"""The way back, a file for each training system: configs that may be equal to a schedule."""
