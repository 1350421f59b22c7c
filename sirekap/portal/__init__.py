"""What the public sees: how a result is counted, the page, and the JSON in KPU's published layout."""
