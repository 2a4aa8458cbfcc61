"""OGC API – Features: pages and single items in every format, filtered, sorted and described."""
