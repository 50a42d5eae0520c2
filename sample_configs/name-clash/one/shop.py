"""What the application one sells."""

PRICE = "1 coin"
