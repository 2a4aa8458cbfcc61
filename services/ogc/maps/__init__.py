"""OGC API – Maps: pictures of collections as the screen shows them."""
