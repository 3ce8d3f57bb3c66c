"""One story through all rooms of a running Kuutio: each step does something through the real doors and says where it can be seen."""
