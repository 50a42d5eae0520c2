"""What the application two sells."""

PRICE = "2 coins"
