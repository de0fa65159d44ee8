"""Tag service: an HTTP server that takes drawings and answers with tags.

``app`` and ``routes`` speak HTTP. ``service`` coordinates: ``admission``
bounds what is let in, and a ``pipeline`` for each version of the model does
the work: ``decoder_pool`` decodes uploads, ``batching`` queues them, and
``model_pool`` runs batches through the model. Both pools consist of
``worker_process``es, which run ``decode_worker`` and ``model_worker``.
"""
