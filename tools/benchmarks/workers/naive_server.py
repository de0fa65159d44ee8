"""Naive server, the one to beat: inference in the request handler.

Usage: naive_server.py CHECKPOINT PORT
"""
import sys

import cv2
import numpy as np
import uvicorn
from fastapi import FastAPI, File, UploadFile

from custom.apis import inference_detector, init_detector
from custom.classes import KOREAN

app = FastAPI()


@app.get('/readyz')
async def readyz() -> dict:
    return dict(ready=True)


@app.post('/tag')
async def tag(file: UploadFile = File(...)) -> list:
    data = np.frombuffer(await file.read(), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)
    found = inference_detector(model, image).pred_instances
    found = found[found.scores >= 0.5]
    labels = [
        classes[i]
        for i in found.labels[found.scores.argsort(descending=True)].tolist()
    ]
    return [*dict.fromkeys(KOREAN.get(label, label) for label in labels)]


if __name__ == '__main__':
    model = init_detector(None, sys.argv[1], 'cpu')
    classes = model.dataset_meta['classes']
    inference_detector(model, np.full((256, 256, 3), 255, np.uint8))
    uvicorn.run(app, port=int(sys.argv[2]), log_level='error')
