"""The answering side of interactive verification: people's apps ask to verify us by emoji, and we answer.

nio's own disagrees with every other client. `words` reads the messages, `sas` computes, `ways` carries, `talk` is one
verification from its request to its end, `keys` knows whose keys are compared, `desk` has them all.
"""
