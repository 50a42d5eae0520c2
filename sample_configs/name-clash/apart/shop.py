"""What the application apart sells."""

PRICE = "3 coins"
