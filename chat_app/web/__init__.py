"""What stands between a browser and the app: who may ask, how much, and what may be done with the answer."""
