"""OGC API – Records: a catalogue of every layer, indicator and dataset."""
