"""The record of an incident: its facts as the leaves of a tree, and what can be proved of them."""
