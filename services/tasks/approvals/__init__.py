"""审管联动: each result of an approval goes to the unit that supervises its item, which claims it 认领 within a limit.

A result is no 督办事项: nobody has to do a task, and a district has tens of thousands of them in a year. It is a
record with one clock, which the deadline engine watches like any other; one that stays unclaimed is listed and told to
the supervision office.
"""
