"""The month of 好差评: ratings by source and unit, how late they came, and what became of the bad ones."""
