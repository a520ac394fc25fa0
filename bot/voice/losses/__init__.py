"""What an incident costs in words: amounts, the ledger, outages."""
