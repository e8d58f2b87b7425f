"""Training of nets that lasts: one configuration, fixed splits, checkpoints, and runs that go on bit for bit.

Files: ``config`` ``recipes`` ``published`` (what is run, and what others got); ``batches`` ``randomness`` (what a step
sees); ``schedule`` ``normalisation`` (how it learns); ``evaluate`` (how good it is); ``checkpoint`` ``history``
``symptoms`` (what is kept and told); ``processes`` ``device`` ``memory`` ``claim`` (where it runs, with what, and in
which folder alone); ``loop`` ``seeds`` (all of it, once and several times).
"""
