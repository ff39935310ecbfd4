"""差评整改: what becomes of a bad rating, from 核实 through 整改, 回复 and 回访 to 办结, and whether it was real."""
