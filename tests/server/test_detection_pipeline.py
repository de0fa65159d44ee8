import asyncio

from custom.server.detection_pipeline import DetectionPipeline
from custom.server.metrics import Metrics
from custom.server.model_worker import ModelFile
from custom.server.settings import Settings


def test_a_pipeline_ends_when_nobody_uses_it():
    settings = Settings(workers=1)

    async def run():
        pipeline = DetectionPipeline(
            ModelFile('a.onnx', '0123'), settings, Metrics(settings))
        with pipeline.in_use():
            with pipeline.in_use():
                draining = asyncio.create_task(pipeline.drain())
                await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not draining.done()
        await asyncio.wait_for(draining, 5)

    asyncio.run(run())
