"""What tests share: drivers that read like the story they tell. One file a driver."""
