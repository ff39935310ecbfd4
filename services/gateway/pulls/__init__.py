"""Feed sources that the gateway asks itself: pages of an interface, and tables of a front-end database 前置库."""
