"""电子监察: the limits of services 办件 as clocks of the one engine; the mirror of the feed `ratings`."""
