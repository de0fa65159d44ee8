"""The tag service: a drawing comes in by HTTP, its tags go out.

``app`` speaks HTTP, ``tagger`` does the work: uploads are decoded in
processes of ``uploads``, come together in ``batches``, and go through the
model, which a process of ``models`` owns.
"""
