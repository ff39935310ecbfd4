"""Who reads a mailbox: people, the posts that they hold from day to day, their absences, and the ways to reach them."""
