"""Let `python -m services` be the command line `toancanh`."""

from services.cli import main

main()
