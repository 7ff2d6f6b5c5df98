"""The index of the search: words of assets as rows, each with how much it says of its asset (decision 0033)."""
