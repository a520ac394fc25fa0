"""The answering side of interactive verification: people's apps ask to verify us by emoji, and we answer.

nio's own disagrees with every other client. `messages` reads what comes, `sas` computes, `channels` carries. `exchange`
is one verification from its request to its end, `keys` knows whose keys are compared, `verifications` has them all.
"""
