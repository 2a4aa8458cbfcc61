"""What the map can show: one declaration a layer."""
