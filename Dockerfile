# The tag service, without torch. It serves the detector of the project, or
# another exported one that it is given (docs/serving.md).

# Torch is needed once, to export, and stays in this stage.
FROM python:3.11-slim AS export
WORKDIR /app
# What opencv-python, which MMDetection asks for, needs of the system.
RUN apt-get update && apt-get install -y --no-install-recommends \
    libgl1 libglib2.0-0 && rm -rf /var/lib/apt/lists/*
COPY setup.cfg pyproject.toml constraints.txt README.md LICENSE ./
COPY custom custom
COPY tools tools
RUN pip install --no-cache-dir -c constraints.txt .[train,export]
COPY checkpoints/drawings22.pth checkpoints/
RUN python tools/export.py checkpoints/drawings22.pth --to onnx

FROM python:3.11-slim
WORKDIR /app
COPY setup.cfg pyproject.toml constraints.txt README.md LICENSE ./
COPY custom custom
COPY tools tools
RUN pip install --no-cache-dir -c constraints.txt .[serve,openvino] \
    && rm -r build *.egg-info \
    && useradd --no-create-home tagger
COPY --from=export /app/checkpoints/drawings22.onnx checkpoints/
USER tagger
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz')"]
# exec form: SIGTERM reaches the service, which drains.
ENTRYPOINT ["python", "tools/serve.py", "--host", "0.0.0.0"]
