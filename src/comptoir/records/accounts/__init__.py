"""How people sign in: what locks them out, the devices they use, the address they change to."""
